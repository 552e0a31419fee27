import { isRecord, isString } from '../layer/entry-columns.ts';

/** Names and versions longer than this are nobody's. Characters. */
const LONGEST = 512;

/** A name or a version: text of a sensible length without control characters; null for anything else. */
export function nameOf(value: unknown): string | null {
  if (!isString(value)) return null;
  const name = value.trim();
  return name !== '' && name.length <= LONGEST && !/[\0-\x1f\x7f]/.test(name) ? name : null;
}

/** A field of a JSON object; undefined where there is none, or no object. */
export function fieldOf(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** A text field; empty where there is none. */
export function textField(value: unknown, key: string): string {
  const field = fieldOf(value, key);
  return isString(field) ? field : '';
}

/** The items of a list; none of anything else. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
