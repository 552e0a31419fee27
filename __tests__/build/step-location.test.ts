// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Dockerfiles
import { expect, it } from 'vitest';
import type { FinalChain } from '../../src/build/final-chain.ts';
import type { BuildProvenance } from '../../src/build/provenance.ts';
import { locateSteps } from '../../src/build/step-location.ts';
import { parseDockerfile } from '../../src/dockerfile/dockerfile.ts';

const line = (startLine: number) => ({ startLine, endLine: startLine });

/** Two steps, of which the lower one stands at lines 3 and 8, and the upper one at line 6. */
function lines(from: string, target = ''): (number | undefined)[] {
  const dockerfile = parseDockerfile(
    [
      'ARG BASE',
      'FROM debian AS one',
      'RUN same',
      '',
      from,
      'RUN own',
      'FROM debian AS twin',
      'RUN same',
    ].join('\n'),
    'Dockerfile',
  );
  const provenance: BuildProvenance = {
    ...{
      steps: new Map(),
      stepOfVertex: new Map(),
      layerCounts: new Map(),
      materials: new Map(),
      dockerfile: null,
      builderPlatform: null,
    },
    locations: new Map([
      ['low', [line(3), line(8)]],
      ['high', [line(6)]],
    ]),
  };
  const step = (id: string, layerCount: number) => ({ id, layerCount, merged: [] });
  const chain: FinalChain = {
    ...{
      steps: [step('low', 2), step('high', 3)],
      baseStep: 'base',
      baseImage: null,
      baseLayerCount: 1,
      layerCount: 3,
    },
  };
  const located = locateSteps(provenance, chain, dockerfile, target, new Map());
  return [located.of('low')?.startLine, located.of('high')?.startLine, located.from?.startLine];
}

it('places a shared step in the stages of the target', () => {
  expect(lines('FROM one AS top', 'top')).toEqual([3, 6, 2]);
});

it('places it above the step that follows where the stages cannot be told', () => {
  expect(lines('FROM ${BASE} AS top', 'top')).toEqual([3, 6, 5]);
});
