import { join } from 'node:path';
import { findClosestWord } from '../base/closest-word.ts';
import { DeadweightError } from '../base/errors.ts';
import { readInputFile } from '../base/input-file.ts';
import { printable } from '../base/untrusted-text.ts';
import type { Rule } from '../findings/rule.ts';
import { ruleAddress } from '../findings/rule-address.ts';
import { RULES } from '../findings/rules.ts';
import type { TerminalOptions } from '../report/terminal/page.ts';
import { renderRulePage, renderRules } from '../report/terminal/render-rules.ts';

/** Bytes. */
const MAX_PAGE = 256 * 1024;

/**
 * The page of a rule, or the list of all rules.
 * @param name null lists them
 * @param folder has the pages in Markdown
 * @throws DeadweightError `usage` for a rule that there is not
 */
export function explainRule(name: string | null, options: TerminalOptions, folder: string): string {
  if (name === null) return renderRules(options);
  const rule = RULES.find(({ id }) => id === name.toLowerCase());
  if (rule === undefined) throw unknownRule(name);
  return `${renderRulePage(readPage(rule, folder), options)}\n${ruleAddress(rule.id)}\n`;
}

function unknownRule(name: string): DeadweightError {
  const meant = findClosestWord(
    name,
    RULES.map(({ id }) => id),
  );
  return new DeadweightError('usage', {
    message: `There is no rule ${printable(name)}.`,
    remedy:
      meant === null
        ? 'Run deadweight explain to list all rules.'
        : `Run deadweight explain ${meant}, or deadweight explain to list all rules.`,
  });
}

/** Somebody may have taken the program without its pages: then it is the page without its example. */
function readPage({ id, finds, why, usual, remedy, whenToIgnore }: Rule, folder: string): string {
  try {
    return readInputFile(join(folder, `${id}.md`), { maxBytes: MAX_PAGE }).toString('utf8');
  } catch {
    return [`# \`${id}\``, `**${finds}.** ${why}`, usual, remedy, whenToIgnore].join('\n\n');
  }
}
