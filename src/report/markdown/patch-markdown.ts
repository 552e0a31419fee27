import { visible } from '../../base/untrusted-text.ts';
import type { Patch } from '../../findings/fix/patch.ts';
import { lineDiff } from '../line-diff.ts';
import { fenced } from './fence.ts';

const MOST_LINES = 40;
const MOST_CHARACTERS = 3000;

/** What a runner would read as a command, should somebody print the text in a job. */
const COMMAND = /##\[|^\s*::/;

/**
 * What a fix changes, folded, to stand in an item of a list.
 * @returns null when it is too long to be read there: a part of a fix would be another fix
 */
export function patchMarkdown({ before, after }: Patch): string | null {
  if (before.length + after.length > MOST_LINES) return null;
  const lines = lineDiff(before, after).map(({ sign, text }) => [sign, visible(text.replace(/\r$/, ''))]);
  if (lines.some(([, text = '']) => COMMAND.test(text))) return null;
  const block = fenced(
    'diff',
    lines.map(line => line.join('')),
  );
  if (block.length > MOST_CHARACTERS) return null;
  return indented(`<details><summary>The fix</summary>\n\n${block}\n\n</details>`);
}

/** As far as the text of an item that begins with `- `. */
function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
