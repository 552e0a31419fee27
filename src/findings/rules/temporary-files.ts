import { z } from 'zod';
import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { code, phrase } from '../../base/phrase.ts';
import { baseName } from '../../base/slash-path.ts';
import { isTemporary, temporaryEntry } from '../../compare/known-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { findManager } from '../../package-managers/package-managers.ts';
import { readProgram } from '../../package-managers/program.ts';
import { mountFor } from '../dockerfile/bind-mount.ts';
import { removalFix } from '../dockerfile/removal.ts';
import type { OfferedFix } from '../later-use/later-need.ts';
import { type LeftoverGroup, leftoverArgs, leftoverDefects } from '../leftovers/leftover-defect.ts';
import { archiveEntries } from '../leftovers/unpacked-archive.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftoverFiles } from '../words/evidence-phrases.ts';

/** What compilers and interpreters leave for their next start is below it: node's compile cache, hsperfdata. */
const MIN_BYTES = 1_000_000;

/** Instructions that say what the image runs: what they name is not a leftover. */
const RUNNING: ReadonlySet<string> = new Set(['CMD', 'ENTRYPOINT', 'ENV', 'HEALTHCHECK', 'WORKDIR']);

/** Files in folders for temporary files. */
export const temporaryFiles = defineRule({
  id: 'temporary-files',
  family: 'leftovers',
  order: 160,
  severity: 'warning',
  args: () =>
    leftoverArgs().extend({
      isCopied: z
        .boolean()
        .describe('Whether they were copied from outside of the image: then deleting them would not help'),
      mount: z
        .string()
        .nullable()
        .default(null)
        .describe(
          'The flag with which a RUN can read them without a copy; null where the text does not tell',
        ),
    }),
  finds: 'What a RUN or a COPY leaves in `/tmp` and `/var/tmp`',
  why: 'Build steps use these directories for files that they need only briefly, but the files stay in the layer.',
  usual: 'From 1 MB, below which nothing is said: downloads and build trees, whatever they have.',
  remedy:
    'Delete them in the RUN that writes them, or mount a directory that does not ship: `RUN --mount=type=tmpfs,target=/tmp`.',
  whenToIgnore: 'Where a later step, or the program, reads them there.',
  find: context =>
    leftoverDefects(context, unusedFiles(context), {
      minBytes: MIN_BYTES,
      args: ({ instruction, layers: [layer = -1], files }) => ({
        isCopied: instruction !== null && instruction.keyword !== 'RUN',
        mount: mountFor(
          context,
          layer,
          files.map(({ path }) => path),
        ),
      }),
      edits: (instruction, group) => edits(context, instruction, group),
    }),
  what: finding => phrase`${leftoverFiles('temporary files', finding)} stays in the image`,
  fix: ({ args }) =>
    args.isCopied
      ? phrase`let the RUN that needs them read them with ${code(`RUN ${args.mount ?? '--mount=type=bind'}`, 160)}`
      : phrase`delete them in the RUN that writes them`,
});

function unusedFiles(context: RuleContext): readonly VisibleFile[] {
  const files = context.ownFiles.filter(
    ({ path, otherNames }) => isTemporary(path) && (otherNames?.every(isTemporary) ?? true),
  );
  if (files.length === 0) return [];
  const ofArchives = archiveEntries(context);
  const isUsed = useOf(context);
  // An archive right there, or alone in its folder, has its own rule; else it goes with the folder.
  return files.filter(({ path }) => {
    const entry = temporaryEntry(path) ?? path;
    return !isUsed(entry) && !ofArchives.has(entry);
  });
}

/** Whether the image runs in the entry of a folder for temporary files, or the folder itself, or runs what is in it. */
function useOf({ dockerfile }: RuleContext): (entry: string) => boolean {
  const used = (dockerfile?.shipped ?? []).filter(({ keyword }) => RUNNING.has(keyword));
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

/** What is made for one moment, as its name says: by mktemp, compilers, package managers and their installers. */
const SCRATCH =
  /^(?:tmp[._-]?[A-Za-z0-9_]{4,}|tmp\d*|cc[A-Za-z0-9]{6}\.\w+|go-build\w+|npm-\S+|pip-\S+|yarn--\S+|rustc\w+|hsperfdata_\w+|node-compile-cache|v8-compile-cache\S*|\S+\.(?:log|tmp))$/;

/** Python packages that are installed in place go on to be read from there. */
const SETUP_SCRIPT = /(?:^|\/)setup\.py$/;

function edits(
  context: RuleContext,
  instruction: DockerfileInstruction,
  { layers, files }: LeftoverGroup,
): readonly DockerfileEdit[] | OfferedFix {
  const entries = new Set(files.map(({ path }) => temporaryEntry(path) ?? path));
  const isShared = context.analysis.visibleFiles
    .values()
    .some(
      ({ path, layer }) =>
        isTemporary(path) && !layers.includes(layer) && entries.has(temporaryEntry(path) ?? path),
    );
  if (isShared || runScript(instruction).script.commands.some(installsInPlace)) return [];
  // What a program puts there of its own accord it may want to find again: models, encodings, compiled code.
  const isByName = (entry: string): boolean =>
    SCRATCH.test(baseName(entry)) || instruction.text.includes(baseName(entry));
  if (![...entries].every(isByName)) return [];
  const names = [...entries].map(entry => `/${entry.slice(0, entry.lastIndexOf('/'))}`);
  return removalFix(context, instruction, { paths: [...entries].sort(), names, isData: true });
}

function installsInPlace({ words }: ShellCommand): boolean {
  if (words.some(word => SETUP_SCRIPT.test(word)) && words.includes('develop')) return true;
  return words.some(word => {
    const inPlace = findManager(readProgram([word]))?.inPlace;
    return inPlace !== undefined && words.some(each => inPlace.test(each));
  });
}
