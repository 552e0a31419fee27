import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readInputFile } from '../../base/input-file.ts';
import { type BuildPlace, MAX_DOCKERFILE, reportedPath } from '../../build/dockerfile-source.ts';
import { ignoreFilePaths } from '../../dockerfile/ignore-file.ts';
import type { FixableFile } from '../../findings/fix/patch.ts';

/** As Dockerfiles are called that stand beside others: `Dockerfile.release`, `dev.Dockerfile`, `Containerfile`. */
const DOCKERFILE = /^(?:docker|container)file(?:[.-].{1,80})?$|^.{1,80}\.(?:docker|container)file$/i;
const IGNORE_FILE = /\.dockerignore$/;

/** Files that are looked at: nobody has more of them in a folder. */
const MAX_FILES = 50;

/**
 * The other Dockerfiles beside one, and in the folder of its context: those whose builds read the context's .dockerignore as
 * well, and none of their own. What cannot be read is left out.
 */
export function findOtherDockerfiles(
  path: string,
  context: string,
  place: BuildPlace,
): readonly FixableFile[] {
  const own = resolve(place.cwd, path);
  const folders = new Set([context, dirname(path)].map(folder => resolve(place.cwd, folder)));
  const names = [...folders].flatMap(folder => namesIn(folder).map(name => join(folder, name)));
  return names
    .filter(each => each !== own && !existsSync(ignoreFilePaths(each, context)[0]))
    .slice(0, MAX_FILES)
    .flatMap(each => {
      const text = textOf(each);
      const shown = join(dirname(each) === dirname(own) ? dirname(path) : context, basename(each));
      return text === null ? [] : [{ path: reportedPath(shown, place), text }];
    });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter(name => DOCKERFILE.test(name) && !IGNORE_FILE.test(name))
      .sort();
  } catch {
    return [];
  }
}

function textOf(path: string): string | null {
  try {
    return readInputFile(path, { maxBytes: MAX_DOCKERFILE }).toString('utf8');
  } catch {
    return null;
  }
}
