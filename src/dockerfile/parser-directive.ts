const DIRECTIVE = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/;
const KNOWN = new Set(['syntax', 'escape', 'check']);

/** `# syntax=…`, `# escape=…`, `# check=…`: by lower-case name, only those at the top of the file. */
export function parserDirectives(lines: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of lines) {
    const match = DIRECTIVE.exec(line);
    if (!match) break;
    const name = (match[1] ?? '').toLowerCase();
    if (KNOWN.has(name) && !found.has(name)) found.set(name, match[2] ?? '');
  }
  return found;
}

/** The character that continues a line: a backslash unless `# escape=` names the backtick. */
export function escapeCharacter(directives: ReadonlyMap<string, string>): '\\' | '`' {
  return directives.get('escape') === '`' ? '`' : '\\';
}
