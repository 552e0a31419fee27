import { describe, expect, it } from 'vitest';
import {
  imageDestinations,
  openableDestination,
  outputPacking,
  withoutImage,
} from '../../src/build/image-destinations.ts';
import { buildInputs } from '../support/option-values.ts';

const DOCKER = { driver: 'docker' };
const CONTAINER = { driver: 'docker-container' };

function textsOf(given: Parameters<typeof buildInputs>[0], driver = CONTAINER): readonly string[] {
  return imageDestinations(buildInputs(given), driver, '/work').map(({ text }) => text);
}

describe('where a build sends its image', () => {
  it('is the registry with push, under each of its tags', () => {
    const tags = ['r.io/a:1', 'r.io/a:2'];
    expect(textsOf({ tags, push: true })).toEqual(['docker://r.io/a:1', 'docker://r.io/a:2']);
    expect(textsOf({ tags, push: true }, DOCKER)).toEqual(['docker://r.io/a:1', 'docker://r.io/a:2']);
  });

  it('is the engine with load, and on its own driver where nothing is said', () => {
    expect(textsOf({ tags: ['a:1'], load: true })).toEqual(['docker-daemon:a:1']);
    expect(textsOf({ tags: ['a:1'] }, DOCKER)).toEqual(['docker-daemon:a:1']);
    expect(textsOf({ tags: ['a:1'] })).toEqual([]);
    expect(textsOf({}, DOCKER)).toEqual([]);
    expect(textsOf({ tags: ['a:1'], push: true, load: true }, DOCKER)).toEqual([
      'docker://a:1',
      'docker-daemon:a:1',
    ]);
  });

  it.each([
    ['type=registry', {}, ['docker://r.io/t:1']],
    ['type=registry,push=false', {}, []],
    ['type=image,push=true', {}, ['docker://r.io/t:1']],
    ['type=image', {}, []],
    ['type=image', { push: true }, ['docker://r.io/t:1']],
    ['"type=image","name=r.io/x,r.io/y:2",push=true', {}, ['docker://r.io/x', 'docker://r.io/y:2']],
    ['type=docker', {}, ['docker-daemon:r.io/t:1']],
    ['type=docker,dest=out/a.tar', {}, ['docker-archive:/work/out/a.tar']],
    ['type=oci,dest=/abs/a.tar', {}, ['oci-archive:/abs/a.tar']],
    ['type=oci,dest=out,tar=false', {}, ['oci:/work/out']],
    ['type=local,dest=out', {}, []],
    ['out', {}, []],
    ['type=cacheonly', {}, []],
  ] as const)('is what the output %s says', (output, more, expected) => {
    expect(textsOf({ tags: ['r.io/t:1'], outputs: [output], ...more })).toEqual(expected);
  });

  it('has the name of the image where a file keeps one', () => {
    const outputs = ['type=docker,dest=a.tar', 'type=oci,dest=b.tar'];
    expect(imageDestinations(buildInputs({ tags: ['r.io/t:1'], outputs }), CONTAINER, '/')).toMatchObject([
      { name: { registry: 'r.io', repository: 't', tag: '1' } },
      { ref: '1' },
    ]);
    expect(imageDestinations(buildInputs({ outputs }), CONTAINER, '/')).toMatchObject([
      { name: null },
      { ref: null },
    ]);
  });

  it('is refused where it has no name there', () => {
    for (const driver of [DOCKER, CONTAINER])
      expect(() => textsOf({ push: true }, driver)).toThrow(
        expect.objectContaining({ code: 'usage', message: 'push is on and the image has no name.' }),
      );
    expect(textsOf({ push: true, outputs: ['type=image,name=r.io/x'] })).toEqual(['docker://r.io/x']);
  });

  it('is refused where no squashed image can go', () => {
    const inputs = buildInputs({ outputs: ['type=nothing-known,dest=x'] });
    expect(() => imageDestinations(inputs, CONTAINER, '/')).toThrow(
      expect.objectContaining({ code: 'usage' }),
    );
    expect(() => textsOf({ tags: ['UPPER'], push: true })).toThrow(
      expect.objectContaining({ code: 'reference-invalid' }),
    );
  });
});

it('a build whose image goes nowhere is the same in all that makes its layers', () => {
  const outputs = ['type=registry', 'type=local,dest=out', 'type=oci,dest=x'];
  const inputs = buildInputs({
    push: true,
    load: true,
    tags: ['a:1'],
    outputs,
    sbom: 'true',
    'no-cache': true,
  });
  expect(withoutImage(inputs)).toEqual({
    ...inputs,
    ...{ push: false, load: false, tags: [], outputs: ['type=local,dest=out'], sbom: '' },
    'inline-cache': false,
  });
});

it.each([
  [['type=image,compression=zstd,compression-level=19'], { type: 'zstd', level: 19 }],
  [['type=oci,dest=x,compression=estargz'], { type: 'gzip', level: null }],
  [['type=oci,dest=x,compression=uncompressed,compression-level=3'], { type: 'none', level: null }],
  [['type=local,dest=out', 'type=image,compression=gzip'], { type: 'gzip', level: null }],
  [['type=image'], null],
  [[], null],
])('outputs %j pack layers as %j', (outputs, packing) => {
  expect(outputPacking(buildInputs({ outputs }))).toEqual(packing);
});

it('an image is opened again where it is', () => {
  const of = (given: Parameters<typeof buildInputs>[0], isPushed: boolean) =>
    openableDestination(imageDestinations(buildInputs(given), CONTAINER, '/'), isPushed);
  const tags = ['r.io/a:1'];
  expect(of({ tags, push: true }, true)).toBe('docker://r.io/a:1');
  expect(of({ tags, push: true }, false)).toBeNull();
  expect(of({ tags, push: true, load: true }, true)).toBe('r.io/a:1');
  expect(of({ tags, push: true, outputs: ['type=oci,dest=x.tar'] }, false)).toBe('oci-archive:/x.tar');
  expect(of({ tags }, true)).toBeNull();
});
