/** `libc6`, `perl:any`, `libfoo (>= 1.0) [amd64] <!nocheck>`: the name, then what it is bound to. */
const NAME = /^\s*([a-z0-9][a-z0-9+.-]{0,255})/i;

/**
 * The names in a relation of Debian packages (`PackageRelations`): all must be there, of each one alternative.
 * `a (>= 1), b | c:any` is [[a], [b, c]]. Versions and architectures are left out.
 * @see https://www.debian.org/doc/debian-policy/ch-relationships.html
 */
export function relationNames(relation: string): readonly (readonly string[])[] {
  const required: string[][] = [];
  for (const alternatives of relation.split(',')) {
    const names = alternatives.split('|').flatMap(text => NAME.exec(text)?.[1] ?? []);
    if (names.length > 0) required.push(names);
  }
  return required;
}
