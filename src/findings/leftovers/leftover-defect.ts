import { z } from 'zod';
import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { sumBytes } from '../../base/sum-bytes.ts';
import { summarizePaths } from '../../compare/path-summary.ts';
import {
  type DockerfileInstruction,
  type InstructionLocation,
  locationOf,
} from '../../dockerfile/dockerfile-instruction.ts';
import { editProblem } from '../../dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { findChain, findSourceStage } from '../dockerfile/stage-graph.ts';
import type { FindingArgs } from '../finding.ts';
import type { OfferedFix } from '../later-use/later-need.ts';
import type { Defect } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { findCopiesBelow } from './rewritten-files.ts';

/** Files that the final filesystem shows and need not, as one instruction wrote them. */
export interface LeftoverGroup {
  readonly location: InstructionLocation | null;
  /** That instruction; null where the Dockerfile is not known. */
  readonly instruction: DockerfileInstruction | null;
  /** Ascending; also those that hold copies of the files. */
  readonly layers: readonly number[];
  readonly files: readonly VisibleFile[];
  readonly bytes: number;
  /** What layers below hold of the same files, since a `chown` or the like stored them again: goes with them. */
  readonly copies: readonly VisibleFile[];
}

/** Arguments that every finding about leftovers has. */
export type LeftoverArgs = z.infer<ReturnType<typeof leftoverArgs>>;

export function leftoverArgs() {
  return z.object({
    bytes: z.int().min(0).describe('What the files take'),
    fileCount: z.int().min(0).describe('How many they are'),
    neededBy: z
      .string()
      .nullable()
      .default(null)
      .describe(
        'What may need them later, where the fix is left to the reader for that: `RUN`, `/entrypoint.sh`; null where nothing does',
      ),
    neededLine: z
      .int()
      .nullable()
      .default(null)
      .describe('Where that is in the Dockerfile; null for a script'),
    copyBytes: z
      .int()
      .min(0)
      .default(0)
      .describe(
        'What layers below hold of the same files, which a RUN stored again to change mode, owner or times: it goes with them',
      ),
  });
}

/** How the files of a rule become findings. */
interface Leftovers {
  /** Less of one instruction is not worth a reader's time. Bytes. */
  readonly minBytes: number;
  /** What would keep them out of the image; called for RUN, COPY and ADD instructions that ship. */
  readonly edits?: (
    instruction: DockerfileInstruction,
    group: LeftoverGroup,
  ) => readonly DockerfileEdit[] | OfferedFix;
}

interface LeftoversWithArgs<More extends FindingArgs> extends Leftovers {
  /** Arguments of the rule's own. */
  readonly args: (group: LeftoverGroup) => More;
}

/**
 * One finding for each instruction that left enough of the files behind, whatever stored them again later to change
 * their mode or owner. Only files of own layers may be passed.
 */
export function leftoverDefects<More extends FindingArgs>(
  context: RuleContext,
  files: readonly VisibleFile[],
  leftovers: LeftoversWithArgs<More>,
): readonly Defect<LeftoverArgs & More>[];
export function leftoverDefects(
  context: RuleContext,
  files: readonly VisibleFile[],
  leftovers: Leftovers,
): readonly Defect<LeftoverArgs>[];
export function leftoverDefects(
  context: RuleContext,
  files: readonly VisibleFile[],
  leftovers: Leftovers & Partial<LeftoversWithArgs<FindingArgs>>,
): readonly Defect<LeftoverArgs & FindingArgs>[] {
  return leftoverGroups(context, files)
    .filter(({ bytes }) => bytes >= leftovers.minBytes)
    .map(group => {
      const fix = offeredFix(group, leftovers);
      const args = { ...argsOf(group), ...leftovers.args?.(group), ...needArgs(fix) };
      return { ...leftoverDefect(context, group, fix), args };
    });
}

/** A file with its copies in layers below, of which the lowest is where it was written. */
interface StoredFile {
  readonly file: VisibleFile;
  readonly copies: readonly VisibleFile[];
  readonly writer: number;
}

/** By instruction, in the order of the layers. */
function leftoverGroups(context: RuleContext, files: readonly VisibleFile[]): readonly LeftoverGroup[] {
  const byMaker = Map.groupBy(storedFiles(context, files), ({ writer }) => {
    const location = context.locationOf(writer);
    return location ? `${location.file}:${location.startLine}` : `#${writer}`;
  });
  return Array.from(byMaker.values(), group => describe(context, group)).sort(
    (a, b) => (a.layers[0] ?? 0) - (b.layers[0] ?? 0),
  );
}

/** Without those that are copies of another. */
function storedFiles(context: RuleContext, files: readonly VisibleFile[]): readonly StoredFile[] {
  const stored = files.map(file => {
    const copies = findCopiesBelow(context, file);
    return { file, copies, writer: copies.at(-1)?.layer ?? file.layer };
  });
  const copies = new Set(stored.flatMap(each => each.copies.map(({ layer, path }) => `${layer} ${path}`)));
  if (copies.size === 0) return stored;
  return stored.filter(({ file: { layer, path } }) => !copies.has(`${layer} ${path}`));
}

function describe(context: RuleContext, stored: readonly StoredFile[]): LeftoverGroup {
  const files = stored.map(({ file }) => file);
  const copies = stored.flatMap(each => each.copies);
  const layers = [...new Set([...files, ...copies].map(({ layer }) => layer))].sort((a, b) => a - b);
  const first = stored[0]?.writer ?? 0;
  return {
    location: context.locationOf(first),
    instruction: context.instructionOf(first),
    layers,
    files,
    bytes: sumBytes(files),
    copies,
  };
}

function argsOf({
  bytes,
  files,
  copies,
}: LeftoverGroup): Pick<LeftoverArgs, 'bytes' | 'fileCount' | 'copyBytes'> {
  return { bytes, fileCount: files.length, copyBytes: sumBytes(copies) };
}

function offeredFix(group: LeftoverGroup, leftovers: Leftovers): OfferedFix {
  const { instruction } = group;
  const fix = instruction === null ? [] : (leftovers.edits?.(instruction, group) ?? []);
  return 'withheld' in fix || 'edits' in fix ? fix : { edits: fix };
}

function needArgs(fix: OfferedFix): Pick<LeftoverArgs, 'neededBy' | 'neededLine'> {
  if (!('withheld' in fix)) return { neededBy: null, neededLine: null };
  return { neededBy: fix.withheld.by, neededLine: fix.withheld.line };
}

function leftoverDefect(
  context: RuleContext,
  group: LeftoverGroup,
  fix: OfferedFix,
): Omit<Defect<LeftoverArgs>, 'args'> {
  const { location, instruction, layers, files, copies, bytes } = group;
  const { paths } = summarizePaths(files.map(file => [file.path, file.bytes]));
  const edits = 'withheld' in fix ? [] : fix.edits;
  const isSafe = context.dockerfile !== null && editProblem(context.dockerfile.file, edits) === null;
  return {
    severity: context.isBaseKnown ? undefined : 'info',
    location,
    related: instruction === null ? null : writerInStage(context, instruction),
    evidence: { layers, paths, fileCount: files.length, bytes },
    freed: [...files, ...copies].map(file => ({ layer: file.layer, path: file.path, bytes: file.bytes })),
    edits: isSafe ? edits.map(edit => inIgnoreFile(edit, context.ownIgnoreFile)) : [],
  };
}

function inIgnoreFile(edit: DockerfileEdit, file: string | null): DockerfileEdit {
  return edit.kind === 'ignore' && file !== null ? { ...edit, file } : edit;
}

/** What wrote the files of a `COPY --from`, where the stage that they come from runs one thing alone. */
function writerInStage(
  { dockerfile }: RuleContext,
  instruction: DockerfileInstruction,
): InstructionLocation | null {
  const stage = dockerfile === null ? null : findSourceStage(dockerfile, instruction);
  if (dockerfile === null || stage === null) return null;
  const [run, ...others] = findChain(dockerfile, stage).filter(({ keyword }) => keyword === 'RUN');
  return run === undefined || others.length > 0 ? null : locationOf(run);
}
