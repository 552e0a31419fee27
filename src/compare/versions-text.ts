/** Versions of one package that are told by name. */
const MAX_VERSIONS = 4;

/** The versions of the copies of one package, each once: `1.2, 1.3`; null where there are none. */
export function versionsText(versions: Iterable<string>): string | null {
  const distinct = [...new Set(versions)].sort();
  if (distinct.length === 0) return null;
  const more = distinct.length - MAX_VERSIONS;
  const listed = distinct.slice(0, MAX_VERSIONS).join(', ');
  return more > 0 ? `${listed} and ${more} more` : listed;
}
