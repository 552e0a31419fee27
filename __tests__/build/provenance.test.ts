import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { traceFinalChain } from '../../src/build/final-chain.ts';
import { packageUrl, readImageSource, readProvenance } from '../../src/build/provenance.ts';
import { hashSteps } from '../../src/build/step-hash.ts';

interface Step {
  readonly op: unknown;
  readonly inputs?: readonly string[];
  readonly layers?: number;
}

const IMAGE = 'docker-image://docker.io/library/debian:12';
const source = (identifier: string, layers?: number): Step => ({
  op: { Op: { source: { identifier } } },
  ...(layers === undefined ? {} : { layers }),
});
const exec = (
  inputs: readonly string[],
  layers?: number,
  mounts: readonly object[] = [{ dest: '/' }],
): Step => ({
  op: { Op: { exec: { mounts } } },
  inputs,
  ...(layers === undefined ? {} : { layers }),
});
const file = (actions: readonly object[], inputs: readonly string[], layers?: number): Step => ({
  op: { Op: { file: { actions } } },
  inputs,
  ...(layers === undefined ? {} : { layers }),
});
const end = (input: string): Step => ({ op: { Op: {} }, inputs: [input] });

function predicate(steps: readonly Step[]): unknown {
  return {
    buildConfig: {
      llbDefinition: steps.map(({ op, inputs }, index) => ({
        id: `step${index}`,
        op,
        ...(inputs ? { inputs } : {}),
      })),
      digestMapping: {},
    },
    metadata: {
      'https://mobyproject.org/buildkit@v1#metadata': {
        layers: Object.fromEntries(
          steps.flatMap(({ layers }, index) =>
            layers === undefined ? [] : [[`step${index}:0`, [Array(layers).fill({})]]],
          ),
        ),
      },
    },
  };
}

function findChain(steps: readonly Step[]) {
  const provenance = readProvenance(predicate(steps));
  return provenance && traceFinalChain(provenance);
}

describe('the chain of the final image', () => {
  it('counts base layers, with and without those of the source', () => {
    for (const layers of [3, undefined]) {
      const chain = findChain([
        source(IMAGE, layers),
        exec(['step0:0'], 4),
        exec(['step1:0'], 5),
        end('step2:0'),
      ]);
      expect(chain).toMatchObject({
        baseLayerCount: 3,
        layerCount: 5,
        baseStep: 'step0',
        baseImage: { name: 'debian:12' },
      });
      expect(chain?.steps.map(step => [step.id, step.layerCount])).toEqual([
        ['step1', 4],
        ['step2', 5],
      ]);
    }
  });

  it('fills a count that is not told', () => {
    const chain = findChain([source(IMAGE, 1), exec(['step0:0']), exec(['step1:0'], 3), end('step2:0')]);
    expect(chain?.steps.map(step => step.layerCount)).toEqual([2, 3]);
  });

  it('takes the mount at / and not the first, and the first input of a merge', () => {
    const mounts = [{ input: 1, dest: '/src', output: -1 }, { input: 1, dest: '/cache' }, { dest: '/' }];
    const chain = findChain([
      source(IMAGE, 1),
      source('local://context'),
      exec(['step0:0', 'step1:0'], 2, mounts),
      file([{ input: -1, secondaryInput: 0, output: 0 }], ['step1:0'], 1),
      { op: { Op: { merge: { inputs: [{}, { input: 1 }] } } }, inputs: ['step2:0', 'step3:0'], layers: 3 },
      end('step4:0'),
    ]);
    expect(chain?.steps.map(step => [step.id, step.merged])).toEqual([
      ['step2', []],
      ['step4', ['step3']],
    ]);
  });

  it('follows file actions that build on each other', () => {
    const actions = [
      { input: 0, output: -1 },
      { input: 2, output: 0 },
    ];
    expect(
      findChain([
        source(IMAGE, 1),
        source('local://context'),
        file(actions, ['step0:0', 'step1:0'], 2),
        end('step2:0'),
      ])?.baseStep,
    ).toBe('step0');
    const circle = [{ input: 1, output: 0 }];
    expect(findChain([source(IMAGE, 1), file(circle, ['step0:0'], 2), end('step1:0')])).toBeNull();
  });

  it('has no base when it begins with nothing or with a directory', () => {
    expect(findChain([file([{ input: -1, output: 0 }], [], 1), end('step0:0')])).toMatchObject({
      baseStep: null,
      baseLayerCount: 0,
      layerCount: 1,
    });
    expect(findChain([source('local://dir', 1), exec(['step0:0'], 2), end('step1:0')])).toMatchObject({
      baseStep: null,
      baseLayerCount: 0,
      layerCount: 2,
    });
  });

  it.each([
    ['no end', [source(IMAGE, 1)]],
    ['a step that is not there', [end('step7:0')]],
    ['a circle', [exec(['step1:0'], 1), exec(['step0:0'], 1), end('step1:0')]],
    ['an operation that is not known', [{ op: { Op: { diff: {} } }, layers: 1 }, end('step0:0')]],
    ['no layers at the end', [source(IMAGE, 1), exec(['step0:0']), end('step1:0')]],
    ['more base layers than layers', [source(IMAGE, 9), exec(['step0:0'], 2), end('step1:0')]],
  ])('is not told with %s', (_name, steps) => {
    expect(findChain(steps)).toBeNull();
  });

  it('survives any provenance', () => {
    const reference = fc.oneof(
      fc.nat(4).map(step => `step${step}:0`),
      fc.string(),
    );
    const operation = fc.oneof(
      fc.constantFrom<unknown>(
        { Op: {} },
        { Op: { merge: { inputs: [{ input: 9 }] } } },
        source(IMAGE).op,
        null,
        7,
      ),
      fc.record({
        Op: fc.record({
          exec: fc.record({ mounts: fc.array(fc.record({ input: fc.integer(), dest: fc.constant('/') })) }),
        }),
      }),
      fc.record({
        Op: fc.record({
          file: fc.record({
            actions: fc.array(
              fc.record({ input: fc.integer({ min: -3, max: 6 }), output: fc.integer({ min: -1, max: 2 }) }),
            ),
          }),
        }),
      }),
      fc.jsonValue(),
    );
    const step = fc.record({
      op: operation,
      inputs: fc.array(reference, { maxLength: 3 }),
      layers: fc.nat(4),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), fc.jsonValue(), (steps, junk) => {
        const provenance = readProvenance(predicate(steps));
        if (provenance) {
          traceFinalChain(provenance);
          expect(hashSteps(provenance).size).toBe(steps.length);
        }
        readProvenance(junk);
        readProvenance({ buildConfig: junk, metadata: junk });
      }),
    );
  });
});

describe('step hashes', () => {
  const hashesOf = (steps: readonly Step[]) => {
    const provenance = readProvenance(predicate(steps));
    return provenance ? [...hashSteps(provenance).values()] : [];
  };
  const build = (image: string, context: unknown, command: string): readonly Step[] => [
    source(image),
    { op: { Op: { source: { identifier: 'local://context', attrs: context } } } },
    {
      op: { Op: { exec: { meta: { args: [command], env: ['A=1', 'B=2'] }, mounts: [{ dest: '/' }] } } },
      inputs: ['step0:0', 'step1:0'],
    },
  ];
  const old = hashesOf(build(`${IMAGE}@sha256:aa`, { followpaths: 'a' }, 'make')).at(-1);

  it('change with the command, and not with what else of the context is copied', () => {
    expect(hashesOf(build(`${IMAGE}@sha256:aa`, { followpaths: 'a,b' }, 'make')).at(-1)).toEqual(old);
    const changed = hashesOf(build(`${IMAGE}@sha256:aa`, {}, 'make all')).at(-1);
    expect(changed?.full).not.toBe(old?.full);
    expect(changed?.definition).not.toBe(old?.definition);
  });

  it('tell another digest of the image from another definition', () => {
    const changed = hashesOf(build(`${IMAGE}@sha256:bb`, {}, 'make')).at(-1);
    expect(changed?.full).not.toBe(old?.full);
    expect(changed?.definition).toBe(old?.definition);
  });
});

describe('image sources', () => {
  it.each([
    [
      'docker-image://docker.io/library/debian:12@sha256:ab',
      'debian:12',
      'sha256:ab',
      true,
      'pkg:docker/debian@12',
    ],
    ['docker-image://docker.io/a/b:latest', 'a/b:latest', null, true, 'pkg:docker/a/b@latest'],
    [
      'docker-image://localhost:5000/a@sha256:ab',
      'localhost:5000/a',
      'sha256:ab',
      false,
      'pkg:docker/localhost:5000/a',
    ],
  ])('%s', (identifier, name, digest, tagged, url) => {
    const image = readImageSource(identifier);
    expect(image).toEqual({ name, digest, tagged });
    expect(image && packageUrl(image)).toBe(url);
  });
  it.each(['local://context', 'git://x', ''])('not %s', identifier => {
    expect(readImageSource(identifier)).toBeNull();
  });
});
