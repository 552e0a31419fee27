import { DeadweightError } from '../base/errors.ts';
import { csvLine, csvRecords } from './input-list.ts';

/** One `key=value` of a flag. */
interface FlagField {
  /** In lower case: buildx does not tell `SRC` from `src`. */
  readonly key: string;
  readonly value: string;
  /** As it is written, without the quotes around it. */
  readonly text: string;
}

/** What buildx makes of a `--secret`. A part that the flag does not have is empty. */
export interface SecretSpec {
  readonly id: string;
  /** Name of a variable. */
  readonly variable: string;
  readonly path: string;
}

/**
 * `id=x,env=NAME`, `id=x,src=path` and `type=env,id=x,src=NAME`, each field in quotes or not; the last of a key counts.
 * @see https://github.com/docker/buildx/blob/master/util/buildflags/secrets.go
 */
export function readSecretSpec(spec: string): SecretSpec {
  const fields = fieldsOf(spec);
  const last = (...keys: readonly string[]): string =>
    fields.findLast(({ key }) => keys.includes(key))?.value ?? '';
  const [id, variable, source] = [last('id'), last('env'), last('src', 'source')];
  if (last('type') === 'env' && variable === '') return { id, variable: source, path: '' };
  return { id, variable, path: source };
}

/** The same secret with another path, where it has one. */
export function withSecretPath(spec: string, change: (path: string) => string): string {
  if (readSecretSpec(spec).path === '') return spec;
  return changeFields(spec, ['src', 'source'], change);
}

/**
 * The same `--cache-from` with another path, where it is a folder of this machine.
 * @see https://github.com/docker/buildx/blob/master/util/buildflags/cache.go
 */
export function withCachePath(spec: string, change: (path: string) => string): string {
  const type = fieldsOf(spec).findLast(({ key }) => key === 'type')?.value;
  return type === 'local' ? changeFields(spec, ['src'], change) : spec;
}

function changeFields(spec: string, keys: readonly string[], change: (value: string) => string): string {
  return csvLine(
    fieldsOf(spec).map(({ key, value, text }) =>
      keys.includes(key) && value !== '' ? text.slice(0, -value.length) + change(value) : text,
    ),
  );
}

/** The first record; none of what is no CSV, which buildx refuses. */
function fieldsOf(spec: string): readonly FlagField[] {
  const [record = []] = recordsOf(spec);
  return record.map(text => {
    const equals = text.indexOf('=');
    const key = equals < 0 ? text : text.slice(0, equals);
    return { key: key.trim().toLowerCase(), value: equals < 0 ? '' : text.slice(equals + 1), text };
  });
}

function recordsOf(spec: string): readonly (readonly string[])[] {
  try {
    return csvRecords(spec, true);
  } catch (error) {
    if (error instanceof DeadweightError) return [];
    throw error;
  }
}
