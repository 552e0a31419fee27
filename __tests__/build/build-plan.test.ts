import { describe, expect, it } from 'vitest';
import type { BuildDriver } from '../../src/build/build-driver.ts';
import type { BuildInputs } from '../../src/build/build-inputs.ts';
import { type BuildPlanOptions, planBuild } from '../../src/build/build-plan.ts';
import { buildInputs } from '../support/option-values.ts';

const driver = (name: string, store: BuildDriver['store']): BuildDriver => ({
  ...{ builder: '', driver: name, store, buildkitVersion: null },
});
const GRAPH = driver('docker', 'graph-driver');
const CONTAINERD = driver('docker', 'containerd');
const CONTAINER = driver('docker-container', null);

const COMMON = ['buildx', 'build', '--progress=rawjson', '--metadata-file', '/w/metadata.json'];

function plan(given: Partial<BuildInputs>, on: BuildDriver = GRAPH, options: BuildPlanOptions = {}) {
  return planBuild(buildInputs({ 'inline-cache': false, ...given }), on, { work: '/w' }, options);
}

/** The arguments after those of every plan, without the context. */
function added(given: Partial<BuildInputs>, on?: BuildDriver, options?: BuildPlanOptions): readonly string[] {
  const args = plan(given, on, options).args.filter(
    (arg, index, all) => arg !== '--iidfile' && all[index - 1] !== '--iidfile',
  );
  expect(args.slice(0, COMMON.length)).toEqual(COMMON);
  expect(args.at(-2)).toBe('--');
  return args.slice(COMMON.length, -2);
}

const OCI = ['--output', 'type=oci,tar=false,dest=/w/layout'];

describe('outputs and where the image will be', () => {
  it.each([
    ['nothing asked', {}, GRAPH, ['--output', 'type=docker'], 'daemon'],
    ['nothing asked', {}, CONTAINERD, ['--output', 'type=docker', ...OCI], 'layout'],
    ['nothing asked', {}, CONTAINER, OCI, 'layout'],
    ['load', { load: true }, CONTAINER, ['--output', 'type=docker', ...OCI], 'layout'],
    ['push', { push: true, tags: ['a'] }, GRAPH, ['--tag', 'a', '--output', 'type=registry'], 'daemon'],
    [
      'push',
      { push: true, tags: ['a'] },
      CONTAINER,
      ['--tag', 'a', '--output', 'type=registry', ...OCI],
      'layout',
    ],
    [
      'push and load',
      { push: true, load: true, tags: ['a'] },
      CONTAINERD,
      ['--tag', 'a', '--output', 'type=registry', '--output', 'type=docker', ...OCI],
      'layout',
    ],
    [
      'push into an image output',
      { push: true, outputs: ['type=image,name=a,compression=zstd'] },
      CONTAINER,
      [
        '--output',
        'type=image,name=a,compression=zstd,push=true',
        '--output',
        'type=oci,tar=false,dest=/w/layout,compression=zstd',
      ],
      'layout',
    ],
    ['files only', { outputs: ['out'] }, GRAPH, ['--output', 'out', '--output', 'type=docker'], 'daemon'],
    [
      'files only',
      { outputs: ['type=local,dest=out'] },
      CONTAINER,
      ['--output', 'type=local,dest=out', ...OCI],
      'layout',
    ],
    [
      'an OCI directory of one’s own, which comes last',
      { outputs: ['type=oci,tar=false,dest=mine', 'type=oci,dest=a.tar'] },
      CONTAINER,
      ['--output', 'type=oci,dest=a.tar', '--output', 'type=oci,tar=false,dest=mine'],
      'layout',
    ],
  ] as const)('%s: %j', (_name, given, on, expected, kind) => {
    expect(added(given, on)).toEqual(expected);
    expect(plan(given, on).image.kind).toBe(kind);
  });

  it.each([
    [{}, 'daemon'],
    [{ load: true }, 'daemon'],
    [{ outputs: ['type=docker,name=a'] }, 'daemon'],
    [{ load: true, outputs: ['type=local,dest=out'] }, 'daemon'],
    [{ outputs: ['type=local,dest=out'] }, 'layout'],
    [{ outputs: ['type=cacheonly'] }, 'layout'],
    [{ outputs: ['type=docker,dest=a.tar'] }, 'layout'],
    [{ outputs: ['type=docker', 'type=oci,dest=a.tar'] }, 'layout'],
    [{ load: true, outputs: ['type=image,name=a,compression=zstd'] }, 'layout'],
    [{ load: true, outputs: ['type=oci,tar=false,dest=mine'] }, 'layout'],
    [{ push: true, load: true, tags: ['a'] }, 'layout'],
  ] as const)('what the engine keeps is read where it lies, if nothing else is made: %j', (given, kind) => {
    const here = plan(given, CONTAINERD, { readsEngine: true });
    expect(here.image.kind).toBe(kind);
    expect(here.args.some(arg => arg.startsWith('type=oci,tar=false'))).toBe(kind === 'layout');
    // Where it is not known to be readable, and of other builders, all is exported.
    expect(plan(given, CONTAINERD).image.kind).toBe('layout');
    expect(plan(given, CONTAINER, { readsEngine: false }).image.kind).toBe('layout');
  });

  it('reads the layout where the user had it written', () => {
    expect(plan({ outputs: ['type=oci,tar=false,dest=mine'] }, CONTAINER).image).toEqual({
      kind: 'layout',
      directory: 'mine',
    });
  });

  it('quotes a directory that CSV would cut', () => {
    const { args } = planBuild(buildInputs(), CONTAINER, { work: '/w', layout: '/a,b' });
    expect(args).toContain('type=oci,tar=false,"dest=/a,b"');
  });
});

it('passes every input under its flag', () => {
  const args = added({
    ...{ 'add-hosts': ['h:1'], allow: ['network.host'], annotations: ['a=1'], 'build-args': ['A=1', 'B'] },
    ...{ 'build-contexts': ['x=./x'], builder: 'mine', 'cache-from': ['r:1'], 'cache-to': ['type=inline'] },
    ...{ 'cgroup-parent': 'cg', file: 'f/Dockerfile', labels: ['l=1'], network: 'host', 'no-cache': true },
    ...{
      'no-cache-filters': ['s'],
      platforms: ['linux/arm64'],
      pull: true,
      'shm-size': '1g',
      ssh: ['default'],
    },
    ...{ tags: ['t'], target: 'final', ulimit: ['nofile=1'], 'secret-specs': ['id=a,env=B'] },
  });
  expect(args.join(' ')).toBe(
    '--add-host h:1 --allow network.host --annotation a=1 --build-arg A=1 --build-arg B --build-context x=./x ' +
      '--cache-from r:1 --cgroup-parent cg --file f/Dockerfile --label l=1 --no-cache-filter s --platform linux/arm64 ' +
      '--shm-size 1g --ssh default --tag t --target final --ulimit nofile=1 --network host --no-cache --pull ' +
      '--cache-to type=inline --secret id=a,env=B --output type=docker --builder mine',
  );
});

it('cannot be made to take a context for a flag', () => {
  expect(plan({ context: '--push' }).args.slice(-2)).toEqual(['--', '--push']);
});

describe('inline cache', () => {
  it.each([
    ['on', {}, true],
    ['switched off', { 'inline-cache': false }, false],
    ['the user has one', { 'cache-to': ['type=gha'] }, false],
    ['asked for by build argument', { 'build-args': ['BUILDKIT_INLINE_CACHE=1'] }, false],
    ['no image', { outputs: ['type=local,dest=out'] }, false],
    ['no image but pushed', { outputs: ['type=local,dest=out'], push: true, tags: ['a'] }, true],
  ])('%s', (_name, given, expected) => {
    expect(added({ 'inline-cache': true, ...given }, CONTAINER).includes('type=inline')).toBe(expected);
  });
});

describe('secrets', () => {
  it('never stand on the command line', () => {
    const { args, files } = plan({
      secrets: ['TOKEN=s3cret=x\ny'],
      'secret-envs': ['E=ENV'],
      'secret-files': ['F=./f'],
    });
    expect(args.filter((_arg, index) => args[index - 1] === '--secret')).toEqual([
      'id=E,env=ENV',
      'id=TOKEN,src=/w/secret-0',
      'id=F,src=./f',
    ]);
    expect(files).toEqual([{ path: '/w/secret-0', content: 's3cret=x\ny' }]);
    expect(args.join()).not.toContain('s3cret');
  });

  it('without a value are left out with a notice that does not show them', () => {
    const { notices, files } = plan({ secrets: ['EMPTY=', 'hushhush'] });
    expect(files).toEqual([]);
    expect(notices.map(notice => notice.code)).toEqual(['secret-left-out', 'secret-left-out']);
    expect(notices[0]?.message).toContain('EMPTY');
    expect(JSON.stringify(notices)).not.toContain('hushhush');
  });
});

describe('attestations', () => {
  const attests = (given: Partial<BuildInputs>, options: BuildPlanOptions = {}): readonly string[] => {
    const { args } = plan(given, CONTAINER, options);
    return args.filter((_arg, index) => args[index - 1] === '--attest');
  };
  const run = { builderId: 'https://ci/1', byDefault: true, privateRepository: false };
  it.each([
    ['none by default', {}, {}, []],
    ['not where the variable says so', {}, { attestation: { ...run, byDefault: false } }, []],
    [
      'default of a push',
      { push: true, tags: ['a'] },
      { attestation: run },
      ['type=provenance,mode=max,builder-id=https://ci/1'],
    ],
    [
      'default of a private push',
      { push: true, tags: ['a'] },
      { attestation: { ...run, privateRepository: true } },
      ['type=provenance,mode=min,inline-only=true,builder-id=https://ci/1'],
    ],
    ['not with load', { push: true, load: true, tags: ['a'] }, { attestation: run }, []],
    [
      'false',
      { provenance: 'false', push: true, tags: ['a'] },
      { attestation: run },
      ['type=provenance,disabled=true'],
    ],
    ['true', { provenance: 'true' }, {}, ['type=provenance,disabled=false']],
    ['attributes', { provenance: 'mode=min' }, {}, ['type=provenance,mode=min']],
    ['sbom', { sbom: 'true' }, {}, ['type=sbom,disabled=false']],
    ['sbom generator', { sbom: 'generator=img' }, {}, ['type=sbom,generator=img']],
    [
      'attests',
      { attests: ['type=provenance,mode=max', 'type=sbom'] },
      {},
      ['type=provenance,mode=max', 'type=sbom'],
    ],
    [
      'inputs win over attests',
      {
        provenance: 'mode=min',
        sbom: 'false',
        attests: ['type=provenance,mode=max', 'type=sbom', 'type=other'],
      },
      {},
      ['type=provenance,mode=min', 'type=sbom,disabled=true', 'type=other'],
    ],
  ])('%s', (_name, given, options, expected) => {
    expect(attests(given, options)).toEqual(expected);
  });
});

describe('pins', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  it('replace the images of FROM, and yield to the user’s own contexts', () => {
    const pins = { 'debian:12': digest, node: digest };
    expect(added({ 'build-contexts': ['node=docker-image://node:24'] }, GRAPH, { pins })).toEqual([
      ...['--build-context', 'node=docker-image://node:24'],
      ...['--build-context', `debian:12=docker-image://debian:12@${digest}`, '--output', 'type=docker'],
    ]);
  });
});

describe('what cannot be', () => {
  it.each([
    ['call', { call: 'check' }, CONTAINER, /call: check/],
    ['standard input', { context: '-' }, CONTAINER, /Standard input/],
    ['standard output', { outputs: ['type=tar,dest=-'] }, CONTAINER, /standard output/],
    ['standard output, short', { outputs: ['-'] }, CONTAINER, /standard output/],
    [
      'two layouts',
      { outputs: ['type=oci,tar=false,dest=a', 'type=oci,tar=false,dest=b'] },
      CONTAINER,
      /More than one/,
    ],
    ['push without a name', { push: true }, CONTAINER, /no name/],
    [
      'several platforms on the graph driver',
      { platforms: ['linux/amd64', 'linux/arm64'] },
      GRAPH,
      /one platform/,
    ],
    [
      'several platforms loaded',
      { platforms: ['linux/amd64', 'linux/arm64'], load: true },
      CONTAINER,
      /one at a time/,
    ],
    [
      'an OCI output on the graph driver',
      { outputs: ['type=oci,dest=a.tar'] },
      GRAPH,
      /cannot write the output type=oci/,
    ],
    ['a docker archive on the graph driver', { outputs: ['type=docker,dest=a.tar'] }, GRAPH, /cannot write/],
    ['a cache on the graph driver', { 'cache-to': ['type=registry,ref=a'] }, GRAPH, /inline one/],
    ['attestations on the graph driver', { sbom: 'true' }, GRAPH, /attest/],
  ])('%s', (_name, given, on, message) => {
    expect(() => plan(given, on)).toThrow(
      expect.objectContaining({ code: 'usage', message: expect.stringMatching(message) }),
    );
  });

  it.each([
    [
      'several platforms loaded into containerd',
      { platforms: ['linux/amd64', 'linux/arm64'], load: true },
      CONTAINERD,
    ],
    ['no attestation on the graph driver', { provenance: 'false' }, GRAPH],
    ['inline cache on the graph driver', { 'cache-to': ['type=inline'] }, GRAPH],
    ['call: build', { call: 'build' }, GRAPH],
  ])('but: %s', (_name, given, on) => {
    expect(plan(given, on).args.length).toBeGreaterThan(0);
  });
});

it('asks for provenance in mode max, finds the Dockerfile, and knows the build arguments', () => {
  const { env, dockerfile, buildArgs } = plan({
    context: 'sub',
    'build-args': ['A=b=c', 'D'],
  });
  expect(env).toEqual({ BUILDX_METADATA_PROVENANCE: 'max', BUILDX_METADATA_WARNINGS: 'true' });
  expect(dockerfile).toEqual({ kind: 'local', path: 'sub/Dockerfile', context: 'sub' });
  expect([...buildArgs]).toEqual([
    ['A', 'b=c'],
    ['D', ''],
  ]);
  expect(plan({ context: 'git@github.com:a/b.git' }).dockerfile).toEqual({
    kind: 'remote',
    path: 'Dockerfile',
  });
});
