import type { VisibleFile } from '../../analysis/image-analysis.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { type LeftoverGroup, leftoverFindings } from '../leftover.ts';
import { removalEdits } from '../recipe/removal.ts';
import { isTemporary, temporaryEntry } from '../remains/remains.ts';
import type { Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';
import { keptArchives } from './kept-archives.ts';

/** What compilers and interpreters leave for their next start is below it: node's compile cache, hsperfdata. */
const FLOOR = 1_000_000;

/** Instructions that say what the image runs: what they name is no leftover. */
const RUNNING: ReadonlySet<string> = new Set(['CMD', 'ENTRYPOINT', 'ENV', 'HEALTHCHECK', 'WORKDIR']);

export type TemporaryFilesArgs = {
  /** Whether they were copied from outside of the image: then deleting them would not help. */
  readonly isCopied: boolean;
};

/** Files in folders for temporary files. */
export const temporaryFiles: Rule = {
  id: 'temporary-files',
  find: subject =>
    leftoverFindings(subject, unclaimed(subject), {
      rule: 'temporary-files',
      severity: 'warning',
      floor: FLOOR,
      args: ({ instruction }): TemporaryFilesArgs => ({
        isCopied: instruction !== null && instruction.keyword !== 'RUN',
      }),
      edits: (instruction, group) => edits(subject, instruction, group),
    }),
};

function unclaimed(subject: Subject): readonly VisibleFile[] {
  const files = subject.ownFiles.filter(
    ({ path, otherNames }) => isTemporary(path) && (otherNames?.every(isTemporary) ?? true),
  );
  if (files.length === 0) return [];
  const archives = new Set(keptArchives(subject).map(({ path }) => path));
  const isUsed = useOf(subject);
  // An archive right there is told by its own rule; in a folder it goes with the folder.
  return files.filter(({ path }) => {
    const entry = temporaryEntry(path) ?? path;
    return !isUsed(entry) && !(path === entry && archives.has(path));
  });
}

/** Whether the image runs in the entry of a folder for temporary files, or the folder itself, or runs what is in it. */
function useOf({ recipe }: Subject): (entry: string) => boolean {
  const used = (recipe?.shipped ?? []).filter(({ keyword }) => RUNNING.has(keyword));
  const workdir = cleanPath(used.findLast(({ keyword }) => keyword === 'WORKDIR')?.body ?? '');
  const known = new Map<string, boolean>();
  return entry => {
    let isUsed = known.get(entry);
    if (isUsed === undefined) {
      isUsed = entry.startsWith(`${workdir}/`) || used.some(({ text }) => text.includes(`/${entry}`));
      known.set(entry, isUsed);
    }
    return isUsed;
  };
}

/** Python packages that are installed in place go on to be read from there. */
const PYTHON_INSTALLER = /(?:^|\/)(?:pip[\d.]*|uv|setup\.py)$/;
const IN_PLACE = /^(?:-e|--editable(?:=.*)?|develop)$/;

function edits(
  subject: Subject,
  instruction: DockerfileInstruction,
  { layers, files }: LeftoverGroup,
): readonly DockerfileEdit[] {
  const entries = new Set(files.map(({ path }) => temporaryEntry(path) ?? path));
  const isShared = subject.analysis.visibleFiles.some(
    ({ path, layer }) =>
      isTemporary(path) && !layers.includes(layer) && entries.has(temporaryEntry(path) ?? path),
  );
  const isInPlace = runScript(instruction).script.commands.some(
    ({ words }) => words.some(word => PYTHON_INSTALLER.test(word)) && words.some(word => IN_PLACE.test(word)),
  );
  if (isShared || isInPlace) return [];
  const names = [...entries].map(entry => `/${entry.slice(0, entry.lastIndexOf('/'))}`);
  return removalEdits(subject, instruction, { paths: [...entries].sort(), names });
}
