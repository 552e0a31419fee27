import type { DockerfileInstruction } from './dockerfile-instruction.ts';
import type { InstructionFlag } from './instruction-flag.ts';

/** A `--mount` of a RUN. Source: BuildKit, `frontend/dockerfile/instructions/commands_runmount.go`. */
export interface Mount {
  /** In small letters; `bind` where it is not said. */
  readonly type: string;
  /** Where it is, as it is written and without a slash at its end; null where that is not said. */
  readonly target: string | null;
  /** The stage, image or context that it shows; null where it is the build's own. */
  readonly from: string | null;
  /** What of it is shown, as it is written; all of it where that is not said. */
  readonly source: string | null;
  /** Whether it says that the RUN may write to it. */
  readonly isWritable: boolean;
}

/** The mounts of an instruction, in the order of its flags. */
export function readMounts(flags: readonly InstructionFlag[]): readonly Mount[] {
  return flags.flatMap(({ name, value }) => (name === 'mount' ? [readMount(value ?? '')] : []));
}

/** The stages, images and contexts that an instruction takes files from: what its `--from` and the `from` of its mounts name. */
export function namedSources({ flags }: Pick<DockerfileInstruction, 'flags'>): readonly string[] {
  const copied = flags.flatMap(({ name, value }) => (name === 'from' && value !== null ? [value] : []));
  return [...copied, ...readMounts(flags).flatMap(({ from }) => from ?? [])];
}

/** @param value `type=cache,target=/root/.cache` */
function readMount(value: string): Mount {
  const fields = new Map(
    value.split(',').map((field): [string, string | null] => {
      const equals = field.indexOf('=');
      if (equals < 0) return [field.toLowerCase(), null];
      return [field.slice(0, equals).toLowerCase(), field.slice(equals + 1)];
    }),
  );
  const type = fields.get('type')?.toLowerCase() ?? 'bind';
  const target = fields.get('target') ?? fields.get('dst') ?? fields.get('destination');
  return {
    type,
    target: target?.replace(/(?<=.)\/$/, '') ?? secretTarget(type, fields),
    from: fields.get('from') ?? null,
    source: fields.get('source') ?? fields.get('src') ?? null,
    isWritable: ['rw', 'readwrite'].some(name => isTrue(fields.get(name))),
  };
}

function secretTarget(type: string, fields: ReadonlyMap<string, string | null>): string | null {
  const id = fields.get('id');
  return type === 'secret' && id ? `/run/secrets/${id}` : null;
}

/** Of a field without a value it is meant. */
function isTrue(value: string | null | undefined): boolean {
  return value === null || value?.toLowerCase() === 'true';
}
