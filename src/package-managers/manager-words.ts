import { code, enumerate, type Phrase, phrase } from '../base/phrase.ts';
import type { DeleteRemedy } from './package-cache.ts';
import {
  findManagerById,
  type KnownCache,
  type KnownPackageCache,
  type KnownPackageManager,
} from './package-managers.ts';

/**
 * `copy package.json and package-lock.json first, run npm ci, and then copy the rest`.
 * @param id of the package manager, as a finding has it
 * @param command that installs, as people call it; anything, where a report comes from outside
 */
export function manifestsFirst(id: unknown, command: unknown): Phrase {
  const { manifests, manifestCommand, mount } = findManagerById(id) ?? {};
  if (manifests === undefined)
    return phrase`copy the files that name the dependencies first, install, and then copy the rest`;
  if (manifests.length === 0) return phrase`keep what is downloaded with ${mounts(mount?.directories ?? [])}`;
  const files = enumerate(manifests.map(name => phrase`${code(name)}`));
  const install = manifestCommand ?? (typeof command === 'string' && command !== '' ? command : null);
  const run = install === null ? phrase`install` : phrase`run ${code(install, 60)}`;
  return phrase`copy ${files} first, ${run}, and then copy the rest`;
}

/**
 * `RUN --mount=type=cache,target=/root/.npm`.
 * @param id of the package manager, as a finding has it
 */
export function cacheMountAdvice(id: unknown): Phrase {
  return mounts(findManagerById(id)?.mount?.directories ?? []);
}

function mounts(directories: readonly string[]): Phrase {
  const flags = directories.map(path => `--mount=type=cache,target=${path}`);
  return phrase`${code(`RUN ${flags.length === 0 ? '--mount=type=cache,target=…' : flags.join(' ')}`, 120)}`;
}

const CACHE_MOUNT = code('RUN --mount=type=cache');
const KEEP_OUT: Phrase = phrase`keep it out of the image with ${CACHE_MOUNT}`;
/** For what a build needs, and the image that it makes does not. */
const BUILD_ELSEWHERE: Phrase = phrase`build in another stage, or ${KEEP_OUT}`;

/** What to do about a cache: what its record says, or the first of its remedies in words. */
export function cacheAdvice({ cache, manager }: KnownCache): Phrase {
  if (cache.advice !== undefined) return cache.advice;
  const [remedy] = cache.remedies;
  const [program] = manager.programs;
  switch (remedy?.kind) {
    case undefined:
      return BUILD_ELSEWHERE;
    case 'clean':
      return orMount(endWith(`${program} ${remedy.command}`), manager);
    case 'option': {
      const [verb = ''] = manager.verbs?.[remedy.takenBy[0]] ?? [];
      return orMount(phrase`install with ${code(`${program} ${verb} ${remedy.option}`)}`, manager);
    }
    case 'mount':
      return KEEP_OUT;
    case 'delete':
      return manager.mount === undefined ? endWith(deleteCommand(cache, remedy)) : KEEP_OUT;
  }
}

/** `rm -rf /var/cache/pacman/pkg/*`: of the cache's first directory. */
function deleteCommand({ directories }: KnownPackageCache, { inside }: DeleteRemedy): string {
  const [directory = ''] = directories;
  const path = typeof directory === 'string' ? directory : directory.name;
  return `rm -rf /${path}${inside === undefined ? '' : `/${inside}`}`;
}

function endWith(command: string): Phrase {
  return phrase`end the RUN that installs with ${code(command)}`;
}

function orMount(advice: Phrase, { mount }: KnownPackageManager): Phrase {
  return mount === undefined ? advice : phrase`${advice}, or use ${CACHE_MOUNT}`;
}
