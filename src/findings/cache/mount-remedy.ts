import { isMounted } from '../recipe/removal.ts';
import type { Remedy } from './cache-remedy.ts';

/**
 * A cache mount over each of the directories. Only where root alone has written there, since the mount is root's; where
 * nothing else was there, since the mount hides it; and where the RUN runs the tool as it is.
 */
export const mounted: Remedy = ({ subject, instruction, uses, roots }) => {
  const { analysis } = subject;
  const isPossible =
    uses.writing.length > 0 &&
    !uses.areHidden &&
    roots.every(root => /^[\w./+@-]+$/.test(root) && !isMounted(instruction, root));
  if (!isPossible) return null;
  const prefixes = roots.map(root => `${root}/`);
  for (const [layer, { entries }] of analysis.scans.entries()) {
    const isByTool = isRun(subject.instructionOf(layer)?.keyword);
    for (const { path, kind, uid } of entries) {
      if (kind === 'directory' || !prefixes.some(prefix => path.startsWith(prefix))) continue;
      if (!isByTool || uid !== 0) return null;
    }
  }
  return roots.map(root => ({
    kind: 'add-flag',
    line: instruction.startLine,
    flag: `--mount=type=cache,target=/${root}`,
  }));
};

function isRun(keyword: string | undefined): boolean {
  return keyword === 'RUN';
}
