import { basename, resolve } from 'node:path';
import type { BuildInputs } from '../../build/build-inputs.ts';

/** What a build is called before anybody knows what it made. */
export interface ImageName {
  readonly title: string;
  /** For `reportKey`. */
  readonly key: string;
}

export function imageNameOf(inputs: BuildInputs, title: string | null, cwd: string): ImageName {
  const name = imageName(inputs, cwd);
  return { title: title ?? name, key: title ?? keyName(name, inputs) };
}

/** The first tag without its version, or the name of the context's folder. */
function imageName(inputs: BuildInputs, cwd: string): string {
  const tag = inputs.tags[0];
  if (tag !== undefined) return tag.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  return basename(resolve(cwd, inputs.context)) || 'image';
}

/** Two Dockerfiles of one repository without tags are two images. */
function keyName(name: string, inputs: BuildInputs): string {
  return [name, inputs.context === '.' ? null : inputs.context, inputs.file || null]
    .filter(part => part !== null)
    .join(' ');
}
