import { expect, it } from 'vitest';
import type { BuildResult } from '../../src/build/build-result.ts';
import { findCacheBreak } from '../../src/build/cache-break.ts';
import { stepsOfPlatform } from '../../src/build/platform-steps.ts';

const AMD = 'linux/amd64';
const ARM = 'linux/arm64';

interface Step {
  readonly name: string;
  readonly platform: string | null;
  /** Platforms that provenance tells. */
  readonly leadsTo?: readonly string[];
  readonly inputs: readonly number[];
  readonly ran?: boolean;
}

function built(steps: readonly Step[], more: Partial<BuildResult> = {}): BuildResult {
  return {
    steps: steps.map(({ name, platform, ran = false }) => ({
      ...{ name, platform, outcome: ran ? 'executed' : 'cached', durationMs: 1, pullMs: 0 },
      ...{ onFinalChain: true, instruction: null },
    })),
    graph: steps.map(({ inputs, leadsTo }) => ({
      ...{ kind: 'exec', inputs, definition: null, operation: null, readsFiles: false },
      ...(leadsTo ? { platforms: leadsTo } : {}),
    })),
    stepHashes: steps.map(({ name }) => name),
    ...{
      warnings: [],
      dockerfile: null,
      ignoreFile: null,
      metadata: { imageId: '', digest: '', json: '{}' },
    },
    ...{ images: [], pins: {}, notices: [], durationMs: 0, ...more },
  };
}

const names = ({ steps }: BuildResult): readonly string[] => steps.map(({ name }) => name);

it('a platform is told its own steps, and those that it shares', () => {
  const build = built([
    { name: 'tool', platform: AMD, leadsTo: [AMD, ARM], inputs: [] },
    { name: 'amd', platform: AMD, leadsTo: [AMD], inputs: [0] },
    // It runs on the builder's platform, whose name it has.
    { name: 'cross', platform: AMD, leadsTo: [ARM], inputs: [0], ran: true },
    { name: 'arm', platform: ARM, leadsTo: [ARM], inputs: [2], ran: true },
  ]);
  const [amd, arm] = [stepsOfPlatform(build, AMD), stepsOfPlatform(build, ARM)];
  expect([names(amd), names(arm)]).toEqual([
    ['tool', 'amd'],
    ['tool', 'cross', 'arm'],
  ]);
  expect(arm.graph.map(({ inputs }) => inputs)).toEqual([[], [0], [1]]);
  expect(arm.stepHashes).toEqual(['tool', 'cross', 'arm']);
  // What only the other one ran broke nobody's cache here.
  expect(findCacheBreak(amd, null)).toBeNull();
  expect(findCacheBreak(arm, null)).toMatchObject({ step: 1 });
  expect(stepsOfPlatform(build, null)).toBe(build);
});

it('without provenance the names of steps tell', () => {
  const build = built([
    { name: 'any', platform: null, inputs: [] },
    { name: 'amd', platform: AMD, inputs: [0] },
    { name: 'arm', platform: ARM, inputs: [0] },
  ]);
  expect(names(stepsOfPlatform(build, ARM))).toEqual(['any', 'arm']);
});

it('what was to run without a cache broke none', () => {
  const steps = [
    { name: '[builder 1/2] RUN a', platform: null, inputs: [], ran: true },
    { name: '[linux/amd64 builder 2/2] RUN b', platform: AMD, inputs: [], ran: true },
    { name: '[stage-1 2/2] RUN c', platform: null, inputs: [], ran: true },
  ];
  expect(findCacheBreak(built(steps), null)).toMatchObject({ step: 0 });
  const filtered = built(steps, { uncached: { all: false, stages: ['Builder'] } });
  expect(findCacheBreak(filtered, null)).toMatchObject({ step: 2 });
  expect(findCacheBreak(built(steps, { uncached: { all: true, stages: [] } }), null)).toBeNull();
});
