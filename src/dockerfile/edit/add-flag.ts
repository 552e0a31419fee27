import type { InstructionFlag } from '../instruction-flag.ts';
import { readMounts } from '../mount.ts';
import type { Rewrite } from './instruction-rewrite.ts';
import type { InstructionSource } from './instruction-source.ts';

/** Which instructions take a flag, and since which version of the Dockerfile syntax 1. */
const KNOWN: ReadonlyMap<string, { readonly keywords: readonly string[]; readonly minor: number }> = new Map([
  ['mount', { keywords: ['RUN'], minor: 2 }],
  ['chown', { keywords: ['COPY', 'ADD'], minor: 0 }],
  ['chmod', { keywords: ['COPY', 'ADD'], minor: 2 }],
  ['link', { keywords: ['COPY', 'ADD'], minor: 4 }],
]);

/**
 * The instruction with another flag behind those that it has.
 * @param syntax the `# syntax=` of the file, if any
 */
export function addFlag(source: InstructionSource, flag: string, syntax: string | undefined): Rewrite {
  const problem = flagProblem(source, flag, syntax);
  if (problem !== null) return { problem };
  return source.splice([{ from: source.flagsEnd, to: source.flagsEnd, text: ` ${flag}` }]);
}

function flagProblem(
  { keyword, read }: InstructionSource,
  flag: string,
  syntax: string | undefined,
): string | null {
  if (keyword === 'ONBUILD') return 'it runs in other builds (ONBUILD)';
  const added = readFlag(flag);
  if (added === null) return 'the flag is not one word that begins with `--`';
  const known = KNOWN.get(added.name);
  if (!known?.keywords.includes(keyword)) return `${keyword} is not known to take --${added.name}`;
  const minor = /^(?:docker\.io\/)?docker\/dockerfile:1\.(\d+)/.exec(syntax ?? '')?.[1];
  if (minor !== undefined && Number(minor) < known.minor)
    return `its syntax does not know --${added.name} yet`;
  const same = read.flags.filter(({ name }) => name === added.name);
  if (same.length === 0) return null;
  if (added.name !== 'mount') return `it has --${added.name} already`;
  const [mount] = readMounts([added]);
  const isOther = readMounts(same).every(({ target }) => target !== null && target !== mount?.target);
  return isOther && mount?.target ? null : 'it has a mount already that may be at the same place';
}

/** `--chown=app:app`; null for anything that is not just one flag. */
export function readFlag(flag: string): InstructionFlag | null {
  const match = /^--([a-z][a-z-]*)(?:=([^\s"'`\\<]+))?$/.exec(flag);
  return match === null ? null : { name: match[1] ?? '', value: match[2] ?? null };
}
