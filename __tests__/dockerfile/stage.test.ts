// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Dockerfiles
import { describe, expect, it } from 'vitest';
import { parsePlatform } from '../../src/base/platform.ts';
import { parseDockerfile } from '../../src/dockerfile/dockerfile.ts';
import { platformArguments } from '../../src/dockerfile/platform-arguments.ts';
import { stageAncestry, targetStage } from '../../src/dockerfile/stage.ts';

const file = parseDockerfile(
  [
    'ARG BASE=builder',
    'ARG IMAGE=debian:${TAG:-bookworm}',
    'FROM --platform=$BUILDPLATFORM ${IMAGE} AS Builder',
    'RUN one',
    'FROM scratch',
    'COPY --from=builder /a /a',
    'FROM ${BASE} as final',
    'RUN two',
  ].join('\n'),
  'Dockerfile',
);

describe('stages', () => {
  it('have a name, a base and a line range', () => {
    expect(
      file.stages.map(({ name, baseImage: base, platform, startLine, endLine }) => [
        name,
        base,
        platform,
        startLine,
        endLine,
      ]),
    ).toEqual([
      ['builder', '${IMAGE}', '$BUILDPLATFORM', 3, 4],
      [null, 'scratch', null, 5, 6],
      ['final', '${BASE}', null, 7, 8],
    ]);
    expect(file.instructions.map(each => each.stage)).toEqual([null, null, 0, 0, 1, 1, 2, 2]);
  });

  it.each([
    ['', 2],
    ['FINAL', 2],
    ['builder', 0],
    ['1', 1],
    ['nope', undefined],
    ['9', undefined],
  ])('--target %s', (target, index) => {
    expect(targetStage(file.stages, target)?.index).toBe(index);
  });

  it('are followed through FROM of a stage, with the ARGs of the build', () => {
    const final = file.stages[2];
    if (!final) throw new Error('no stage');
    const names = (args: [string, string][]): (number | undefined)[] =>
      stageAncestry(file.instructions, file.stages, final, new Map(args)).map(stage => stage.index);
    expect(names([])).toEqual([2, 0]);
    expect(names([['BASE', 'alpine']])).toEqual([2]);
  });

  it('are followed through the platform that is built for', () => {
    const { instructions, stages } = parseDockerfile(
      'FROM a AS base-amd64\nFROM b AS base-armv7\nFROM base-$TARGETARCH$TARGETVARIANT AS z\n',
      'f',
    );
    const [, , last] = stages;
    if (!last) throw new Error('no stage');
    const indexes = (platform: string) =>
      stageAncestry(instructions, stages, last, platformArguments(parsePlatform(platform), null)).map(
        ({ index }) => index,
      );
    expect(indexes('linux/amd64')).toEqual([2, 0]);
    expect(indexes('linux/arm/v7')).toEqual([2, 1]);
    expect(stageAncestry(instructions, stages, last).map(({ index }) => index)).toEqual([2]);
  });

  it('do not loop when a stage is named as its own base', () => {
    const self = parseDockerfile('FROM debian AS debian\nFROM debian AS debian\n', 'f');
    const last = self.stages[1];
    if (!last) throw new Error('no stage');
    expect(stageAncestry(self.instructions, self.stages, last).map(stage => stage.index)).toEqual([1, 0]);
  });
});
