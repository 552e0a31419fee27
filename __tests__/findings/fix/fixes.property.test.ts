import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyEdits } from '../../../src/dockerfile/edit/apply-edits.ts';
import { type Fix, findFixes } from '../../../src/findings/fix/fix.ts';
import { unionOfSavings } from '../../../src/findings/freed-bytes.ts';
import { findFindings } from '../../../src/findings/rules.ts';
import { times } from '../../support/long.ts';
import { contextOf } from '../finding-case.ts';
import { type Effect, SimulatedBuild } from './simulated-build.ts';

const BASE = { base: true, files: { 'bin/bash': 50_000_000 } } as const;

/** Of files that two commands may write, delete or change: of the user's, of caches, of package managers. */
// biome-ignore format: a list
const PATHS = [
  'opt/a/x', 'opt/a/y', 'opt/b', 'work/x', 'work/y', 'usr/bin/tool', 'tmp/part/x', 'tmp/y', 'root/.npm/_cacache/c1',
  'root/.npm/_cacache/c2', 'var/lib/dpkg/status', 'var/cache/debconf/templates.dat', 'var/log/dpkg.log', 'var/lib/apt/lists/p1',
] as const;

// biome-ignore format: a list
const REMOVALS = [
  'rm -rf /opt/a', 'rm -rf /work', 'rm -rf /work/x', 'rm -rf /tmp/part', 'rm -rf /tmp/*', 'rm -rf /root/.npm', 'npm cache clean --force',
  'rm -rf /var/lib/apt/lists/*', 'rm -rf /opt/b /work',
] as const;

const size = fc.oneof(
  fc.integer({ min: 150_000, max: 900_000 }),
  fc.integer({ min: 1_000_000, max: 60_000_000 }),
);

interface Command {
  readonly text: string;
  readonly effects: readonly Effect[] | null;
}

/** Names are given later: each command that writes has one of its own. */
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .array(
        fc.record({
          path: fc.constantFrom(...PATHS),
          size,
          content: fc.constantFrom('a', 'b', 'c'),
          mode: fc.constantFrom(0o644, 0o755),
        }),
        { minLength: 1, maxLength: 3 },
      )
      .map(effects => ({ text: '', effects })),
  },
  { weight: 2, arbitrary: fc.constantFrom(...REMOVALS).map(text => ({ text, effects: null })) },
);

interface Instruction {
  readonly keyword: 'RUN' | 'COPY';
  readonly commands: readonly Command[];
  readonly comment: string;
}

const instruction: fc.Arbitrary<Instruction> = fc.record({
  keyword: fc.constantFrom('RUN', 'RUN', 'RUN', 'RUN', 'COPY'),
  commands: fc.array(command, { minLength: 1, maxLength: 3 }),
  comment: fc.constantFrom('', '', '', '', '# why', '# in its own layer'),
});

interface Sample {
  readonly text: string;
  readonly effects: ReadonlyMap<string, readonly Effect[]>;
}

const NPM = /^root\/\.npm/;
const APT = /^var\/(?:lib\/(?:apt|dpkg)|cache\/debconf)/;

/** What a command that writes these is called: package managers are known by their names. */
function named({ effects, text }: Command, number: number): string {
  if (effects === null) return text;
  if (effects.some(({ path }) => NPM.test(path))) return `npm install -g p${number}`;
  if (effects.some(({ path }) => path.startsWith('var/lib/apt'))) return `apt-get update -o n=${number}`;
  if (effects.some(({ path }) => APT.test(path)))
    return `apt-get install -y --no-install-recommends p${number}`;
  return `w${number}`;
}

const sample: fc.Arbitrary<Sample> = fc
  .array(instruction, { minLength: 2, maxLength: 7 })
  .map(instructions => {
    const effects = new Map<string, readonly Effect[]>();
    const lines = ['FROM debian:bookworm'];
    let number = 0;
    for (const { keyword, commands, comment } of instructions) {
      if (comment !== '') lines.push(comment);
      if (keyword === 'COPY') {
        number += 1;
        const copied = commands.flatMap(each => each.effects ?? []).slice(0, 1);
        const line = `COPY c${number} /c${number}`;
        effects.set(
          line,
          copied.map(each => ({ ...each, path: `c${number}` })),
        );
        lines.push(line);
        continue;
      }
      const texts = commands.map(each => {
        number += 1;
        const text = named(each, number);
        // Sizes are those of a content: what is the same in one is the same in the other.
        if (each.effects !== null)
          effects.set(
            text,
            each.effects.map(effect => ({ ...effect, content: `${effect.content}${effect.size}` })),
          );
        return text;
      });
      lines.push(`RUN ${texts.join(' && ')}`);
    }
    return { text: `${lines.join('\n')}\n`, effects };
  });

function sizeOf(layers: ReturnType<SimulatedBuild['layers']>): number {
  return layers.reduce((sum, { files }) => {
    return (
      sum +
      Object.values(files ?? {}).reduce<number>(
        (all, file) => all + (typeof file === 'number' ? file : file.size),
        0,
      )
    );
  }, 0);
}

function reachesFurther(fixes: readonly Fix[]): boolean {
  const edits = fixes.flatMap(fix => fix.edits);
  return edits.some(
    edit =>
      edit.kind === 'append-command' &&
      edits.some(({ kind, ...range }) => {
        return (
          kind === 'merge-runs' &&
          'lastLine' in range &&
          range.line <= edit.line &&
          edit.line <= range.lastLine
        );
      }),
  );
}

describe('fixes of any image', () => {
  it('save together, when they are made, exactly what each is said to add', () => {
    let fixed = 0;
    let merged = 0;
    let further = 0;
    fc.assert(
      fc.property(sample, ({ text, effects }) => {
        const layers = new SimulatedBuild(effects).layers(text);
        const context = contextOf({
          dockerfile: text.trimEnd().split('\n'),
          layers: [BASE, ...layers],
          findings: [],
        });
        const fixes = findFixes(findFindings(context));
        if (fixes.length === 0) return;
        const added = fixes.reduce((sum, { addedBytes }) => sum + addedBytes, 0);
        expect(added).toBe(unionOfSavings(fixes));
        const made = applyEdits(
          { dockerfile: text, ignore: '' },
          fixes.flatMap(({ edits }) => edits),
          'Dockerfile',
        );
        if ('reason' in made) throw new Error(made.reason);
        const after = new SimulatedBuild(effects).layers(made.dockerfile);
        const saved = sizeOf(layers) - sizeOf(after);
        // A clean-up of one fix reaches, in the RUN that another one makes, what the other RUNs left in the same cache.
        const more = reachesFurther(fixes) ? Math.max(0, saved - added) : 0;
        expect({ saved: saved - more, made: made.dockerfile }).toEqual({
          saved: added,
          made: made.dockerfile,
        });
        if (more > 0) further += 1;
        fixed += 1;
        if (made.dockerfile.includes('\\\n')) merged += 1;
      }),
      { numRuns: times(400, 3000) },
    );
    expect(fixed).toBeGreaterThan(100);
    expect(merged).toBeGreaterThan(30);
    expect(further / fixed).toBeLessThan(0.05);
  }, 600_000);
});
