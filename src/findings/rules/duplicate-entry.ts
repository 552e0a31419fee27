import { phrase } from '../../base/phrase.ts';
import { defineRule } from '../rule.ts';
import { wasteArgs, wasteDefects } from '../waste/waste-defect.ts';
import { wastedFiles } from '../words/waste-words.ts';

/** Paths that the tar of one layer carries more than once: only the last is ever seen. */
export const duplicateEntry = defineRule({
  id: 'duplicate-entry',
  severity: 'warning',
  args: wasteArgs,
  why: 'A layer whose tar has a path twice; tools that write layers themselves make such.',
  find: context => wasteDefects(context, { reasons: ['duplicate-entry'] }),
  what: finding => phrase`${wastedFiles(finding)} is in one layer more than once`,
  fix: () => phrase`build the layer with a tool that writes each path once`,
});
