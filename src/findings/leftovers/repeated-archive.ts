import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { readContextCopy } from '../../dockerfile/context-copy.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import type { RuleContext } from '../rule-context.ts';
import { findCopiedFiles } from './copied-file.ts';

/**
 * Archives that came along with a folder of the context though another COPY or ADD takes them from there by name: to
 * unpack them, or to hand them to the RUN that does.
 */
export function findRepeatedArchives(context: RuleContext): readonly VisibleFile[] {
  const { dockerfile } = context;
  const archives = new Set(context.filesOfKind('archives').map(({ path }) => path));
  if (dockerfile === null || archives.size === 0) return [];
  const named = new Set(
    dockerfile.file.instructions.flatMap(instruction =>
      (readContextCopy(instruction, dockerfile.file.escape)?.sources ?? []).map(cleanPath),
    ),
  );
  return findCopiedFiles(context).flatMap(({ file, hidden, inside, copy }) => {
    const isWhole = hidden === null && copy.destination !== null && archives.has(file.path);
    return isWhole && named.has(cleanPath(`${copy.source}/${inside}`)) ? [file] : [];
  });
}

/** Archives of Java applications beside the folder of the same name that they were unpacked to. */
export function findUnpackedApplications({ ownFiles }: RuleContext): readonly VisibleFile[] {
  const archives = ownFiles.filter(({ path }) => APPLICATION.test(path));
  if (archives.length === 0) return [];
  const folders = new Set(
    ownFiles.flatMap(({ path }) => {
      const at = path.search(UNPACKED);
      return at < 0 ? [] : [path.slice(0, at)];
    }),
  );
  return archives.filter(({ path }) => folders.has(path.replace(APPLICATION, '')));
}

const APPLICATION = /\.[we]ar$/;
const UNPACKED = /\/(?:WEB-INF|META-INF)\//;
