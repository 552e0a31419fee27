import { describe, expect, it } from 'vitest';
import type { BuildResult, StepNode, StepOutcome } from '../../src/build/build-result.ts';
import { type BuiltLayers, findCacheBreak } from '../../src/build/cache-break.ts';
import { instructionAt } from '../support/fabricate/instruction.ts';
import { directory, file } from '../support/scans/scan.ts';

interface Step {
  readonly outcome: StepOutcome;
  readonly hash?: string;
  readonly definition?: string;
  readonly operation?: string;
  /** Of the instruction, at the line that is the step's index. */
  readonly text?: string;
  readonly durationMs?: number;
  readonly pullMs?: number;
  readonly inputs?: readonly number[];
  readonly kind?: StepNode['kind'];
  readonly readsFiles?: boolean;
  readonly off?: boolean;
}

function result(steps: readonly Step[]): BuildResult {
  return {
    steps: steps.map(({ outcome, off, text, durationMs = 1, pullMs = 0 }, index) => ({
      ...{
        name: `step ${index}`,
        outcome,
        durationMs,
        pullMs,
        onFinalChain: !off,
        platform: null,
        instruction: text === undefined ? null : instructionAt(index, text),
      },
    })),
    graph: steps.map(
      ({ kind = 'exec', inputs = [], definition = null, operation = null, readsFiles = false }) => ({
        kind,
        inputs,
        definition,
        operation,
        readsFiles,
      }),
    ),
    stepHashes: steps.map(step => step.hash ?? null),
    ...{
      ...{ warnings: [], dockerfile: null, ignoreFile: null },
      metadata: { imageId: '', digest: '', json: '{}' },
      images: [],
      pins: {},
      notices: [],
      durationMs: 0,
    },
  };
}

const pull: Step = { outcome: 'executed', kind: 'source', hash: 'from', off: true };
const cached: Step = { outcome: 'cached', hash: 'a', inputs: [0] };
const base = result([pull, cached, { outcome: 'executed', hash: 'b', definition: 'B', inputs: [1] }]);

describe('the step at which the cache broke', () => {
  it('is the first that ran on cached inputs, whatever was pulled', () => {
    const ran: Step = { outcome: 'executed', hash: 'x' };
    expect(
      findCacheBreak(result([pull, cached, { ...ran, inputs: [1] }, { ...ran, inputs: [2] }]), base),
    ).toEqual({ step: 2, reason: 'definition-changed', lostMs: 2, files: null });
    expect(findCacheBreak(result([pull, { ...ran, inputs: [0] }, { ...ran, inputs: [1] }]), base)?.step).toBe(
      1,
    );
  });

  it('is none when nothing ran, or only what was pulled', () => {
    expect(findCacheBreak(result([pull, cached]), base)).toBeNull();
  });

  it('is on the final chain when there is one, and otherwise in the stage that feeds it', () => {
    const ran: Step = { outcome: 'executed', hash: 'x' };
    expect(
      findCacheBreak(
        result([
          { ...ran, off: true },
          { ...ran, inputs: [] },
        ]),
        base,
      )?.step,
    ).toBe(1);
    expect(findCacheBreak(result([{ ...ran, off: true }, ran, { ...ran, inputs: [1, 0] }]), base)?.step).toBe(
      1,
    );
    const fed = result([
      { ...ran, off: true },
      { ...ran, off: true },
      { ...ran, off: true, inputs: [1] },
      cached,
      { ...ran, inputs: [3, 2] },
    ]);
    expect(findCacheBreak(fed, base)?.step).toBe(1);
  });

  it.each<[string, Step, BuildResult | null, string]>([
    ['no base build', { outcome: 'executed', hash: 'b' }, null, 'not-in-cache'],
    ['the same definition', { outcome: 'executed', hash: 'b' }, base, 'not-in-cache'],
    [
      'the same definition that reads files',
      { outcome: 'executed', hash: 'b', readsFiles: true },
      base,
      'content-changed',
    ],
    ['another base image', { outcome: 'executed', hash: 'x', definition: 'B' }, base, 'base-changed'],
    ['another definition', { outcome: 'executed', hash: 'x', definition: 'X' }, base, 'definition-changed'],
    ['nothing known', { outcome: 'executed' }, base, 'unknown'],
  ])('%s', (_name, step, against, reason) => {
    expect(findCacheBreak(result([pull, cached, { ...step, inputs: [1] }]), against)?.reason).toBe(reason);
  });

  it('does not blame files where no cache was there at all', () => {
    expect(
      findCacheBreak(result([pull, { outcome: 'executed', hash: 'b', readsFiles: true, inputs: [0] }]), base)
        ?.reason,
    ).toBe('not-in-cache');
  });
});

describe('why, compared with the base', () => {
  const known = result([pull, cached, { outcome: 'executed', hash: 'b', operation: 'O', text: 'RUN b' }]);

  it.each<[string, Step, string]>([
    ['an instruction that the base lacks', { outcome: 'executed', hash: 'x', text: 'RUN c' }, 'text-changed'],
    ['the same instruction', { outcome: 'executed', hash: 'x', text: 'RUN b' }, 'arguments-changed'],
    ['no instruction', { outcome: 'executed', hash: 'x' }, 'definition-changed'],
    [
      'the same step on another one',
      { outcome: 'executed', hash: 'x', operation: 'O', text: 'RUN b' },
      'earlier-step-changed',
    ],
  ])('%s', (_name, step, reason) => {
    expect(findCacheBreak(result([pull, cached, { ...step, inputs: [1] }]), known)?.reason).toBe(reason);
  });
});

describe('what a break costs', () => {
  const ran: Step = { outcome: 'executed', hash: 'x' };

  it('is the time of what ran because of it, without what was pulled', () => {
    const head = result([
      { ...pull, durationMs: 900 },
      { ...cached, inputs: [0] },
      { ...ran, inputs: [1], durationMs: 20 },
      { ...ran, inputs: [2], durationMs: 300, pullMs: 100.5 },
      { ...ran, off: true, inputs: [1], durationMs: 5000 },
      { ...cached, inputs: [3] },
      { ...ran, inputs: [5], durationMs: 7 },
    ]);
    expect(findCacheBreak(head, base)).toMatchObject({ step: 2, lostMs: 219.5 });
  });

  it('tells which of several to speak of', () => {
    const head = result([
      { ...ran, durationMs: 10 },
      { ...ran, off: true, durationMs: 400 },
      { ...ran, inputs: [0, 1], durationMs: 1 },
    ]);
    expect(findCacheBreak(head, base)).toMatchObject({ step: 1, lostMs: 401 });
  });
});

describe('which files changed', () => {
  const copy: Step = { outcome: 'executed', hash: 'b', readsFiles: true, text: 'COPY . /app', inputs: [1] };
  const head = result([pull, cached, copy]);
  const same = result([pull, cached, copy]);
  const at = instructionAt(2, 'COPY . /app');
  type Entries = BuiltLayers['head'][number]['entries'];
  const before = [
    directory('app'),
    file('app/a.js', 5, { content: 'a' }),
    file('app/run.sh', 9, { content: 'r' }),
  ];
  const layers = (entries: Entries): BuiltLayers => ({
    head: [{ instruction: at, entries }],
    baseline: [
      { instruction: instructionAt(1, 'RUN x'), entries: [file('app/run.sh', 1)] },
      { instruction: at, entries: before },
    ],
  });

  it.each<[string, Entries, string, readonly string[] | null]>([
    ['content', [...before, file('app/a.js', 5, { content: 'b' })], 'content-changed', ['app/a.js']],
    ['size', [...before, file('app/a.js', 6, { content: 'a' })], 'content-changed', ['app/a.js']],
    ['one more', [...before, file('app/b.js', 0)], 'content-changed', ['app/b.js']],
    ['one less', before.slice(0, 2), 'content-changed', ['app/run.sh']],
    [
      'mode',
      [...before, file('app/run.sh', 9, { content: 'r', mode: 0o755 })],
      'mode-changed',
      ['app/run.sh'],
    ],
    ['mode of a directory', [...before, directory('app', { mode: 0o700 })], 'mode-changed', ['app/']],
    ['a time', [...before, file('app/a.js', 5, { content: 'a', mtime: 99 })], 'not-in-cache', null],
  ])('%s', (_name, entries, reason, paths) => {
    const told = findCacheBreak(head, same, layers(entries));
    expect(told?.reason).toBe(reason);
    expect(told?.files?.paths ?? null).toEqual(paths);
    expect(told?.files?.count).toBe(paths?.length);
  });

  it('says nothing where contents are not known, or the step is not of the image', () => {
    const { content: _unread, ...unread } = file('app/a.js', 5);
    const told = { reason: 'content-changed', files: null };
    expect(
      findCacheBreak(head, same, layers([before[0], unread, before[2]].flatMap(e => e ?? []))),
    ).toMatchObject(told);
    const off = result([
      pull,
      cached,
      { ...copy, off: true },
      { outcome: 'executed', hash: 'c', inputs: [2] },
    ]);
    expect(findCacheBreak(off, same, layers([]))).toMatchObject(told);
  });

  it('lists the first and counts all', () => {
    const more = Array.from({ length: 12 }, (_, index) => file(`app/${index}.js`, 1));
    const files = findCacheBreak(head, same, layers([...before, ...more]))?.files;
    expect(files?.paths).toEqual(['app/0.js', 'app/1.js', 'app/2.js', 'app/3.js', 'app/4.js']);
    expect(files?.count).toBe(12);
  });
});
