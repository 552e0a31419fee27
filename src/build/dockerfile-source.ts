import { join } from 'node:path';
import type { BuildInputs } from './build-inputs.ts';

/** Where the Dockerfile is read from: a local path, or by BuildKit from a remote context. */
export type DockerfileSource =
  | {
      readonly kind: 'local';
      /** Relative to the working directory, as locations show it. */
      readonly path: string;
      readonly context: string;
    }
  | { readonly kind: 'remote'; readonly path: string };

const REMOTE = /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/i;

/** Whether the context is fetched by BuildKit: git, HTTP, an OCI layout. */
export function isRemoteContext(context: string): boolean {
  return REMOTE.test(context);
}

/** As docker buildx build finds it: `--file` from the working directory, else `Dockerfile` in the context. */
export function dockerfileSource(inputs: Pick<BuildInputs, 'context' | 'file'>): DockerfileSource {
  if (isRemoteContext(inputs.context) || isRemoteContext(inputs.file)) {
    return { kind: 'remote', path: inputs.file === '' ? 'Dockerfile' : inputs.file };
  }
  const path = inputs.file === '' ? join(inputs.context, 'Dockerfile') : inputs.file;
  return { kind: 'local', path, context: inputs.context };
}
