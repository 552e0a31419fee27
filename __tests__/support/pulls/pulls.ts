import { APT_PULLS } from './apt-pulls.ts';
import { BASE_PULLS } from './base-pulls.ts';
import { CONTEXT_PULLS } from './context-pulls.ts';
import { FILE_PULLS } from './file-pulls.ts';
import { PACKAGE_PULLS } from './package-pulls.ts';
import type { Pull } from './pull.ts';
import { RUN_PULLS } from './run-pulls.ts';

/** Names of three that differ much and are built fast: they are tried every day. */
export const DAILY: ReadonlySet<string> = new Set([
  'debug-binary-deleted-later',
  'directory-renamed',
  'lock-file-bumped',
]);

/** Pull requests in the styles of real repositories. */
export const PULLS: readonly Pull[] = [
  ...APT_PULLS,
  ...RUN_PULLS,
  ...BASE_PULLS,
  ...FILE_PULLS,
  ...CONTEXT_PULLS,
  ...PACKAGE_PULLS,
];
