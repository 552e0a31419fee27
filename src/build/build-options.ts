import { boolean, type Flag, list, type Option, type OptionKind, TEXT } from '../base/option.ts';
import { readList } from './input-list.ts';

const WORDS = list(readList);
/** Commas belong to the items. */
const LINES = list(text => readList(text, { keepCommas: true }));
const OUTPUTS = list(text => readList(text, { keepCommas: true, keepQuotes: true }));
/** Values are kept byte for byte: a key may have to end in a line end. */
const SECRETS: OptionKind<readonly string[]> = {
  ...list(text => readList(text, { keepCommas: true, keepSpace: true })),
  keepsSpace: true,
};
const CONTEXT: OptionKind<string> = {
  read: texts => localContext(texts.at(-1) ?? '') || '.',
};
const CONTEXTS: OptionKind<readonly string[]> = { ...LINES, read: texts => texts.map(localContext) };
const PLATFORMS: OptionKind<readonly string[]> = { ...WORDS, read: texts => texts.flatMap(splitCommas) };

/** As Handlebars takes it: `{{defaultContext}}`, `{{{ defaultContext }}}`; a folder may follow a colon. */
const DEFAULT_CONTEXT = /\{\{[{&]?\s*defaultContext\s*\}?\}\}(?::(\S*))?/g;

/** `{{defaultContext}}` and `{{defaultContext}}:sub` mean the checkout and a folder of it: there the build happens. */
function localContext(text: string): string {
  return text.replace(DEFAULT_CONTEXT, (_all, folder?: string) =>
    folder ? `./${folder.replace(/^\/+/, '')}` : '.',
  );
}

/** Whether a context is the one that a workflow has when it names none, or a folder of it. */
export function isDefaultContext(text: string): boolean {
  return text === '' || text.search(DEFAULT_CONTEXT) === 0;
}

function splitCommas(text: string): readonly string[] {
  return text
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '');
}

function flag(form: string, description?: string): Flag {
  const commands = ['build', 'fix'] as const;
  return description === undefined ? { form, commands } : { form, commands, description };
}

/**
 * What to build: the inputs of docker/build-push-action, under their names and with their meaning, and the flags of
 * `docker buildx build` that say the same. `--metadata-file`, `--iidfile` and `--progress` are Deadweight's own.
 */
export const BUILD_OPTIONS = {
  /** A directory (the checkout, `.`, by default) or a remote git context. */
  context: {
    kind: CONTEXT,
    description: 'Build context, the set of files at a path or URL (default the checkout)',
    input: 'image',
  },
  /** Path of the Dockerfile, relative to the working directory; empty for `Dockerfile` in the context. */
  file: {
    kind: TEXT,
    description: 'Path of the Dockerfile (default `{context}/Dockerfile`)',
    flags: [flag('-f, --file <file>', 'path of the Dockerfile (- is standard input)')],
    input: 'image',
  },
  target: {
    kind: TEXT,
    description: 'Stage to build',
    flags: [flag('--target <stage>')],
    input: 'image',
  },
  /** Not an input of the action: whether the image carries its own cache for later `cache-from`. */
  'inline-cache': {
    kind: boolean(true),
    description:
      'Export the cache with the image (`--cache-to type=inline`) unless `cache-to` says otherwise',
    flags: [
      {
        form: '--no-inline-cache',
        commands: ['build'],
        description: 'do not export the cache with the image',
        means: 'false',
      },
    ],
    input: 'cache',
  },
  'cache-from': {
    kind: LINES,
    description: 'List of external cache sources (`user/app:cache`, `type=local,src=path/to/dir`)',
    flags: [flag('--cache-from <source>', 'external cache source')],
    input: 'cache',
  },
  'cache-to': {
    kind: LINES,
    description: 'List of cache export destinations (`user/app:cache`, `type=local,dest=path/to/dir`)',
    flags: [flag('--cache-to <destination>', 'cache export destination')],
    input: 'cache',
  },
  'no-cache': {
    kind: boolean(false),
    description: 'Do not use cache when building the image',
    flags: [flag('--no-cache', 'do not use the cache')],
    input: 'cache',
  },
  'no-cache-filters': {
    kind: WORDS,
    description: 'List of stages that do not use the cache',
    flags: [flag('--no-cache-filter <stage>', 'stage that does not use the cache')],
    input: 'cache',
  },
  'add-hosts': {
    kind: WORDS,
    description: 'List of host-to-IP mappings (`docker:10.180.0.1`)',
    flags: [flag('--add-host <host:ip>', 'host-to-IP mapping')],
    input: 'build',
  },
  allow: {
    kind: WORDS,
    description: 'List of extra privileged entitlements (`network.host`, `security.insecure`)',
    flags: [flag('--allow <entitlement>', 'extra privileged entitlement')],
    input: 'build',
  },
  annotations: {
    kind: LINES,
    description: 'List of annotations of the image',
    flags: [flag('--annotation <annotation>', 'annotation of the image')],
    input: 'build',
  },
  attests: {
    kind: LINES,
    description: 'List of attestation parameters (`type=sbom,generator=image`)',
    flags: [flag('--attest <attestation>', 'attestation parameters')],
    input: 'build',
  },
  'build-args': {
    kind: LINES,
    description: 'List of build-time variables',
    flags: [flag('--build-arg <arg>', 'build-time variable')],
    input: 'build',
  },
  'build-contexts': {
    kind: CONTEXTS,
    description: 'List of additional build contexts (`name=path`)',
    flags: [flag('--build-context <name=path>', 'additional build context')],
    input: 'build',
  },
  builder: {
    kind: TEXT,
    description: 'Builder instance',
    flags: [flag('--builder <name>')],
    input: 'build',
  },
  call: {
    kind: TEXT,
    description: 'Build method (`check`, `outline`); only `build` makes something to weigh',
    flags: [flag('--call <method>')],
    input: 'build',
  },
  'cgroup-parent': {
    kind: TEXT,
    description: 'Parent cgroup of RUN steps',
    flags: [flag('--cgroup-parent <parent>')],
    input: 'build',
  },
  labels: {
    kind: LINES,
    description: 'List of labels of the image',
    flags: [flag('--label <label>', 'label of the image')],
    input: 'build',
  },
  load: {
    kind: boolean(false),
    description: 'Shorthand for `--output=type=docker`',
    flags: [flag('--load', 'load the image into the engine')],
    input: 'build',
  },
  network: {
    kind: TEXT,
    description: 'Network mode of RUN steps',
    flags: [flag('--network <mode>')],
    input: 'build',
  },
  outputs: {
    kind: OUTPUTS,
    description: 'List of output destinations (`type=local,dest=path`)',
    flags: [flag('-o, --output <output>', 'output destination')],
    input: 'build',
  },
  platforms: {
    kind: PLATFORMS,
    description: 'List of target platforms',
    flags: [flag('--platform <platform>', 'platform to build for, or several with commas')],
    input: 'build',
  },
  /** Empty, a boolean or attributes (`mode=max`). */
  provenance: {
    kind: TEXT,
    description: 'Provenance attestation, shorthand for `--attest=type=provenance`',
    flags: [flag('--provenance <value>', 'provenance attestation')],
    input: 'build',
  },
  pull: {
    kind: boolean(false),
    description: 'Always try to pull newer versions of referenced images',
    flags: [flag('--pull', 'always try to pull referenced images')],
    input: 'build',
  },
  push: {
    kind: boolean(false),
    description: 'Shorthand for `--output=type=registry`',
    flags: [flag('--push', 'push the image to its registry')],
    input: 'build',
  },
  sbom: {
    kind: TEXT,
    description: 'SBOM attestation, shorthand for `--attest=type=sbom`',
    flags: [flag('--sbom <value>', 'SBOM attestation')],
    input: 'build',
  },
  /** `id=value`, the value as it is. */
  secrets: {
    kind: SECRETS,
    description: 'List of secrets of the build (`id=value`)',
    input: 'build',
  },
  /** `id=ENVIRONMENT_VARIABLE`. */
  'secret-envs': {
    kind: WORDS,
    description: 'List of secrets taken from environment variables (`id=NAME`)',
    input: 'build',
  },
  /** `id=path`. */
  'secret-files': {
    kind: LINES,
    description: 'List of secrets taken from files (`id=path`)',
    input: 'build',
  },
  'shm-size': {
    kind: TEXT,
    description: 'Size of `/dev/shm` (`2g`)',
    flags: [flag('--shm-size <size>', 'size of /dev/shm')],
    input: 'build',
  },
  ssh: {
    kind: WORDS,
    description: 'List of SSH agent sockets or keys of the build',
    flags: [flag('--ssh <ssh>', 'SSH agent socket or keys')],
    input: 'build',
  },
  tags: {
    kind: WORDS,
    description: 'List of tags',
    flags: [flag('-t, --tag <name>', 'name of the image')],
    input: 'build',
  },
  ulimit: {
    kind: LINES,
    description: 'Ulimit options (`nofile=1024:1024`)',
    flags: [flag('--ulimit <limit>', 'ulimit option')],
    input: 'build',
  },
  /** Not an input of the action: `--secret` as docker buildx build takes it. */
  'secret-specs': {
    kind: LINES,
    description: 'List of secrets of the build, as `docker buildx build` takes them',
    flags: [flag('--secret <secret>', 'secret of the build (id=…,src=… or id=…,env=…)')],
  },
} satisfies Readonly<Record<string, Option<unknown>>>;
