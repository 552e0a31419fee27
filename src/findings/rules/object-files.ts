import { leftoverFindings } from '../leftover.ts';
import { remainsOf } from '../remains/remains.ts';
import type { Rule } from '../rule.ts';

/** A native module or two leave less. */
const FLOOR = 1_000_000;

/** Their packages have object files because compilers read them; those of npm and gem compile where they are. */
const SYSTEM: ReadonlySet<string> = new Set(['deb', 'rpm', 'apk']);

/** What compilers make on their way, and nothing runs: object files, and the folders of build tools. */
export const objectFiles: Rule = {
  id: 'object-files',
  find: subject => {
    const { packages } = subject.analysis;
    const files = remainsOf(subject, 'object-files').filter(
      ({ path }) => !SYSTEM.has(packages.ownerOf(path)?.type ?? ''),
    );
    return leftoverFindings(subject, files, { rule: 'object-files', severity: 'warning', floor: FLOOR });
  },
};
