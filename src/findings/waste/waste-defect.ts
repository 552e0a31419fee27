import { z } from 'zod';
import type { WastedFile } from '../../analysis/image-analysis.ts';
import { type KnownKind, KnownPaths } from '../../compare/known-path.ts';
import { summarizePaths } from '../../compare/path-summary.ts';
import { editProblem } from '../../dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { APT_LISTS } from '../../package-managers/apt.ts';
import { aptListsFix } from '../cache/apt-lists-fix.ts';
import type { FindingArgs, FindingEvidence } from '../finding.ts';
import type { Defect } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { copyFlagFixes } from './copy-flag-fix.ts';
import { mergeFixes } from './merge-fix.ts';
import { isWorthTelling, type WasteGroup, type WasteSelection, wasteGroups } from './waste-group.ts';

/** What the words of every finding about wasted bytes are made of. */
export type WasteArgs = z.infer<ReturnType<typeof wasteArgs>>;

export function wasteArgs() {
  return z.object({
    bytes: z.int().min(0).describe('Wasted bytes'),
    fileCount: z.int().min(0).describe('Files that hold them'),
    what: z
      .string()
      .nullable()
      .describe('What at least half of the bytes are, by their paths: `apt-lists`; null where no kind is'),
    whatBytes: z.int().min(0).describe('Bytes of that kind; 0 where it is null'),
    writtenBy: z.int().min(0).describe('Index of the lowest layer that wrote them'),
    hiddenBy: z.int().min(0).describe('Index of the highest layer that hid them'),
  });
}

interface WasteWithArgs<More extends FindingArgs> extends WasteSelection {
  /** Arguments of the rule's own. */
  readonly args: (group: WasteGroup) => More;
}

/** One finding for each pair of instructions of which one wrote and the other hid enough. */
export function wasteDefects<More extends FindingArgs>(
  context: RuleContext,
  waste: WasteWithArgs<More>,
): readonly Defect<WasteArgs & More>[];
export function wasteDefects(context: RuleContext, waste: WasteSelection): readonly Defect<WasteArgs>[];
export function wasteDefects(
  context: RuleContext,
  waste: WasteSelection & Partial<WasteWithArgs<FindingArgs>>,
): readonly Defect<WasteArgs & FindingArgs>[] {
  return wasteGroups(context, waste).flatMap(group => {
    const evidence = evidenceOf(group);
    if (!isWorthTelling(evidence.bytes, context.analysis)) return [];
    const { isFromBase, writer, hider, freed } = group;
    return [
      {
        args: { ...argsOf(group, evidence), ...waste.args?.(group) },
        severity: context.isBaseKnown ? undefined : 'info',
        // Copies of the base's files were written, as own bytes, where the base's were hidden.
        location: isFromBase ? hider : writer,
        related: hider,
        evidence,
        freed,
        edits: wasteEdits(context, group),
      },
    ];
  });
}

function evidenceOf({ files, isFromBase }: WasteGroup): FindingEvidence {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const layers = files.flatMap(({ writtenBy, hiddenBy }) =>
    isFromBase ? [hiddenBy] : [writtenBy, hiddenBy],
  );
  const { paths } = summarizePaths(files.map(file => [file.path, file.bytes]));
  return { layers: [...new Set(layers)].sort((a, b) => a - b), paths, fileCount: files.length, bytes };
}

function argsOf({ files }: WasteGroup, { bytes, fileCount }: FindingEvidence): WasteArgs {
  const known = new KnownPaths();
  const kinds = new Map<KnownKind, number>();
  let [writtenBy, hiddenBy] = [Number.POSITIVE_INFINITY, 0];
  for (const file of files) {
    const kind = known.kindOf(file.path);
    if (kind !== null) kinds.set(kind, (kinds.get(kind) ?? 0) + file.bytes);
    writtenBy = Math.min(writtenBy, file.writtenBy);
    hiddenBy = Math.max(hiddenBy, file.hiddenBy);
  }
  const [what, whatBytes] = [...kinds].reduce<readonly [KnownKind | null, number]>(
    (best, kind) => (kind[1] > best[1] ? kind : best),
    [null, 0],
  );
  const isMost = whatBytes * 2 >= bytes;
  return {
    bytes,
    fileCount,
    what: isMost ? what : null,
    whatBytes: isMost ? whatBytes : 0,
    writtenBy,
    hiddenBy,
  };
}

/** What would leave no byte of the group's files; empty where nothing does it safely. */
function wasteEdits(context: RuleContext, group: WasteGroup): readonly DockerfileEdit[] {
  const { files, isFromBase } = group;
  const [file] = files;
  if (file === undefined || isFromBase) return [];
  const merge = mergeFixes(context).editsFor(file);
  if (merge.length > 0) return merge;
  if (file.reason === 'metadata-only') return copyFlagFixes(context).editsFor(file);
  return files.every(({ path }) => path.startsWith(APT_LISTS_DIRECTORY)) ? listsEdits(context, file) : [];
}

const APT_LISTS_DIRECTORY = `${APT_LISTS}/`;

/** Lists that a later RUN deletes, behind something that no merge can take in, can go where they were fetched. */
function listsEdits(context: RuleContext, { writtenBy }: WastedFile): readonly DockerfileEdit[] {
  const writer = context.instructionOf(writtenBy);
  if (context.dockerfile === null || writer === null) return [];
  const { edits } = aptListsFix(context, writer);
  return editProblem(context.dockerfile.file, edits) === null ? edits : [];
}
