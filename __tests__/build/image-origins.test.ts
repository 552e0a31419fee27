import { describe, expect, it } from 'vitest';
import { readHistoryOrigins } from '../../src/build/image-origins.ts';
import { parseDockerfile } from '../../src/dockerfile/dockerfile.ts';

const entry = (createdBy: string, emptyLayer = false) => ({ createdBy, emptyLayer });
const dockerfile = parseDockerfile(
  'FROM debian:12 AS one\nRUN make\nWORKDIR /\nENV A=1\nFROM one\nWORKDIR /app\nCOPY a b\nCMD x\n',
  'Dockerfile',
);
const own = [
  entry('RUN /bin/sh -c make # buildkit'),
  entry('WORKDIR /', true),
  entry('ENV A=1', true),
  entry('WORKDIR /app'),
  entry('COPY a b # buildkit'),
  entry('CMD ["x"]', true),
];
const base = [
  entry('/bin/sh -c #(nop) ADD file:1 in / '),
  entry('/bin/sh -c #(nop)  CMD ["bash"]', true),
  entry('RUN apt # buildkit'),
];

const shown = (history: readonly { createdBy: string; emptyLayer: boolean }[], target?: string) => {
  const origins = readHistoryOrigins(history, dockerfile, target);
  return [
    origins.baseLayerCount,
    ...origins.layers.map(layer => `${layer.instruction?.startLine ?? '-'} ${layer.origin}`),
  ];
};

describe('origins from history', () => {
  it('counts entries that made layers from the end, through the stages', () => {
    expect(shown([...base, ...own])).toEqual([2, '1 base', '1 base', '2 own', '6 own', '7 own']);
    expect(readHistoryOrigins([...base, ...own], dockerfile).baseImageName).toBe('debian:12');
  });
  it('takes a target', () => {
    expect(shown([...base, ...own.slice(0, 1)], 'one')).toEqual([2, '1 base', '1 base', '2 own']);
  });
  it('knows entries of the classic builder', () => {
    const classic = [
      entry('/bin/sh -c make'),
      entry('/bin/sh -c #(nop) WORKDIR /app'),
      entry('/bin/sh -c #(nop) COPY file:1 in b'),
    ];
    expect(shown([...base, ...classic])).toEqual([2, '1 base', '1 base', '2 own', '6 own', '7 own']);
  });
  it('does not guess below an entry that does not fit', () => {
    expect(shown([...base, entry('ADD x y'), ...own.slice(3)])).toEqual([
      null,
      '- unknown',
      '- unknown',
      '- unknown',
      '6 own',
      '7 own',
    ]);
    expect(shown([])).toEqual([null]);
  });
});
