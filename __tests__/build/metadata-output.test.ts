import { describe, expect, it } from 'vitest';
import {
  loggedMetadata,
  outputMetadata,
  readProvenanceMode,
  readReference,
  withImageDigests,
} from '../../src/build/metadata-output.ts';

const SLSA_02 = {
  buildType: 'https://mobyproject.org/buildkit@v1',
  materials: [{ uri: 'pkg:docker/debian@12' }],
  invocation: {
    parameters: { args: { 'build-arg:TOKEN': 'hush', target: 'final' }, locals: [{ name: 'context' }] },
  },
  buildConfig: { llbDefinition: ['hush'] },
  metadata: { buildInvocationID: 'x' },
};
const SLSA_1 = {
  buildDefinition: {
    externalParameters: { request: { args: { 'build-arg:TOKEN': 'hush', target: 'final' } } },
    internalParameters: { buildConfig: { llbDefinition: ['hush'] }, builderPlatform: 'linux/amd64' },
  },
  runDetails: { builder: { id: 'b' }, metadata: { invocationId: 'x' } },
};
const ENTRIES: readonly [string, unknown][] = [
  ['buildx.build.provenance', SLSA_02],
  ['buildx.build.provenance/linux/arm64', SLSA_1],
  ['buildx.build.ref', 'default/default/abc'],
  ['buildx.build.warnings', [{ short: 'c2hvcnQ=' }]],
  ['containerimage.digest', `sha256:${'a'.repeat(64)}`],
];

describe('the metadata of a build', () => {
  it.each([
    [undefined, 'min'],
    ['min', 'min'],
    ['true', 'min'],
    ['max', 'max'],
    ['false', 'disabled'],
    ['0', 'disabled'],
  ])('BUILDX_METADATA_PROVENANCE=%s means %s', (text, mode) => {
    expect(readProvenanceMode(text)).toBe(mode);
  });

  it('are those of buildx, without the values of build arguments', () => {
    const short = outputMetadata(ENTRIES, 'min');
    expect(JSON.parse(short)).toEqual({
      ...Object.fromEntries(ENTRIES),
      'buildx.build.provenance': {
        buildType: SLSA_02.buildType,
        materials: SLSA_02.materials,
        invocation: { parameters: { args: { target: 'final' }, locals: [{ name: 'context' }] } },
      },
      'buildx.build.provenance/linux/arm64': {
        buildDefinition: {
          externalParameters: { request: { args: { target: 'final' } } },
          internalParameters: { builderPlatform: 'linux/amd64' },
        },
        runDetails: { builder: { id: 'b' } },
      },
    });
    expect(short).not.toContain('hush');
  });

  it('have all of the provenance where it is asked for, which the log leaves out', () => {
    const long = outputMetadata(ENTRIES, 'max');
    expect(JSON.parse(long)).toEqual(Object.fromEntries(ENTRIES));
    expect(loggedMetadata(long)).toBe(outputMetadata(ENTRIES, 'min'));
  });

  it.each([
    ['{"buildx.build.ref":"default/default/abc"}', 'default/default/abc'],
    ['{"buildx.build.ref":1}', null],
    ['{}', null],
    ['[]', null],
  ])('%s names the build %s', (json, ref) => {
    expect(readReference(json)).toBe(ref);
  });

  it('have none where it is switched off', () => {
    expect(Object.keys(JSON.parse(outputMetadata(ENTRIES, 'disabled')))).toEqual([
      'buildx.build.ref',
      'buildx.build.warnings',
      'containerimage.digest',
    ]);
  });
});

it('tells of the image that another became, and keeps what there is of its build', () => {
  const json = JSON.stringify({
    'buildx.build.ref': 'builder/node/id',
    'containerimage.config.digest': 'sha256:old',
    'containerimage.descriptor': { digest: 'sha256:old', size: 3 },
    'containerimage.digest': 'sha256:old',
    'image.name': 'old',
  });
  expect(JSON.parse(withImageDigests(json, 'sha256:new', 'sha256:config', ['a:1', 'b:2']))).toEqual({
    'buildx.build.ref': 'builder/node/id',
    'containerimage.config.digest': 'sha256:config',
    'containerimage.digest': 'sha256:new',
    'image.name': 'a:1,b:2',
  });
  expect(JSON.parse(withImageDigests('{}', 'sha256:new', null, []))).toEqual({
    'containerimage.digest': 'sha256:new',
  });
});
