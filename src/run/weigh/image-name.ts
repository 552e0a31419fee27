import { basename, resolve } from 'node:path';
import type { BuildInputs } from '../../build/build-inputs.ts';

/** What an image is called before anybody knows what it is made of. */
export interface ImageName {
  readonly title: string;
  /** For `reportKey`. */
  readonly key: string;
}

/** @param title what the user calls it; null leaves that to the inputs */
export function builtImageName(inputs: BuildInputs, title: string | null, cwd: string): ImageName {
  const name = nameOf(inputs, cwd);
  return { title: title ?? name, key: title ?? keyName(name, inputs) };
}

/** An image that was made elsewhere is called by its reference. */
export function inspectedImageName(reference: string, title: string | null): ImageName {
  const name = title ?? reference;
  return { title: name, key: name };
}

/** The first tag without its version, or the name of the context's folder. */
function nameOf(inputs: BuildInputs, cwd: string): string {
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

/**
 * Tells reports of one pull request apart: what is built, from which stage, for which platform.
 * @param target null, or empty, for the last stage
 * @param platform `linux/amd64`
 */
export function reportKey({ key }: ImageName, target: string | null, platform: string): string {
  return [key, target || null, platform].filter(part => part !== null).join(':');
}
