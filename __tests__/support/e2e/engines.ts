import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inherited } from './child-process.ts';

/** The image that tests build on whose subject is an image, and what is in it. */
export const BASE = 'deadweight/debian:bookworm';

/** The one of tests whose subject is a run: a shell and a few programs of it, which is read in a tenth of the time. */
export const SMALL_BASE = 'deadweight/small:bookworm';

/** DOCKER_HOST of an engine of either store; undefined where none is up. */
export const STORES = [
  ['overlay2', process.env['DEADWEIGHT_E2E_OVERLAY2']],
  ['containerd', process.env['DEADWEIGHT_E2E_CONTAINERD']],
] as const;

/** What docker needs to reach the engine at a DOCKER_HOST. */
export function dockerEnv(host: string | undefined): Record<string, string> {
  return { ...inherited('PATH', 'TMPDIR', 'DOCKER_CONFIG'), DOCKER_HOST: host ?? '' };
}

/** The same, and what an earlier test has read of layers is known: for tests of what is found there, not of reading. */
export function knowingEnv(host: string | undefined): Record<string, string> {
  return { ...dockerEnv(host), DEADWEIGHT_CACHE_DIR: join(tmpdir(), 'known') };
}

let serial = 0;
/** Text that no earlier build has seen. */
export function fresh(): string {
  serial += 1;
  return `${Date.now().toString(36)}-${process.pid}-${serial}`;
}
