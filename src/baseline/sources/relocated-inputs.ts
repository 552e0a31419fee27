import { isAbsolute, relative, resolve } from 'node:path';
import { type BuildInputs, withoutOutputs } from '../../build/build-inputs.ts';
import { isRemoteContext } from '../../build/dockerfile-source.ts';

/** A build of the head, made fit for another checkout of its repository. */
export interface RelocatedInputs {
  /** Working directory, relative to the top of the checkout. */
  readonly cwd: string;
  readonly inputs: BuildInputs;
}

/**
 * Context and Dockerfile are those of the other checkout. Secrets and keys stay where the head has them: they are
 * rarely in the repository. Nothing is exported.
 * @param top of the head's checkout
 * @returns null when the context or the Dockerfile lies outside of it
 */
export function relocateInputs(inputs: BuildInputs, top: string, cwd: string): RelocatedInputs | null {
  if (isRemoteContext(inputs.context)) return null;
  const here = relative(top, cwd);
  if (isOutside(here)) return null;
  const context = relative(cwd, resolve(cwd, inputs.context)) || '.';
  const file = inputs.file === '' ? '' : relative(cwd, resolve(cwd, inputs.file));
  for (const path of [context, file]) {
    if (isOutside(relative(top, resolve(cwd, path)))) return null;
  }
  return {
    cwd: here,
    inputs: {
      ...withoutOutputs(inputs),
      'secret-files': inputs['secret-files'].map(pair => absolutePair(pair, cwd)),
      'secret-specs': inputs['secret-specs'].map(spec => absoluteSource(spec, cwd)),
      context,
      file,
    },
  };
}

function isOutside(path: string): boolean {
  return path === '..' || path.startsWith('../') || isAbsolute(path);
}

/** `id=path` */
function absolutePair(pair: string, cwd: string): string {
  const equals = pair.indexOf('=');
  return equals < 0 ? pair : `${pair.slice(0, equals + 1)}${resolve(cwd, pair.slice(equals + 1))}`;
}

/** `id=…,src=path` */
function absoluteSource(spec: string, cwd: string): string {
  return spec.replace(
    /(^|,)(src|source)=([^,]+)/,
    (_all, comma: string, key: string, path: string) => `${comma}${key}=${resolve(cwd, path)}`,
  );
}
