import { csvRecords } from './input-list.ts';

/** One `--output`. */
export interface BuildOutput {
  readonly type: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** As it is passed to buildx. */
  readonly text: string;
}

/** Reads `type=oci,dest=DIR`; a bare path is `type=local`, a bare `-` is `type=tar` (buildx, `util/buildflags/export.go`). */
export function readOutput(text: string): BuildOutput {
  const fields = csvRecords(text, true)[0] ?? [];
  const [only = ''] = fields;
  if (fields.length === 1 && !only.startsWith('type=')) {
    return { type: only === '-' ? 'tar' : 'local', attributes: new Map([['dest', only]]), text };
  }
  const attributes = new Map(
    fields.map((field): readonly [string, string] => {
      const equals = field.indexOf('=');
      return equals < 0
        ? [field.trim().toLowerCase(), '']
        : [field.slice(0, equals).trim().toLowerCase(), field.slice(equals + 1).trim()];
    }),
  );
  return { type: attributes.get('type') ?? 'local', attributes, text };
}

/** Whether the output is an image and not only its files. */
export function isImage(output: BuildOutput): boolean {
  return output.type !== 'local' && output.type !== 'tar' && output.type !== 'cacheonly';
}

/** Whether the output is an OCI layout in a directory, of which a build can have one only. */
export function isOciDirectory(output: BuildOutput): boolean {
  return output.type === 'oci' && output.attributes.get('tar') === 'false';
}
