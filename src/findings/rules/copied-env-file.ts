import { leftoverFindings } from '../leftover.ts';
import { copiedFiles, copyingLayer } from '../remains/copied-file.ts';
import type { Rule } from '../rule.ts';

/**
 * `.env` files that came along with a whole directory: they may hold secrets, and whoever has the image can read them,
 * also when a later instruction deletes them. Of any size, and without a saving: it is not about bytes.
 */
export const copiedEnvFile: Rule = {
  id: 'copied-env-file',
  find: subject => {
    const files = copiedFiles(subject).filter(({ clutter }) => clutter?.kind === 'env-file');
    return leftoverFindings(
      subject,
      files.map(({ file }) => file),
      { rule: 'copied-env-file', severity: 'warning', floor: 1, blamedLayer: copyingLayer(files) },
    ).map(({ finding }) => ({ finding: { ...finding, saving: null }, claims: [] }));
  },
};
