import { forEachLine } from '../file-text.ts';

/** The fields of a stanza that were asked for, by their names in lower case. */
export type Stanza = ReadonlyMap<string, string>;

/**
 * Reads stanzas of `Field: value` lines, as Debian's control files have them (deb822). Fields that were not asked for,
 * continuation lines and lines of another form are skipped. The first of a repeated field counts.
 * @param fields in lower case
 * @param visit is also told how long the stanza is, all of its lines and the empty one behind it. Characters
 */
export function forEachStanza(
  text: string,
  fields: ReadonlySet<string>,
  visit: (stanza: Stanza, length: number) => void,
): void {
  let stanza = new Map<string, string>();
  let length = 0;
  const finish = (): void => {
    if (stanza.size > 0) visit(stanza, length + 1);
    stanza = new Map();
    length = 0;
  };
  forEachLine(text, line => {
    if (line !== '') length += line.length + 1;
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
