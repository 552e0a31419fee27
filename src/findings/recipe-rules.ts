import type { Rule } from './rule.ts';
import { cacheMount } from './rules/cache-mount.ts';
import { consecutiveRuns } from './rules/consecutive-runs.ts';
import { copyBeforeInstall } from './rules/copy-before-install.ts';
import { frozenCommand } from './rules/frozen-command.ts';
import { manifestBeforeSources } from './rules/manifest-before-sources.ts';
import { noUser } from './rules/no-user.ts';
import { unpinnedBase } from './rules/unpinned-base.ts';
import { updateApartFromInstall } from './rules/update-apart-from-install.ts';
import { volatileBeforeStable } from './rules/volatile-before-stable.ts';
import { volumeBeforeWrites } from './rules/volume-before-writes.ts';

/** What the text of the Dockerfile and the steps of its build tell. */
export const RECIPE_RULES: readonly Rule[] = [
  manifestBeforeSources,
  copyBeforeInstall,
  volatileBeforeStable,
  updateApartFromInstall,
  frozenCommand,
  cacheMount,
  consecutiveRuns,
  unpinnedBase,
  noUser,
  volumeBeforeWrites,
];
