import { visible } from '../visible-text.ts';

/**
 * Every text that reaches a terminal or a runner's log goes through here: no control character passes, so that no
 * name moves the cursor, and no text starts a runner's command.
 */
export function terminalText(text: string): string {
  return visible(text.replace(/\s+/g, ' ')).replaceAll('##[', '#\\#[');
}

/** Runners take a line for a command when it starts with two colons, white space aside. Applied to the whole text. */
export function guardLines(text: string): string {
  return text.replace(/^([^\S\n]*):(?=:)/gm, '$1\\:');
}
