import type { Command } from 'commander';
import { Option } from 'commander';
import { type BuildInputs, readBuildInputs } from '../build/build-inputs.ts';

/** An option of `docker buildx build`, and the input of docker/build-push-action with the same meaning. */
interface BuildOption {
  readonly flags: string;
  readonly input: keyof BuildInputs;
  readonly description: string;
  readonly kind: 'text' | 'list' | 'flag';
}

/** In the order of the help. `--metadata-file`, `--iidfile` and `--progress` are Deadweight's own business. */
export const BUILD_OPTIONS: readonly BuildOption[] = [
  { flags: '-f, --file <file>', input: 'file', kind: 'text', description: 'path of the Dockerfile' },
  { flags: '-t, --tag <name>', input: 'tags', kind: 'list', description: 'name of the image' },
  {
    flags: '--platform <platform>',
    input: 'platforms',
    kind: 'list',
    description: 'platform to build for, or several with commas',
  },
  { flags: '--target <stage>', input: 'target', kind: 'text', description: 'stage to build' },
  { flags: '--build-arg <arg>', input: 'build-args', kind: 'list', description: 'build-time variable' },
  {
    flags: '--build-context <name=path>',
    input: 'build-contexts',
    kind: 'list',
    description: 'additional build context',
  },
  { flags: '--cache-from <source>', input: 'cache-from', kind: 'list', description: 'external cache source' },
  {
    flags: '--cache-to <destination>',
    input: 'cache-to',
    kind: 'list',
    description: 'cache export destination',
  },
  { flags: '--no-cache', input: 'no-cache', kind: 'flag', description: 'do not use the cache' },
  {
    flags: '--no-cache-filter <stage>',
    input: 'no-cache-filters',
    kind: 'list',
    description: 'stage that does not use the cache',
  },
  { flags: '--pull', input: 'pull', kind: 'flag', description: 'always try to pull referenced images' },
  { flags: '--push', input: 'push', kind: 'flag', description: 'push the image to its registry' },
  { flags: '--load', input: 'load', kind: 'flag', description: 'load the image into the engine' },
  { flags: '-o, --output <output>', input: 'outputs', kind: 'list', description: 'output destination' },
  {
    flags: '--secret <secret>',
    input: 'secret-specs',
    kind: 'list',
    description: 'secret of the build (id=…,src=… or id=…,env=…)',
  },
  { flags: '--ssh <ssh>', input: 'ssh', kind: 'list', description: 'SSH agent socket or keys' },
  { flags: '--label <label>', input: 'labels', kind: 'list', description: 'label of the image' },
  {
    flags: '--annotation <annotation>',
    input: 'annotations',
    kind: 'list',
    description: 'annotation of the image',
  },
  { flags: '--network <mode>', input: 'network', kind: 'text', description: 'network mode of RUN steps' },
  { flags: '--add-host <host:ip>', input: 'add-hosts', kind: 'list', description: 'host-to-IP mapping' },
  {
    flags: '--allow <entitlement>',
    input: 'allow',
    kind: 'list',
    description: 'extra privileged entitlement',
  },
  { flags: '--attest <attestation>', input: 'attests', kind: 'list', description: 'attestation parameters' },
  { flags: '--provenance <value>', input: 'provenance', kind: 'text', description: 'provenance attestation' },
  { flags: '--sbom <value>', input: 'sbom', kind: 'text', description: 'SBOM attestation' },
  { flags: '--shm-size <size>', input: 'shm-size', kind: 'text', description: 'size of /dev/shm' },
  { flags: '--ulimit <limit>', input: 'ulimit', kind: 'list', description: 'ulimit option' },
  {
    flags: '--cgroup-parent <parent>',
    input: 'cgroup-parent',
    kind: 'text',
    description: 'parent cgroup of RUN steps',
  },
  {
    flags: '--call <method>',
    input: 'call',
    kind: 'text',
    description: 'build method; only build gives something to weigh',
  },
  { flags: '--builder <name>', input: 'builder', kind: 'text', description: 'builder instance' },
];

const collect = (value: string, previous: readonly string[] | undefined): readonly string[] => [
  ...(previous ?? []),
  value,
];

/** Commander takes `--no-x` for the negative of a flag x, also where it has a value (`--no-cache-filter`). */
function optionOf({ flags, description, kind }: BuildOption): Option {
  const option = new Option(flags, description);
  if (kind !== 'flag') option.negate = false;
  return kind === 'list' ? option.argParser(collect) : option;
}

export function addBuildOptions(command: Command): void {
  for (const option of BUILD_OPTIONS) command.addOption(optionOf(option));
}

/** The inputs that the options of a command line give; `context` is its argument. */
export function buildInputsOf(options: Readonly<Record<string, unknown>>, context: string): BuildInputs {
  const texts = new Map<keyof BuildInputs, string>();
  const lists = new Map<keyof BuildInputs, readonly string[]>();
  for (const option of BUILD_OPTIONS) {
    const known = optionOf(option);
    const value = options[known.attributeName()];
    if (option.kind === 'flag' && value === !known.negate) texts.set(option.input, 'true');
    if (option.kind === 'text' && typeof value === 'string') texts.set(option.input, value);
    if (option.kind === 'list' && Array.isArray(value))
      lists.set(option.input, option.input === 'platforms' ? splitCommas(value) : value);
  }
  texts.set('context', context);
  texts.set('inline-cache', options['inlineCache'] === false ? 'false' : 'true');
  // A list is taken as it was given, item by item: only the Action's texts are to be split.
  return { ...readBuildInputs(name => texts.get(name) ?? ''), ...Object.fromEntries(lists) };
}

function splitCommas(values: readonly string[]): readonly string[] {
  return values
    .flatMap(value => value.split(','))
    .map(value => value.trim())
    .filter(value => value !== '');
}
