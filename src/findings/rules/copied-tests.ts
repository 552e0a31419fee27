import { leftoverFindings } from '../leftover.ts';
import { copiedFiles, copyingLayer } from '../remains/copied-file.ts';
import type { Rule } from '../rule.ts';

/** Tests are small; what they are fed with may not be. */
const FLOOR = 1_000_000;

/** Tests and their data that came along with a whole directory. No edit: another stage, or the program, may read them. */
export const copiedTests: Rule = {
  id: 'copied-tests',
  find: subject => {
    const files = copiedFiles(subject).filter(({ clutter }) => clutter?.kind === 'tests');
    return leftoverFindings(
      subject,
      files.map(({ file }) => file),
      { rule: 'copied-tests', severity: 'info', floor: FLOOR, blamedLayer: copyingLayer(files) },
    );
  },
};
