import type { EntryKind } from '../layer/layer-entry.ts';

const TYPES: Readonly<Record<EntryKind, string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  hardlink: '-',
  character: 'c',
  block: 'b',
  fifo: 'p',
};

/** `drwxr-xr-x`, as `ls` writes it. @param mode permission bits, set-id and sticky bits */
export function modeText(mode: number, kind: EntryKind): string {
  const special = [0o4000, 0o2000, 0o1000].map(bit => (mode & bit) !== 0);
  const groups = [6, 3, 0].map((shift, group) => {
    const bits = (mode >> shift) & 7;
    const letter = group === 2 ? 't' : 's';
    const isRun = (bits & 1) !== 0;
    const last = special[group] ? (isRun ? letter : letter.toUpperCase()) : isRun ? 'x' : '-';
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`;
  });
  return `${TYPES[kind]}${groups.join('')}`;
}
