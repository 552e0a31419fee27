import { basename, resolve } from 'node:path';
import { withoutIds } from '../../base/commit.ts';
import type { BuildInputs } from '../../build/build-inputs.ts';
import { identifyContext, nameContext } from '../../build/context-identity.ts';
import { isRemoteContext } from '../../build/dockerfile-source.ts';
import { identifyImage } from '../../image/image-identity.ts';

/** What an image is called before anybody knows what it is made of. */
export interface ImageName {
  readonly title: string;
  /** For `reportKey`. Nothing in it names a commit, unless the user's title does. */
  readonly key: string;
}

/** @param title what the user calls it; null leaves that to the inputs */
export function builtImageName(inputs: BuildInputs, title: string | null, cwd: string): ImageName {
  const name = nameOf(inputs, cwd);
  return { title: title ?? name, key: title ?? keyName(name, inputs) };
}

/** An image that was made elsewhere is called by its reference. */
export function inspectedImageName(reference: string, title: string | null): ImageName {
  const shown = reference === '-' ? 'standard input' : reference;
  return { title: title ?? shown, key: title ?? identifyImage(reference) };
}

/** The first tag without its version, or the name of the context's folder. */
function nameOf(inputs: BuildInputs, cwd: string): string {
  const tag = inputs.tags[0];
  if (tag !== undefined) return tag.replace(/@.*$/, '').replace(/:[^:/]*$/, '');
  return nameContext(inputs.context, cwd) || 'image';
}

/** Two Dockerfiles of one repository without tags are two images. */
function keyName(name: string, inputs: BuildInputs): string {
  const context = inputs.context === '.' ? null : identifyContext(inputs.context);
  return [withoutIds(name), context, inputs.file ? identifyContext(inputs.file) : null]
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

/** What the keys of one image have in common, whatever their platform. @param platform that of the key */
export function keyWithoutPlatform(key: string, platform: string): string {
  return key.endsWith(`:${platform}`) ? key.slice(0, -platform.length - 1) : key;
}

/**
 * Whether an image that has this key now had the other one in an earlier version: there tags, digests and the refs of
 * contexts were in keys.
 */
export function isFormerKey(former: string, key: string): boolean {
  return former !== key && renewedKeys(former).includes(key);
}

/** What a key of then is now. Where a reference or a context ends and a stage begins is not to be seen: either may be. */
function renewedKeys(former: string): readonly string[] {
  const [platform = ''] = /(?::[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?)?$/.exec(former) ?? [];
  const body = former.slice(0, former.length - platform.length);
  const colon = body.lastIndexOf(':');
  const built = [body.length, ...(colon < 0 ? [] : [colon])].map(
    end => `${renewBuilt(body.slice(0, end))}${body.slice(end)}`,
  );
  return [...built, identifyImage(body)].map(each => `${each}${platform}`);
}

/** `app.git#1a2b3c4 https://github.com/octo/app.git#1a2b3c4` */
function renewBuilt(former: string): string {
  const [name = '', ...paths] = former.split(' ');
  const context = paths.find(isRemoteContext);
  const isUntagged = context !== undefined && name === basename(resolve('/', context));
  const now = isUntagged ? nameContext(context, '/') || 'image' : name;
  return [withoutIds(now), ...paths.map(identifyContext)].join(' ');
}
