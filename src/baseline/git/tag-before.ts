/** A tag as a version: `api/v1.10.0-rc.2` is `api/v`, 1.10.0 and `-rc.2`. */
interface Version {
  readonly tag: string;
  /** Before the first digit. */
  readonly prefix: string;
  readonly numbers: readonly number[];
  /** Behind the numbers: empty for a release. */
  readonly rest: string;
}

/**
 * The version before that of a tag, among tags that are written alike: `v1.9.3` for `v1.10.0`. A release is compared with
 * a release, and a variant (`-alpine`) with its like; what leads to a release (`-rc.1`) with whatever came last.
 * @param tags names, in any order
 * @returns null where there is none, or the tag has no version
 */
export function findTagBefore(tag: string, tags: Iterable<string>): string | null {
  const version = readVersion(tag);
  if (version === null) return null;
  const isBuildUp = /\d/.test(version.rest);
  const isLike = ({ rest, numbers }: Version): boolean =>
    isMajor(numbers) === isMajor(version.numbers) &&
    (shapeOf(rest) === shapeOf(version.rest) || (isBuildUp && rest === ''));
  let before: Version | null = null;
  for (const name of tags) {
    const other = readVersion(name);
    if (other === null || other.prefix !== version.prefix || !isLike(other)) continue;
    if (compareVersions(other, version) >= 0) continue;
    if (before === null || compareVersions(other, before) > 0) before = other;
  }
  return before?.tag ?? null;
}

function readVersion(tag: string): Version | null {
  const match = /^(\D*)(\d+(?:\.\d+)*)(.*)$/s.exec(tag);
  if (match === null) return null;
  const [, prefix = '', numbers = '', rest = ''] = match;
  return { tag, prefix, numbers: numbers.split('.').map(Number), rest };
}

/** `v1` moves with each `v1.2.3`: it is no version before one. */
function isMajor(numbers: readonly number[]): boolean {
  return numbers.length === 1;
}

function shapeOf(rest: string): string {
  return rest.replace(/\d+/g, '0');
}

function compareVersions(a: Version, b: Version): number {
  const order = compareNumbers(a.numbers, b.numbers);
  if (order !== 0 || a.rest === b.rest) return order;
  // A release comes after what leads to it.
  if (a.rest === '' || b.rest === '') return a.rest === '' ? 1 : -1;
  return compareNumbers(numbersIn(a.rest), numbersIn(b.rest));
}

function numbersIn(rest: string): readonly number[] {
  return Array.from(rest.matchAll(/\d+/g), ([digits]) => Number(digits));
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
