import { code, enumerate, type Phrase, phrase } from '../base/phrase.ts';
import { managerById } from './package-managers.ts';

/**
 * `copy package.json and package-lock.json first, run npm ci, and then copy the rest`.
 * @param id of the package manager, as a finding has it
 * @param command that installs, as people call it; anything, where a report comes from outside
 */
export function manifestsFirst(id: unknown, command: unknown): Phrase {
  const { manifests, manifestCommand, mount } = managerById(id) ?? {};
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
export function cacheMountOf(id: unknown): Phrase {
  return mounts(managerById(id)?.mount?.directories ?? []);
}

function mounts(directories: readonly string[]): Phrase {
  const flags = directories.map(path => `--mount=type=cache,target=${path}`);
  return phrase`${code(`RUN ${flags.length === 0 ? '--mount=type=cache,target=…' : flags.join(' ')}`, 120)}`;
}
