import { visible } from '../../base/visible-text.ts';

/**
 * Every text that reaches a terminal or a runner's log goes through here: no control character passes, so that no
 * name moves the cursor, and no text starts a runner's command.
 */
export function terminalText(text: string): string {
  return visible(text.replace(/\s+/g, ' ')).replaceAll('##[', '#\\#[');
}

/** What a line may start with before its first character is seen: white space and our own colours. */
const UNSEEN = `(?:[^\\S\\n]|${String.fromCharCode(0x1b)}\\[\\d*m)*`;
const COMMAND = new RegExp(`^(${UNSEEN}):(?=:)`, 'gm');

/** Runners take a line for a command when it starts with two colons, white space aside. Applied to the whole text. */
export function guardLines(text: string): string {
  return text.replace(COMMAND, '$1\\:');
}
