import { beforeAll, describe, expect, it } from 'vitest';
import { readScript } from '../../../src/dockerfile/shell/read-script.ts';
import type { ShellScript } from '../../../src/dockerfile/shell/shell-command.ts';
import { times } from '../../support/long.ts';
import { isPossible, matchesWords } from '../../support/shells/flow.ts';
import { RandomNumbers } from '../../support/shells/random-numbers.ts';
import { randomScript } from '../../support/shells/random-script.ts';
import { randomSoup } from '../../support/shells/random-soup.ts';
import {
  areScripts,
  REAL_SHELLS,
  type RealShell,
  runInShell,
  type ShellResult,
} from '../../support/shells/shell-runs.ts';
import { callsOf, runOf, type SampleScript, VARIANTS } from './script-variants.ts';

/** Another seed tries others: DEADWEIGHT_SEED. */
const random = new RandomNumbers(Number(process.env['DEADWEIGHT_SEED'] ?? 1));

const samples = Array.from({ length: times(900, 30_000) }, (): SampleScript => {
  const script = randomScript(random);
  const odds = random.pick([1000, 3, 2]);
  const failing = [...script.commands, 's1', 's2', 's3', 'x1', 'x2', 'x3'].filter(() => random.isOneIn(odds));
  return {
    ...script,
    read: readScript(script.text),
    failing,
    choice: random.pick(['a', 'b', 'a b', 'in', 'z']),
  };
});
const understood = samples.filter(({ read }) => read.isUnderstood);

/** Variants cost more: some of the scripts are enough. */
const variants = understood.slice(0, times(240, 8000)).flatMap((sample, index) =>
  VARIANTS.flatMap(variant => {
    const made = variant.of(sample, understood[index + 1] ?? sample);
    return made === null ? [] : [{ variant, index, ...made }];
  }),
);

const soups = Array.from({ length: times(4000, 120_000) }, () => randomSoup(random)).filter(text => {
  return readScript(text).isUnderstood;
});

interface Results {
  readonly plain: readonly ShellResult[];
  readonly areScripts: readonly boolean[];
  /** Of each variant, and of what it is held against when that is not the script alone. */
  readonly variants: readonly (readonly [ShellResult, ShellResult | null])[];
  readonly soups: readonly ShellResult[];
}

async function resultsOf(shell: RealShell): Promise<Results> {
  const pairs = variants.map(({ run, against }) => (against === undefined ? [run] : [run, against]));
  const plain = understood.map(sample => runOf(sample));
  const soup = soups.map(text => ({ texts: [text], failing: [] }));
  const results = await runInShell(shell, [...plain, ...soup, ...pairs.flat()]);
  const queue = results.slice(plain.length + soup.length)[Symbol.iterator]();
  const next = (): ShellResult => queue.next().value ?? { calls: [], status: -1 };
  return {
    plain: results.slice(0, plain.length),
    areScripts: await areScripts(
      shell,
      understood.map(({ text }) => text),
    ),
    variants: pairs.map(pair => [next(), pair.length > 1 ? next() : null]),
    soups: results.slice(plain.length, plain.length + soup.length),
  };
}

interface Wrong {
  readonly text: string;
  readonly what: unknown;
}

/** The shortest of what is wrong: it can be read. */
function shortest(wrong: readonly Wrong[]): readonly Wrong[] {
  return wrong.toSorted((a, b) => a.text.length - b.text.length).slice(0, 3);
}

/** A call of a stub that is no command of the script, or has other arguments. */
function strangeCall(
  { commands }: ShellScript,
  result: ShellResult,
  kinds: string,
): readonly string[] | undefined {
  return callsOf(result, kinds)
    .map(({ argv }) => argv)
    .find(argv => !commands.some(({ words }) => matchesWords(words, argv)));
}

describe('a generated script', () => {
  it('is read whole, with all of its commands and nothing else', () => {
    const wrong = samples.flatMap(({ text, read, commands, isUnsure }): Wrong[] => {
      if (!read.isUnderstood) return isUnsure ? [] : [{ text, what: 'not understood' }];
      const found = read.commands.flatMap(({ words: [name = ''] }) => (/^[cnwu]\d/.test(name) ? [name] : []));
      return found.join() === commands.join() ? [] : [{ text, what: { found, commands } }];
    });
    expect(shortest(wrong)).toEqual([]);
  });
});

// The shells that macOS has are of another age.
describe.skipIf(process.platform !== 'linux')('a real shell', () => {
  const all = new Map<RealShell, Results>();
  const of = (shell: RealShell): Results => {
    const results = all.get(shell);
    if (results === undefined) throw new Error(`${shell} did not run`);
    return results;
  };
  beforeAll(async () => {
    await Promise.all(REAL_SHELLS.map(async shell => all.set(shell, await resultsOf(shell))));
  }, 1_800_000);

  describe.each(REAL_SHELLS)('%s', shell => {
    it('takes what is understood for a script', () => {
      const wrong = understood.filter((_, index) => !of(shell).areScripts[index]);
      expect(shortest(wrong.map(({ text }) => ({ text, what: 'no script' })))).toEqual([]);
    });

    it('runs the commands that were read, with the arguments that were read', () => {
      const wrong = understood.flatMap(({ text, read }, index) => {
        const what = strangeCall(read, of(shell).plain[index] ?? { calls: [], status: -1 }, 'cnwuz');
        return what === undefined ? [] : [{ text, what }];
      });
      expect(shortest(wrong)).toEqual([]);
    });

    it('goes the ways that the operators show', () => {
      const wrong = understood.flatMap(({ text, read, failing }, index) => {
        const result = of(shell).plain[index];
        // These may end a script.
        if (result === undefined || /\b(?:set|exit|exec|trap)\b/.test(text)) return [];
        return isPossible(read, result, failing) ? [] : [{ text, what: result }];
      });
      expect(shortest(wrong)).toEqual([]);
    });

    it('runs a chain up to its first failure', () => {
      const chains = understood.flatMap(({ text, read, failing, commands }, index) => {
        const result = of(shell).plain[index];
        const isPlain = !/\b(?:set|exit|exec|trap|false|cd|test|read)\b|\[|x\d/.test(text);
        return result !== undefined && read.isChain && isPlain ? [{ text, result, failing, commands }] : [];
      });
      expect(chains.length).toBeGreaterThan(20);
      const wrong = chains.flatMap(({ text, result, failing, commands }) => {
        const end = commands.findIndex(name => failing.includes(name));
        const expected = end < 0 ? commands : commands.slice(0, end + 1);
        const ran = callsOf(result, 'cnwu').map(({ argv: [name] }) => name);
        const isRight = ran.join() === expected.join() && result.status === (end < 0 ? 0 : 1);
        return isRight ? [] : [{ text, what: result }];
      });
      expect(shortest(wrong)).toEqual([]);
    });

    it('reaches most of the commands that were read', () => {
      const reached = understood.map((_, index) => {
        return new Set((of(shell).plain[index]?.calls ?? []).map(({ argv: [name] }) => name));
      });
      const commands = understood.flatMap((sample, index) =>
        sample.commands.filter(name => name.startsWith('c')).map(name => reached[index]?.has(name)),
      );
      expect(commands.filter(Boolean).length / commands.length).toBeGreaterThan(0.5);
    });

    it.each(VARIANTS.map((variant): [string, typeof variant] => [variant.name, variant]))(
      'runs %s as the script alone',
      (_, variant) => {
        const wrong = variants.flatMap(({ variant: its, index, run }, at) => {
          const [result, against] = of(shell).variants[at] ?? [null, null];
          const plain = against ?? of(shell).plain[index];
          if (its !== variant || result === null || plain === undefined) return [];
          const what = variant.differs(result, plain);
          return [{ text: run.texts.join('\n---\n'), what: what === null ? null : { what, run } }];
        });
        expect(wrong.length).toBeGreaterThan(20);
        expect(shortest(wrong.filter(({ what }) => what !== null))).toEqual([]);
      },
    );

    it('runs of any text that is understood the commands that were read', () => {
      expect(soups.length).toBeGreaterThan(200);
      const wrong = soups.flatMap((text, index) => {
        const what = strangeCall(
          readScript(text),
          of(shell).soups[index] ?? { calls: [], status: -1 },
          'cwu',
        );
        return what === undefined ? [] : [{ text, what }];
      });
      expect(shortest(wrong)).toEqual([]);
    });
  });
});
