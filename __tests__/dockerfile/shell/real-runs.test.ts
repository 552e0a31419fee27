import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import { readScript } from '../../../src/dockerfile/shell/read-script.ts';
import { runScript } from '../../../src/dockerfile/shell/run-script.ts';
import { times } from '../../support/long.ts';
import { matchesWords } from '../../support/shells/flow.ts';
import {
  areScripts,
  REAL_SHELLS,
  type RealShell,
  ROOT,
  runInShell,
  type ShellResult,
  type ShellWorld,
} from '../../support/shells/shell-runs.ts';
import { runOf, type SampleScript, VARIANTS } from './script-variants.ts';

const TOP = join(import.meta.dirname, '../../..');

/** The scripts of the RUNs of Dockerfiles, with their absolute paths below a folder of their own. */
function scriptsOf(pattern: string): readonly string[] {
  return globSync(pattern, { cwd: TOP })
    .toSorted()
    .flatMap(path => parseDockerfile(readFileSync(join(TOP, path), 'utf8'), path).instructions)
    .filter(({ keyword }) => keyword === 'RUN')
    .map(instruction => runScript(instruction).script.text)
    .map(text =>
      text.replace(/(?<=^|[\s=:"'<>(])\/(?=[a-z])/g, `${ROOT}/`).replaceAll('./configure', 'configure'),
    )
    .filter(text => text !== '');
}

const texts = [
  ...new Set([
    ...scriptsOf('__tests__/dockerfile/shell/real-runs/*.Dockerfile'),
    ...scriptsOf('examples/{good,lessons}/*/Dockerfile*'),
  ]),
];

/** What programs say when a script asks them. */
const ANSWERS = ['amd64', 'x86_64', 'other', ''];

/** Each script with everything going well, and with each of its programs failing. */
const samples = texts.flatMap((text): SampleScript[] => {
  const read = readScript(text);
  const names = [
    ...new Set(read.commands.flatMap(({ words: [name = ''] }) => (/^[a-z]/.test(name) ? [name] : []))),
  ];
  const base = { text, read, commands: [], isUnsure: false };
  return [
    ...(text.includes('$(') ? ANSWERS : ['']).map(choice => ({ ...base, failing: [], choice })),
    ...names.map(name => ({ ...base, failing: [name], choice: 'amd64' })),
  ];
});

/** And the function of one of the scripts. */
const BUILTINS = new Set('[ cd continue echo exit export read set test true : _update_repo'.split(' '));

/** Anything that could be the name of a program; what an ENV would have set; and no directories. */
const world: ShellWorld = {
  programs: texts.flatMap(text => text.match(/[A-Za-z_][\w.+-]*/g) ?? []),
  prelude: [
    ...texts
      .flatMap(text => text.match(/(?<=\$\{?)[A-Z][A-Z_0-9]{2,}/g) ?? [])
      .map(name => `export ${name}=1`),
    'cd() { :; }',
  ]
    .filter(line => !/ (?:PATH|HOME|PIPESTATUS)=/.test(line))
    .join('\n'),
};

/** Whether the call may be one of a substitution: its name stands in one. */
function isSubstituted(text: string, name: string): boolean {
  return (text.match(/\$\([^)]*|`[^`]*/g) ?? []).some(inner => inner.includes(name));
}

describe.skipIf(process.platform !== 'linux').each(REAL_SHELLS)('%s', (shell: RealShell) => {
  let plain: readonly ShellResult[];
  beforeAll(async () => {
    plain = await runInShell(
      shell,
      samples.map(sample => runOf(sample)),
      world,
    );
  }, 300_000);

  it('takes the scripts of Dockerfiles for scripts', async () => {
    const are = await areScripts(shell, texts);
    expect(texts.filter((_, index) => !are[index])).toEqual([]);
  });

  it('runs of them what was read', () => {
    const wrong = samples.flatMap(({ text, read }, index) =>
      (plain[index]?.calls ?? [])
        .filter(({ argv }) => !read.commands.some(({ words }) => matchesWords(words, argv)))
        .filter(({ argv: [name = ''] }) => !isSubstituted(text, name))
        .map(({ argv }) => ({ text, argv })),
    );
    expect(wrong).toEqual([]);
  });

  it('runs all that was read, when one thing or another goes wrong', () => {
    const ran = new Set(
      samples.flatMap(({ text }, index) =>
        (plain[index]?.calls ?? []).map(({ argv: [name] }) => `${name} of ${text}`),
      ),
    );
    const left = texts.flatMap(text =>
      readScript(text)
        .commands.map(({ words: [name = ''] }) => name)
        .filter(name => name !== '' && !BUILTINS.has(name) && !ran.has(`${name} of ${text}`)),
    );
    expect(left).toEqual([]);
  });

  it.each(VARIANTS.map((variant): [string, typeof variant] => [variant.name, variant]))(
    'runs %s as the script alone',
    async (_, variant) => {
      // All of them go through the same variants: a few ways to go are enough.
      const some = samples.filter((_, index) => index % times(11, 1) === 0);
      const made = some.flatMap((sample, index) => {
        const found = variant.of(sample, some[index + 1] ?? sample);
        return found === null ? [] : [{ index, run: found.run, against: found.against ?? runOf(sample) }];
      });
      const results = await runInShell(
        shell,
        made.flatMap(({ run, against }) => [run, against]),
        world,
      );
      const wrong = made.flatMap(({ run }, at) => {
        const [result, alone] = [results[2 * at], results[2 * at + 1]];
        const what = result && alone ? variant.differs(result, alone) : 'did not run';
        return what === null ? [] : [{ what, run }];
      });
      expect(wrong.slice(0, 3)).toEqual([]);
    },
  );
});

it('understands the scripts of Dockerfiles, but for functions', () => {
  const not = texts.filter(text => !readScript(text).isUnderstood);
  expect(not.map(text => /\w+\(\)/.exec(text)?.[0])).toEqual(['_update_repo()']);
});
