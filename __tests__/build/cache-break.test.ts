import { describe, expect, it } from 'vitest';
import type { BuildResult, StepNode } from '../../src/build/build-result.ts';
import type { StepOutcome } from '../../src/build/build-step.ts';
import { cacheBreak } from '../../src/build/cache-break.ts';

interface Step {
  readonly outcome: StepOutcome;
  readonly hash?: string;
  readonly definition?: string;
  readonly inputs?: readonly number[];
  readonly kind?: StepNode['kind'];
  readonly readsFiles?: boolean;
  readonly off?: boolean;
}

function result(steps: readonly Step[]): BuildResult {
  return {
    steps: steps.map(({ outcome, off }, index) => ({
      ...{
        name: `step ${index}`,
        outcome,
        durationMs: 1,
        pullMs: 0,
        onFinalChain: !off,
        platform: null,
        instruction: null,
      },
    })),
    graph: steps.map(({ kind = 'exec', inputs = [], definition = null, readsFiles = false }) => ({
      kind,
      inputs,
      definition,
      readsFiles,
    })),
    stepHashes: steps.map(step => step.hash ?? null),
    ...{
      ...{ warnings: [], dockerfile: null },
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
      cacheBreak(result([pull, cached, { ...ran, inputs: [1] }, { ...ran, inputs: [2] }]), base),
    ).toEqual({ step: 2, reason: 'definition-changed' });
    expect(cacheBreak(result([pull, { ...ran, inputs: [0] }, { ...ran, inputs: [1] }]), base)?.step).toBe(1);
  });

  it('is none when nothing ran, or only what was pulled', () => {
    expect(cacheBreak(result([pull, cached]), base)).toBeNull();
  });

  it('is on the final chain when there is one, and otherwise in the stage that feeds it', () => {
    const ran: Step = { outcome: 'executed', hash: 'x' };
    expect(
      cacheBreak(
        result([
          { ...ran, off: true },
          { ...ran, inputs: [] },
        ]),
        base,
      )?.step,
    ).toBe(1);
    expect(cacheBreak(result([{ ...ran, off: true }, ran, { ...ran, inputs: [1, 0] }]), base)?.step).toBe(1);
    const fed = result([
      { ...ran, off: true },
      { ...ran, off: true },
      { ...ran, off: true, inputs: [1] },
      cached,
      { ...ran, inputs: [3, 2] },
    ]);
    expect(cacheBreak(fed, base)?.step).toBe(1);
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
    expect(cacheBreak(result([pull, cached, { ...step, inputs: [1] }]), against)?.reason).toBe(reason);
  });

  it('does not blame files where no cache was there at all', () => {
    expect(
      cacheBreak(result([pull, { outcome: 'executed', hash: 'b', readsFiles: true, inputs: [0] }]), base)
        ?.reason,
    ).toBe('not-in-cache');
  });
});
