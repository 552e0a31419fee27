/**
 * Text of a foreign file made fit for a message: no control or bidirectional characters, which would
 * let an image rewrite a terminal or a log, and at most 200 characters.
 */
export function printable(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');
  return clean.length > 200 ? `${clean.slice(0, 199)}…` : clean;
}
