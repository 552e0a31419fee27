import type { DropInDifference } from '../../src/build/drop-in.ts';

/** One row of docker/build-push-action's tests of arguments, retold. */
export interface DropInRow {
  /** Its number there. */
  readonly number: number;
  /** `with:` of the step. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** What that action calls with the newest Buildx, in any order: flags, and the context last. */
  readonly call: readonly string[];
  /** How ours differs beside what each of our calls adds. */
  readonly differs?: DropInDifference;
}

const REPOSITORY = 'docker/build-push-action';
export const OWN_GIT = `https://github.com/${REPOSITORY}.git#refs/heads/master`;
const FILES = ['--metadata-file METADATA'];
const IMAGE = [...FILES, '--iidfile IMAGE-ID'];

/** What is attested in a private repository where nothing says otherwise. */
function attested(attributes: string, server = 'https://github.com'): string {
  return `--attest type=provenance,${attributes}builder-id=${server}/${REPOSITORY}/actions/runs/123456789/attempts/1`;
}
const DEFAULT = attested('mode=min,inline-only=true,');
export const USUAL = [...IMAGE, DEFAULT];

const ANNOTATIONS = [
  'example1=www',
  'index:example2=xxx',
  'manifest:example3=yyy',
  'manifest-descriptor[linux/amd64]:example4=zzz',
];
const TITLES = [
  'org.opencontainers.image.title=buildkit',
  'org.opencontainers.image.description=concurrent, cache-efficient, and Dockerfile-agnostic builder toolkit',
];
const QUOTED_TITLES = [
  'org.opencontainers.image.title=top',
  'org.opencontainers.image.description=Reference of operation "filter results (top-n)"',
];
const REGISTRY_IMAGE =
  'type=image,"name=localhost:5000/name/app:latest,localhost:5000/name/app:foo",push-by-digest=true,name-canonical=true,push=true';
const TOKEN = 'abcdefghijklmno0123456789';

/** A build of a git context that is pushed, and has no tag: the row writes `tag` for `tags`. */
const REMOTE = {
  context: OWN_GIT,
  tag: 'localhost:5000/name/app:latest',
  platforms: 'linux/amd64,linux/arm64',
  file: './test/Dockerfile',
  builder: 'far',
  push: 'true',
};
const REMOTE_CALL = [
  ...USUAL,
  '--file ./test/Dockerfile',
  '--platform linux/amd64,linux/arm64',
  '--builder far',
  '--push',
];
const KEYS = ['GIT_AUTH_TOKEN', 'MYSECRET', 'FOO', 'EMPTYLINE'].map(id => `--secret id=${id},src=SECRET`);

/** https://github.com/docker/build-push-action/blob/master/__tests__/context.test.ts, `getArgs` */
export const DROP_IN_ROWS: readonly DropInRow[] = [
  { number: 0, inputs: { context: '.' }, call: [...USUAL, '.'] },
  {
    number: 1,
    inputs: { 'build-args': 'MY_ARG=val1,val2,val3\nARG=val\n"MULTILINE=aaaa\nbbbb\nccc"' },
    call: [
      ...USUAL,
      '--build-arg MY_ARG=val1,val2,val3',
      '--build-arg ARG=val',
      '--build-arg MULTILINE=aaaa\nbbbb\nccc',
      OWN_GIT,
    ],
    differs: 'default-context',
  },
  {
    number: 2,
    inputs: { tags: 'name/app:7.4, name/app:latest' },
    call: [...USUAL, '--tag name/app:7.4', '--tag name/app:latest', OWN_GIT],
    differs: 'default-context',
  },
  {
    number: 3,
    inputs: { context: '.', labels: TITLES.join('\n'), outputs: 'type=local,dest=./release-out' },
    call: [
      ...FILES,
      DEFAULT,
      ...TITLES.map(label => `--label ${label}`),
      '--output type=local,dest=./release-out',
      '.',
    ],
  },
  {
    number: 4,
    inputs: { context: '.', platforms: 'linux/amd64,linux/arm64' },
    call: [...USUAL, '--platform linux/amd64,linux/arm64', '.'],
  },
  { number: 5, inputs: { context: '.' }, call: [...USUAL, '.'] },
  {
    number: 6,
    inputs: { context: '.', secrets: 'GIT_AUTH_TOKEN=abcdefghijklmno=0123456789' },
    call: [...USUAL, '--secret id=GIT_AUTH_TOKEN,src=SECRET', '.'],
  },
  {
    number: 7,
    inputs: { 'github-token': TOKEN, outputs: '.' },
    call: [...FILES, DEFAULT, '--output .', '--secret id=GIT_AUTH_TOKEN.github.com,src=SECRET', OWN_GIT],
    differs: 'default-context',
  },
  {
    number: 8,
    inputs: { ...REMOTE, secrets: 'GIT_AUTH_TOKEN=abcdefghijklmno=0123456789' },
    call: [...REMOTE_CALL, '--secret id=GIT_AUTH_TOKEN,src=SECRET', OWN_GIT],
    differs: 'push-without-name',
  },
  {
    number: 9,
    inputs: {
      ...REMOTE,
      secrets:
        'GIT_AUTH_TOKEN=abcdefghi,jklmno=0123456789\n"MYSECRET=aaaaaaaa\nbbbbbbb\nccccccccc"\nFOO=bar\n"EMPTYLINE=aaaa\n\nbbbb\nccc"',
    },
    call: [...REMOTE_CALL, ...KEYS, OWN_GIT],
    differs: 'push-without-name',
  },
  {
    // Without quotes the other lines are no secrets, and are left out with a warning.
    number: 10,
    inputs: {
      ...REMOTE,
      secrets:
        'GIT_AUTH_TOKEN=abcdefghi,jklmno=0123456789\nMYSECRET=aaaaaaaa\nbbbbbbb\nccccccccc\nFOO=bar\nEMPTYLINE=aaaa\n\nbbbb\nccc',
    },
    call: [...REMOTE_CALL, ...KEYS, OWN_GIT],
    differs: 'push-without-name',
  },
  {
    number: 11,
    inputs: {
      context: OWN_GIT,
      tag: 'localhost:5000/name/app:latest',
      'secret-files': 'MY_SECRET=/etc/secret.txt',
      file: './test/Dockerfile',
      builder: 'far',
      network: 'host',
      push: 'true',
    },
    call: [
      ...USUAL,
      '--file ./test/Dockerfile',
      '--secret id=MY_SECRET,src=/etc/secret.txt',
      '--builder far',
      '--network host',
      '--push',
      OWN_GIT,
    ],
    differs: 'push-without-name',
  },
  {
    number: 12,
    inputs: { context: '.', labels: QUOTED_TITLES.join('\n'), outputs: 'type=local,dest=./release-out' },
    call: [
      ...FILES,
      DEFAULT,
      ...QUOTED_TITLES.map(label => `--label ${label}`),
      '--output type=local,dest=./release-out',
      '.',
    ],
  },
  {
    number: 13,
    inputs: {
      context: '.',
      tag: 'localhost:5000/name/app:latest',
      file: './test/Dockerfile',
      'add-hosts': 'docker:10.180.0.1,foo:10.0.0.1',
      network: 'host',
      push: 'true',
    },
    call: [
      ...USUAL,
      '--add-host docker:10.180.0.1',
      '--add-host foo:10.0.0.1',
      '--file ./test/Dockerfile',
      '--network host',
      '--push',
      '.',
    ],
    differs: 'push-without-name',
  },
  {
    number: 14,
    inputs: {
      context: '.',
      file: './test/Dockerfile',
      'add-hosts': 'docker:10.180.0.1\nfoo:10.0.0.1',
      'cgroup-parent': 'foo',
      'shm-size': '2g',
      ulimit: 'nofile=1024:1024\nnproc=3',
    },
    call: [
      ...USUAL,
      '--add-host docker:10.180.0.1',
      '--add-host foo:10.0.0.1',
      '--cgroup-parent foo',
      '--file ./test/Dockerfile',
      '--shm-size 2g',
      '--ulimit nofile=1024:1024',
      '--ulimit nproc=3',
      '.',
    ],
  },
  {
    number: 15,
    inputs: { context: '{{defaultContext}}:docker' },
    call: [...USUAL, `${OWN_GIT}:docker`],
    differs: 'default-context',
  },
  {
    number: 16,
    inputs: { 'github-token': TOKEN, context: '{{defaultContext}}:subdir' },
    call: [...USUAL, '--secret id=GIT_AUTH_TOKEN.github.com,src=SECRET', `${OWN_GIT}:subdir`],
    differs: 'default-context',
  },
  { number: 17, inputs: { context: '.', provenance: 'true' }, call: [...IMAGE, attested(''), '.'] },
  { number: 18, inputs: { context: '.' }, call: [...USUAL, '.'] },
  { number: 19, inputs: { context: '.', provenance: 'true' }, call: [...IMAGE, attested(''), '.'] },
  {
    number: 20,
    inputs: { context: '.', provenance: 'mode=max' },
    call: [...IMAGE, attested('mode=max,'), '.'],
  },
  {
    number: 21,
    inputs: { context: '.', provenance: 'false' },
    call: [...IMAGE, '--attest type=provenance,disabled=true', '.'],
  },
  {
    number: 22,
    inputs: { context: '.', provenance: 'builder-id=foo' },
    call: [...IMAGE, '--attest type=provenance,builder-id=foo', '.'],
  },
  {
    number: 23,
    inputs: { context: '.', outputs: 'type=docker' },
    call: [...IMAGE, '--output type=docker', '.'],
  },
  { number: 24, inputs: { context: '.', load: 'true' }, call: [...IMAGE, '--load', '.'] },
  {
    number: 25,
    inputs: { context: '.', 'build-args': 'FOO=bar#baz', load: 'true' },
    call: [...IMAGE, '--build-arg FOO=bar#baz', '--load', '.'],
  },
  ...['\n', ','].map((end, index) => ({
    number: 26 + index,
    inputs: { context: '.', load: 'true', 'secret-envs': `ONE=ONE_ENV${end}OTHER=OTHER_ENV` },
    call: [...IMAGE, '--secret id=ONE,env=ONE_ENV', '--secret id=OTHER,env=OTHER_ENV', '--load', '.'],
  })),
  ...[28, 29].map(number => ({
    number,
    inputs: { context: '.', annotations: ANNOTATIONS.join('\n'), outputs: 'type=local,dest=./release-out' },
    call: [
      ...FILES,
      DEFAULT,
      ...ANNOTATIONS.map(each => `--annotation ${each}`),
      '--output type=local,dest=./release-out',
      '.',
    ],
  })),
  {
    number: 30,
    inputs: { context: '.', outputs: REGISTRY_IMAGE },
    call: [...USUAL, `--output ${REGISTRY_IMAGE}`, '.'],
  },
  {
    number: 31,
    inputs: { context: '.', provenance: 'mode=max', sbom: 'true' },
    call: [...IMAGE, attested('mode=max,'), '--attest type=sbom,disabled=false', '.'],
  },
  {
    number: 32,
    inputs: { context: '.', attests: 'type=provenance,mode=min', provenance: 'mode=max' },
    call: [...IMAGE, attested('mode=max,'), '.'],
  },
  {
    number: 33,
    inputs: { context: '.', attests: 'type=provenance,mode=min' },
    call: [...IMAGE, attested('mode=min,'), '.'],
  },
  {
    number: 34,
    inputs: { context: '.' },
    env: { BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
    call: [...IMAGE, '.'],
  },
  ...['http://10.0.0.5:22827', 'https://github.cds.example.com'].map((server, index) => ({
    number: 35 + index,
    inputs: { 'github-token': TOKEN, context: '{{defaultContext}}' },
    env: { GITHUB_SERVER_URL: server },
    call: [
      ...IMAGE,
      attested('mode=min,inline-only=true,', server),
      `--secret id=GIT_AUTH_TOKEN.${new URL(server).host},src=SECRET`,
      `${server}/${REPOSITORY}.git#refs/heads/master`,
    ],
    differs: 'default-context' as const,
  })),
  ...[37, 38].map(number => ({
    number,
    inputs: {},
    env: { BUILDX_SEND_GIT_QUERY_AS_INPUT: 'true' },
    call: [...USUAL, OWN_GIT.replace('#', '?ref=')],
    differs: 'default-context' as const,
  })),
];
