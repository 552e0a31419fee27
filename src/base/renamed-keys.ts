/**
 * The value with keys of an earlier version under their new names, where it has no such key yet; anything else as it is.
 * @param names new names by the earlier ones
 */
export function renameKeys(value: unknown, names: Readonly<Record<string, string>>): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]): [string, unknown] => {
      const name = Object.hasOwn(names, key) ? names[key] : undefined;
      return [name === undefined || Object.hasOwn(value, name) ? key : name, each];
    }),
  );
}
