/**
 * Whether the first line of a script starts its shell with `-e`; null when it names no interpreter, so that the
 * SHELL of the build runs it.
 */
export function hasErrexitOption(firstLine: string): boolean | null {
  if (!firstLine.startsWith('#!')) return null;
  return firstLine
    .split(/\s+/)
    .slice(1)
    .some(word => /^-[A-Za-z]*e/.test(word) || word === 'errexit');
}
