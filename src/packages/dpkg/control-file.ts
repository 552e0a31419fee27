import { forEachLine } from '../file-text.ts';

/** The fields of a stanza that were asked for, by their names in lower case. */
export type Stanza = ReadonlyMap<string, string>;

/**
 * Reads stanzas of `Field: value` lines, as Debian's control files have them (deb822). Fields that were not asked for,
 * continuation lines and lines of another form are skipped. The first of a repeated field counts.
 * @param fields in lower case
 */
export function forEachStanza(
  text: string,
  fields: ReadonlySet<string>,
  visit: (stanza: Stanza) => void,
): void {
  let stanza = new Map<string, string>();
  const finish = (): void => {
    if (stanza.size === 0) return;
    visit(stanza);
    stanza = new Map();
  };
  forEachLine(text, line => {
    const first = line.charCodeAt(0);
    if (line === '') finish();
    else if (first !== 0x20 && first !== 0x09) addField(stanza, line, fields);
  });
  finish();
}

function addField(stanza: Map<string, string>, line: string, fields: ReadonlySet<string>): void {
  const colon = line.indexOf(':');
  if (colon <= 0 || colon > 64) return;
  const field = line.slice(0, colon).toLowerCase();
  if (fields.has(field) && !stanza.has(field)) stanza.set(field, line.slice(colon + 1).trim());
}
