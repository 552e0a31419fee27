import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { DeadweightError } from '../base/errors.ts';
import { pathInside } from '../base/inside-path.ts';
import { type BuildInputs, withoutOutputs } from '../build/build-inputs.ts';
import { chooseDockerfileSource, findLocalDockerfile, isRemoteContext } from '../build/dockerfile-source.ts';
import { withCachePath, withSecretPath } from '../build/flag-fields.ts';
import type { BuildPlaces } from './git/renamed-file.ts';

/** A build of the head, made fit for another tree of its repository. What it reads is named through no link. */
export interface RelocatedBuild extends BuildPlaces {
  /** Where the top of the tree is in the folder that stands for the working directory; empty for at its top. */
  readonly at: string;
  /** Working directory, relative to that folder. */
  readonly cwd: string;
  readonly inputs: BuildInputs;
}

/**
 * Contexts and Dockerfile are those of the other tree. Secrets, keys and local caches stay where the head has them: they are
 * rarely in the repository. Nothing is exported.
 * @param top of the head's checkout, through no link
 * @returns null when the context or the Dockerfile lies outside of it
 */
export async function relocateBuild(
  inputs: BuildInputs,
  top: string,
  cwd: string,
): Promise<RelocatedBuild | null> {
  if (isRemoteContext(inputs.context) || isRemoteContext(inputs.file)) return null;
  const here = await realpath(cwd);
  const context = await realDirectory(resolve(cwd, inputs.context));
  const file =
    inputs.file === ''
      ? join(context, await defaultDockerfile(inputs, cwd))
      : await realFile(resolve(cwd, inputs.file), top);
  if (!isBelow(top, context) || !isBelow(top, file)) return null;
  const place = placeOf(top, here);
  /** A path of the checkout, from the working directory of the relocated build. */
  const relocated = (path: string): string => relative(join(top, place.fromTop), path) || '.';
  const named = await Promise.all(inputs['build-contexts'].map(pair => readNamedContext(pair, cwd)));
  const isInTop = ({ path }: NamedContext): boolean => path !== null && isBelow(top, path);
  return {
    at: place.at,
    cwd: place.cwd,
    inputs: {
      ...withoutOutputs(inputs),
      'secret-files': inputs['secret-files'].map(pair => resolvePair(pair, cwd)),
      'secret-specs': inputs['secret-specs'].map(spec => withSecretPath(spec, path => resolve(cwd, path))),
      ssh: inputs.ssh.map(spec => resolveKeys(spec, cwd)),
      'cache-from': inputs['cache-from'].map(spec => withCachePath(spec, path => resolve(cwd, path))),
      'build-contexts': named.map(each => {
        if (each.path === null) return each.text;
        return `${each.name}=${isInTop(each) ? relocated(each.path) : each.path}`;
      }),
      context: relocated(context),
      file: inputs.file === '' ? '' : relocated(file),
    },
    contexts: [context, ...named.filter(isInTop).map(({ path }) => path ?? top)].map(path =>
      relative(top, path),
    ),
    dockerfile: relative(top, file),
  };
}

/** The inputs for a commit that calls what the build reads otherwise. @param old parallel to the places of the build */
export function withOldPlaces({ at, cwd, inputs, contexts }: RelocatedBuild, old: BuildPlaces): BuildInputs {
  // Paths of the tree are written from its top, those of the inputs from the working directory.
  const relocated = (path: string): string => relative(join('/', cwd), join('/', at, path)) || '.';
  const moved = new Map(
    contexts.map((path, index) => [relocated(path), relocated(old.contexts[index] ?? path)]),
  );
  return {
    ...inputs,
    'build-contexts': inputs['build-contexts'].map(pair => {
      const end = pair.indexOf('=') + 1;
      return `${pair.slice(0, end)}${moved.get(pair.slice(end)) ?? pair.slice(end)}`;
    }),
    context: moved.get(inputs.context) ?? inputs.context,
    file: relocated(old.dockerfile),
  };
}

/** Where the working directory and the top of the tree are to each other, as they are in the checkout. */
function placeOf(top: string, cwd: string) {
  if (isBelow(top, cwd)) {
    const inside = relative(top, cwd);
    return { at: '', cwd: inside, fromTop: inside };
  }
  if (isBelow(cwd, top)) {
    const at = relative(cwd, top);
    return { at, cwd: '', fromTop: relative(top, cwd) };
  }
  return { at: '', cwd: '', fromTop: '' };
}

interface NamedContext {
  readonly text: string;
  readonly name: string;
  /** null where it is no folder of this machine. */
  readonly path: string | null;
}

/** `name=path`, `name=docker-image://…` */
async function readNamedContext(text: string, cwd: string): Promise<NamedContext> {
  const equals = text.indexOf('=');
  const value = text.slice(equals + 1);
  const name = text.slice(0, Math.max(equals, 0));
  if (equals < 0 || isRemoteContext(value) || /^(?:docker-image|oci-layout|target):/.test(value)) {
    return { text, name, path: null };
  }
  return { text, name, path: await realDirectory(resolve(cwd, value)) };
}

/** As it is where it does not exist: its build tells. */
async function realDirectory(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

/** The file may be a link itself, which the other tree then has as well. */
async function realFile(path: string, top: string): Promise<string> {
  const here = join(await realDirectory(dirname(path)), basename(path));
  return isBelow(top, here) ? here : realDirectory(path);
}

function isBelow(folder: string, path: string): boolean {
  return pathInside(folder, path) !== null;
}

/** As it is spelt: BuildKit takes `dockerfile` as well where no file is named. */
async function defaultDockerfile(inputs: BuildInputs, cwd: string): Promise<string> {
  try {
    const found = await findLocalDockerfile(chooseDockerfileSource(inputs), { cwd });
    return basename(found?.path ?? 'Dockerfile');
  } catch (error) {
    // The build tells.
    if (error instanceof DeadweightError) return 'Dockerfile';
    throw error;
  }
}

/** `id=path` */
function resolvePair(pair: string, cwd: string): string {
  const equals = pair.indexOf('=');
  return equals < 0 ? pair : `${pair.slice(0, equals + 1)}${resolve(cwd, pair.slice(equals + 1))}`;
}

/** `default=key,key`; an agent alone names no path. */
function resolveKeys(spec: string, cwd: string): string {
  const equals = spec.indexOf('=');
  if (equals < 0) return spec;
  const paths = spec.slice(equals + 1).split(',');
  return `${spec.slice(0, equals + 1)}${paths.map(path => resolve(cwd, path)).join(',')}`;
}
