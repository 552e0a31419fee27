import type { WastedFile } from '../../analysis/image-analysis.ts';
import { KnownPaths } from '../../compare/known-path.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import type { Subject } from '../subject.ts';

/** What package managers call taking packages away. */
const REMOVALS: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    'apt-get': ['purge', 'remove', 'autoremove', 'autopurge'],
    apt: ['purge', 'remove', 'autoremove', 'autopurge'],
    aptitude: ['purge', 'remove'],
    dpkg: ['-r', '-P', '--remove', '--purge'],
    apk: ['del'],
    dnf: ['remove', 'erase', 'autoremove'],
    microdnf: ['remove'],
    yum: ['remove', 'erase', 'autoremove'],
    zypper: ['rm', 'remove'],
    pacman: ['-R', '-Rs', '-Rns', '-Rn'],
    pip: ['uninstall'],
    pip3: ['uninstall'],
    npm: ['uninstall', 'prune'],
    gem: ['uninstall'],
  }).map(([program, words]) => [program, new Set(words)]),
);

/** Whether the command takes packages away. */
export function isRemoval({ words: [program = '', ...words] }: ShellCommand): boolean {
  const removals = REMOVALS.get(program.slice(program.lastIndexOf('/') + 1));
  return removals !== undefined && words.some(word => removals.has(word));
}

/** Tells files that went with a package which another instruction took away: its caches are not the package's. */
export function purgedFiles(subject: Subject): (file: WastedFile) => boolean {
  const known = new KnownPaths();
  const removes = new Map<number, boolean>();
  const doesRemove = (layer: number): boolean => {
    let does = removes.get(layer);
    if (does === undefined) {
      const instruction = subject.instructionOf(layer);
      does = instruction !== null && runScript(instruction).script.commands.some(isRemoval);
      removes.set(layer, does);
    }
    return does;
  };
  return ({ reason, hiddenBy, path }) =>
    reason === 'deleted' && doesRemove(hiddenBy) && known.kindOf(path) === null;
}
