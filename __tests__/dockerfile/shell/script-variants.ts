import { asChainMember, chainParts } from '../../../src/dockerfile/shell/chain-part.ts';
import { continuation } from '../../../src/dockerfile/shell/continuation.ts';
import type { ShellScript } from '../../../src/dockerfile/shell/shell-command.ts';
import type { RandomScript } from '../../support/shells/random-script.ts';
import type { ShellResult, ShellRun, StubCall } from '../../support/shells/shell-runs.ts';

/** A generated script with what was read of it, and how its stubs behave. */
export interface SampleScript extends RandomScript {
  readonly read: ShellScript;
  /** Names of the stubs that fail. */
  readonly failing: readonly string[];
  /** Value of `$K`. */
  readonly choice: string;
}

/** What the edits of a Dockerfile may make of a script, which has to run as the script does alone. */
export interface Variant {
  readonly name: string;
  /**
   * @param next another script
   * @returns null where the script is not fit for it; `against` is the script alone when absent
   */
  of(
    sample: SampleScript,
    next: SampleScript,
  ): { readonly run: ShellRun; readonly against?: ShellRun } | null;
  /** @returns null when it ran as the script did */
  differs(result: ShellResult, plain: ShellResult): string | null;
}

export function runOf({ text, failing, choice }: SampleScript, more: Partial<ShellRun> = {}): ShellRun {
  return { texts: [text], failing, choice, ...more };
}

/** Calls of stubs of these kinds: letters. */
export function callsOf({ calls }: ShellResult, kinds: string): readonly StubCall[] {
  return calls.filter(({ argv: [name = ''] }) => kinds.includes(name.charAt(0)) && /^.\d/.test(name));
}

/** Without what a variant adds. */
function withoutAdded(result: ShellResult): ShellResult {
  const added = callsOf(result, 'm');
  return { ...result, calls: result.calls.filter(call => !added.includes(call)) };
}

const SETS = /\bset\b/;

export const VARIANTS: readonly Variant[] = [
  {
    name: 'a script that is continued',
    of(sample) {
      const isFit = sample.read.canBeContinued && continuation(sample.read, false) === '&&';
      return isFit ? { run: runOf(sample, { texts: [`${sample.text} && m1`] }) } : null;
    },
    differs: differsOrStops,
  },
  {
    name: 'a script that is continued, with -e',
    of(sample) {
      const separator = continuation(sample.read, true);
      if (typeof separator === 'object') return null;
      const text = `${sample.text}${separator === ';' ? '' : ' '}${separator} m1`;
      return {
        run: runOf(sample, { texts: [text], errexit: true }),
        against: runOf(sample, { errexit: true }),
      };
    },
    differs: differsOrStops,
  },
  {
    name: 'a script in a subshell',
    of: sample => (sample.read.isWhole ? { run: runOf(sample, { texts: [`( ${sample.text} )`] }) } : null),
    differs,
  },
  {
    name: 'a script in the middle of a chain',
    of(sample) {
      if (!sample.read.canBeContinued || SETS.test(sample.text)) return null;
      return { run: runOf(sample, { texts: [`m1 && ${asChainMember(sample.text, sample.read)} && m2`] }) };
    },
    differs(result, plain) {
      const added = callsOf(result, 'm').length;
      if (added !== (plain.status === 0 ? 2 : 1)) return `${added} were added, status ${plain.status}`;
      return differs(withoutAdded(result), plain);
    },
  },
  {
    name: 'another command in the place of one',
    of(sample) {
      const { read, text, failing } = sample;
      const candidates = read.commands.filter(({ words: [name = ''] }) => /^[cn]\d/.test(name));
      const chosen = candidates[text.length % Math.max(1, candidates.length)];
      if (!read.isWhole || chosen === undefined || SETS.test(text)) return null;
      const [name = ''] = chosen.words;
      return {
        run: runOf(sample, {
          texts: [`${text.slice(0, chosen.start)}m1 ${name}${text.slice(chosen.end)}`],
          failing: failing.includes(name) ? [...failing, 'm1'] : failing,
        }),
      };
    },
    differs(result, plain) {
      // Its substitutions are gone, and with it what it assigned.
      const replaced = result.calls.find(({ argv: [name] }) => name === 'm1')?.argv[1];
      const [now, before] = [result, plain].map(each =>
        callsOf(each, 'cnwuxm').map(({ argv }) => {
          return argv[0] === 'm1' || argv[0] === replaced ? 'replaced' : argv.join(' ');
        }),
      );
      return compare(now ?? [], before ?? []);
    },
  },
  joined(false),
  joined(true),
];

/** Scripts that were run by shells of their own, in one. */
function joined(errexit: boolean): Variant {
  return {
    name: `joined scripts${errexit ? ', with -e' : ''}`,
    of(sample, next) {
      const texts = [sample.text, next.text];
      const parts = chainParts([sample.read, next.read], errexit);
      if (parts.some(part => typeof part === 'object')) return null;
      const text = parts.map((part, index) => (part === 'subshell' ? `( ${texts[index]} )` : texts[index]));
      return {
        run: runOf(sample, { texts: [text.join(' && ')], errexit }),
        against: runOf(sample, { texts, errexit }),
      };
    },
    differs,
  };
}

/** Also unless what was added ran exactly when the script had succeeded. */
function differsOrStops(result: ShellResult, plain: ShellResult): string | null {
  const isAdded = callsOf(result, 'm').length > 0;
  if (isAdded !== (plain.status === 0))
    return `status ${plain.status}, what was added ${isAdded ? 'ran' : 'did not'}`;
  return differs(withoutAdded(result), plain);
}

function differs(result: ShellResult, plain: ShellResult): string | null {
  if (result.status !== plain.status) return `status ${result.status} instead of ${plain.status}`;
  const [now, before] = [result, plain].map(({ calls }) => calls.map(call => JSON.stringify(call)));
  return compare(now ?? [], before ?? []);
}

function compare(now: readonly string[], before: readonly string[]): string | null {
  const [one, other] = [now, before].map(calls => calls.toSorted().join('\n'));
  return one === other ? null : `${one}\ninstead of\n${other}`;
}
