import type { ShellCommand, ShellMember, ShellScript } from '../../../src/dockerfile/shell/shell-command.ts';
import type { ShellResult } from './shell-runs.ts';

/** A member of a script with what a shell said of it. */
interface Witness {
  readonly member: ShellMember;
  /** Whether it ran; null where that is not told. */
  readonly ran: boolean | null;
  /** Whether it succeeds when it runs; null where that is not told. */
  readonly succeeds: boolean | null;
}

/**
 * Whether a shell can have run what it ran if the operators between the members are those that were read: a stub
 * behind `&&` runs when what is before it succeeded, and so on. Of compound commands the status is not known.
 */
export function isPossible(
  { commands, members }: ShellScript,
  { calls }: ShellResult,
  failing: readonly string[],
): boolean {
  const called = new Set(calls.map(({ argv }) => argv[0] ?? ''));
  const witnesses = witnessesOf(commands, members, name => called.has(name), failing);
  let states = new Set([true]);
  for (const pipeline of pipelinesOf(witnesses)) {
    const next = new Set<boolean>();
    for (const state of states) for (const after of statesAfter(state, pipeline)) next.add(after);
    states = next;
  }
  return states.size > 0;
}

function witnessesOf(
  commands: readonly ShellCommand[],
  members: readonly ShellMember[],
  ran: (name: string) => boolean,
  failing: readonly string[],
): readonly Witness[] {
  const simple = commands.filter(({ depth }) => depth === 0)[Symbol.iterator]();
  return members.map((member): Witness => {
    if (member.isCompound) return { member, ran: null, succeeds: null };
    const { words: [name = ''] = [] } = simple.next().value ?? {};
    if (!/^[cwumn]\d+$/.test(name)) return { member, ran: null, succeeds: null };
    return { member, ran: ran(name), succeeds: /^[cmn]/.test(name) ? !failing.includes(name) : null };
  });
}

function pipelinesOf(witnesses: readonly Witness[]): readonly (readonly Witness[])[] {
  const pipelines: Witness[][] = [];
  for (const witness of witnesses) {
    if (witness.member.operator === '|') pipelines.at(-1)?.push(witness);
    else pipelines.push([witness]);
  }
  return pipelines;
}

/** @param state whether what ran last succeeded */
function statesAfter(state: boolean, pipeline: readonly Witness[]): readonly boolean[] {
  const first = pipeline[0]?.member;
  const runs = first?.operator === '&&' ? state : first?.operator === '||' ? !state : true;
  if (pipeline.some(({ ran }) => ran !== null && ran !== runs)) return [];
  if (!runs) return [state];
  const succeeds = pipeline.at(-1)?.succeeds ?? null;
  return succeeds === null ? [true, false] : [succeeds !== first?.isNegated];
}

/** Whether a shell may have made these arguments of the words: one with an expansion may be any number of them. */
export function matchesWords(words: readonly string[], argv: readonly string[]): boolean {
  const parts = words.map(word =>
    /[$`*?[\]~]/.test(word) ? '(?:[^\0]*\0)*' : `${word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')}\0`,
  );
  return new RegExp(`^${parts.join('')}$`).test(argv.map(word => `${word}\0`).join(''));
}
