import { leftoverFindings } from '../leftover.ts';
import { removalEdits } from '../recipe/removal.ts';
import { remainsOf } from '../remains/remains.ts';
import type { Rule } from '../rule.ts';

/** Services write some lines when they are installed or set up. */
const FLOOR = 1_000_000;

/** Not a journal, a spool or a database, which would be broken by it. */
const PLAIN_LOG = /\.(?:log|err|out)$/;

/**
 * Logs of what ran during the build, other than those of package managers. They are emptied and not deleted, as the
 * service that writes them may be allowed to open them and not to make them.
 */
export const logFiles: Rule = {
  id: 'log-files',
  find: subject =>
    leftoverFindings(subject, remainsOf(subject, 'log-files'), {
      rule: 'log-files',
      severity: 'warning',
      floor: FLOOR,
      edits: (instruction, { files }) => {
        const paths = files.map(({ path }) => path);
        if (!paths.every(path => PLAIN_LOG.test(path))) return [];
        const names = ['/var/log', ...paths.map(path => path.slice(path.lastIndexOf('/') + 1))];
        return removalEdits(subject, instruction, { paths, names, program: 'truncate -s 0' });
      },
    }),
};
