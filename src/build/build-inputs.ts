import { DeadweightError } from '../base/errors.ts';
import { type ListRules, readList } from './input-list.ts';

/** What to build: the inputs of docker/build-push-action, under their names and with their meaning. */
export interface BuildInputs {
  readonly 'add-hosts': readonly string[];
  readonly allow: readonly string[];
  readonly annotations: readonly string[];
  readonly attests: readonly string[];
  readonly 'build-args': readonly string[];
  readonly 'build-contexts': readonly string[];
  readonly builder: string;
  readonly 'cache-from': readonly string[];
  readonly 'cache-to': readonly string[];
  readonly call: string;
  readonly 'cgroup-parent': string;
  /** A directory (the checkout, `.`, by default) or a remote git context. */
  readonly context: string;
  /** Path of the Dockerfile, relative to the working directory; empty for `Dockerfile` in the context. */
  readonly file: string;
  readonly labels: readonly string[];
  readonly load: boolean;
  readonly network: string;
  readonly 'no-cache': boolean;
  readonly 'no-cache-filters': readonly string[];
  readonly outputs: readonly string[];
  readonly platforms: readonly string[];
  /** Empty, a boolean or attributes (`mode=max`). */
  readonly provenance: string;
  readonly pull: boolean;
  readonly push: boolean;
  readonly sbom: string;
  /** `id=value`, the value as it is. */
  readonly secrets: readonly string[];
  /** `id=ENVIRONMENT_VARIABLE`. */
  readonly 'secret-envs': readonly string[];
  /** `id=path`. */
  readonly 'secret-files': readonly string[];
  /** Not an input of the action: `--secret` as docker buildx build takes it. */
  readonly 'secret-specs': readonly string[];
  readonly 'shm-size': string;
  readonly ssh: readonly string[];
  readonly tags: readonly string[];
  readonly target: string;
  readonly ulimit: readonly string[];
  /** Not an input of the action: whether the image carries its own cache for later `cache-from`. */
  readonly 'inline-cache': boolean;
}

type KeysOf<T> = { [K in keyof BuildInputs]: BuildInputs[K] extends T ? K : never }[keyof BuildInputs];

const COMMAS: ListRules = { keepCommas: true };
const LISTS: Readonly<Record<KeysOf<readonly string[]>, ListRules>> = {
  'add-hosts': {},
  allow: {},
  annotations: COMMAS,
  attests: COMMAS,
  'build-args': COMMAS,
  'build-contexts': COMMAS,
  'cache-from': COMMAS,
  'cache-to': COMMAS,
  labels: COMMAS,
  'no-cache-filters': {},
  outputs: { keepCommas: true, keepQuotes: true },
  platforms: {},
  secrets: COMMAS,
  'secret-envs': {},
  'secret-files': COMMAS,
  'secret-specs': COMMAS,
  ssh: {},
  tags: {},
  ulimit: COMMAS,
};

/** The inputs with what is not given at its default. */
export function buildInputs(given: Partial<BuildInputs> = {}): BuildInputs {
  return { ...readBuildInputs(() => ''), ...given };
}

/**
 * Reads the inputs from their raw texts.
 * @param input the text of an input by its name, `''` when it is not set
 * @throws DeadweightError `usage`
 */
export function readBuildInputs(input: (name: keyof BuildInputs) => string): BuildInputs {
  const text = (name: KeysOf<string>): string => input(name).trim();
  const list = (name: KeysOf<readonly string[]>): readonly string[] =>
    readList(input(name).trim(), LISTS[name]);
  const flag = (name: KeysOf<boolean>, fallback = false): boolean =>
    readBoolean(name, input(name).trim(), fallback);
  return {
    'add-hosts': list('add-hosts'),
    allow: list('allow'),
    annotations: list('annotations'),
    attests: list('attests'),
    'build-args': list('build-args'),
    'build-contexts': list('build-contexts').map(localContext),
    builder: text('builder'),
    'cache-from': list('cache-from'),
    'cache-to': list('cache-to'),
    call: text('call'),
    'cgroup-parent': text('cgroup-parent'),
    context: localContext(text('context')) || '.',
    file: text('file'),
    labels: list('labels'),
    load: flag('load'),
    network: text('network'),
    'no-cache': flag('no-cache'),
    'no-cache-filters': list('no-cache-filters'),
    outputs: list('outputs'),
    platforms: list('platforms'),
    provenance: text('provenance'),
    pull: flag('pull'),
    push: flag('push'),
    sbom: text('sbom'),
    secrets: list('secrets'),
    'secret-envs': list('secret-envs'),
    'secret-files': list('secret-files'),
    'secret-specs': list('secret-specs'),
    'shm-size': text('shm-size'),
    ssh: list('ssh'),
    tags: list('tags'),
    target: text('target'),
    ulimit: list('ulimit'),
    'inline-cache': flag('inline-cache', true),
  };
}

/** The inputs without tags, outputs and attestations: of a build whose image is weighed and goes nowhere. */
export function withoutOutputs(inputs: BuildInputs): BuildInputs {
  return {
    ...inputs,
    tags: [],
    outputs: [],
    push: false,
    load: false,
    'cache-to': [],
    attests: [],
    provenance: '',
    sbom: '',
  };
}

/** `{{defaultContext}}` and `{{defaultContext}}:sub` mean the checkout and a folder of it: there the build happens. */
function localContext(text: string): string {
  return text.replace(/\{\{\s*defaultContext\s*\}\}(?::(\S*))?/g, (_all, folder?: string) =>
    folder ? `./${folder.replace(/^\/+/, '')}` : '.',
  );
}

/** The words of the YAML 1.2 core schema, as @actions/core reads booleans. */
function readBoolean(name: string, text: string, fallback: boolean): boolean {
  if (text === '') return fallback;
  if (['true', 'True', 'TRUE'].includes(text)) return true;
  if (['false', 'False', 'FALSE'].includes(text)) return false;
  throw new DeadweightError('usage', {
    message: `The input ${name} is "${text}", which is neither true nor false.`,
    remedy: 'Write true or false.',
  });
}
