import type { InstructionSource } from './instruction-source.ts';
import { indentOf } from './raw-line.ts';

/** How an instruction puts the commands of its script on lines of their own. */
export interface JointStyle {
  /** Whether `&&` begins a line or ends it. */
  readonly joint: 'leading' | 'trailing';
  /** What stands before the text of a new line. */
  readonly indent: string;
  /** Whether it was seen, or is what most people write. */
  readonly isOwn: boolean;
}

export const USUAL_STYLE: JointStyle = { joint: 'leading', indent: '    ', isOwn: false };

/** By the last of its lines that a command begins. */
export function jointStyle({ lines, wordLines, escape: escapeChar }: InstructionSource): JointStyle {
  const texts = wordLines.map(line => lines[line]?.text ?? '');
  for (let index = texts.length - 1; index > 0; index -= 1) {
    const text = texts[index] ?? '';
    if (/^\s*&&/.test(text)) return { joint: 'leading', indent: indentOf(text), isOwn: true };
    if (endsWithJoint(texts[index - 1] ?? '', escapeChar)) {
      return { joint: 'trailing', indent: indentOf(text), isOwn: true };
    }
  }
  const indents = texts.slice(1).map(indentOf);
  const least = indents.reduce((a, b) => (b.length < a.length ? b : a), indents[0] ?? USUAL_STYLE.indent);
  return { ...USUAL_STYLE, indent: least };
}

/** `… && \` or `…; \` */
function endsWithJoint(text: string, escapeChar: string): boolean {
  const trimmed = text.trimEnd();
  if (!trimmed.endsWith(escapeChar)) return false;
  const before = trimmed.slice(0, -1).trimEnd();
  return before.endsWith('&&') || before.endsWith(';');
}
