import type { Command } from 'commander';
import { Option } from 'commander';

/** An option of `docker buildx build`, and the input of docker/build-push-action with the same meaning. */
interface BuildOption {
  readonly flags: string;
  readonly input: string;
  readonly description: string;
  readonly kind: 'text' | 'list' | 'flag';
}

/** In the order of the help. `--metadata-file`, `--iidfile` and `--progress` are Deadweight's own business. */
export const BUILD_OPTIONS: readonly BuildOption[] = [
  { flags: '-f, --file <file>', input: 'file', kind: 'text', description: 'path of the Dockerfile' },
  { flags: '-t, --tag <name>', input: 'tags', kind: 'list', description: 'name of the image' },
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
    input: 'raw-secrets',
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

/** The attribute under which commander keeps an option; `--no-x` is the boolean x. */
function attribute({ flags }: BuildOption): { readonly name: string; readonly negated: boolean } {
  const option = new Option(flags);
  return { name: option.attributeName(), negated: option.negate };
}

export function addBuildOptions(command: Command): void {
  for (const { flags, description, kind } of BUILD_OPTIONS) {
    const option = new Option(flags, description);
    command.addOption(kind === 'list' ? option.argParser(collect) : option);
  }
}

/** The values that were given, by input name: what the Action reads from its inputs. */
export function givenBuildInputs(
  options: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, string | readonly string[]> {
  const given = new Map<string, string | readonly string[]>();
  for (const option of BUILD_OPTIONS) {
    const { name, negated } = attribute(option);
    const value = options[name];
    if (option.kind === 'flag') {
      if (value === !negated) given.set(option.input, 'true');
    } else if (typeof value === 'string') given.set(option.input, value);
    else if (Array.isArray(value))
      given.set(
        option.input,
        value.filter(item => typeof item === 'string'),
      );
  }
  return given;
}
