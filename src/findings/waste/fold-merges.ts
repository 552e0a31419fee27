import { editProblem } from '../../dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import type { FreedFile } from '../../savings/layer-files.ts';
import { type FoundFinding, predictSaving } from '../finding.ts';
import { distinctFreed } from '../freed-bytes.ts';
import type { RuleContext } from '../rule-context.ts';
import { hasMergeObstacle } from './merge-obstacle.ts';

/** The rule that tells of whole merges: of those that no other rule tells of. */
const OF_MERGES = 'consecutive-runs';

type MergeEdit = Extract<DockerfileEdit, { readonly kind: 'merge-runs' }>;

/**
 * Each merge told once. Rules may want merges for reasons of their own: those that share a RUN become one, as they would
 * in the Dockerfile, and the largest finding of each frees all that its RUNs waste among them, so that a fix saves what
 * is said of it.
 */
export function foldMerges(context: RuleContext, all: readonly FoundFinding[]): readonly FoundFinding[] {
  const found = all.map(each => (hasMergeObstacle(context, each.edits) ? { ...each, edits: [] } : each));
  const wanted = found.filter(({ freed }) => freed.length > 0).flatMap(({ edits }) => edits.filter(isMerge));
  if (wanted.length === 0) return found;
  const ranges = united(wanted);
  const folded = found.map(finding => withRanges(context, finding, ranges));
  const replaced = new Map<FoundFinding, FoundFinding | null>();
  for (const range of ranges) {
    const members = folded.filter(
      ({ edits, freed }) => freed.length > 0 && edits.some(edit => isMerge(edit) && isSame(edit, range)),
    );
    const told = members.filter(({ rule }) => rule !== OF_MERGES);
    if (told.length > 0)
      for (const finding of members) if (!told.includes(finding)) replaced.set(finding, null);
    const [first, ...others] = told.length > 0 ? told : members;
    if (first === undefined) continue;
    const lead = others.reduce((best, each) => (bytesOf(each) > bytesOf(best) ? each : best), first);
    const known = new Set([first, ...others].flatMap(({ freed }) => freed.map(keyOf)));
    const rest = wasteWithin(context, range).filter(file => !known.has(keyOf(file)));
    if (rest.length === 0) continue;
    // It may lead another merge as well.
    const current = replaced.get(lead) ?? lead;
    const freed = distinctFreed([current, { freed: rest }]);
    const saving = predictSaving(freed.reduce((sum, { bytes }) => sum + bytes, 0));
    replaced.set(lead, { ...current, freed, saving });
  }
  return folded.flatMap(finding => {
    const other = replaced.get(finding);
    return other === undefined ? [finding] : (other ?? []);
  });
}

function isMerge(edit: DockerfileEdit): edit is MergeEdit {
  return edit.kind === 'merge-runs';
}

function isSame(a: MergeEdit, b: MergeEdit): boolean {
  return a.line === b.line && a.lastLine === b.lastLine;
}

/** Ranges that share a RUN are one. */
function united(edits: readonly MergeEdit[]): readonly MergeEdit[] {
  const result: MergeEdit[] = [];
  for (const edit of edits.toSorted((a, b) => a.line - b.line)) {
    const open = result.at(-1);
    if (open === undefined || edit.line > open.lastLine) result.push(edit);
    else result[result.length - 1] = { ...open, lastLine: Math.max(open.lastLine, edit.lastLine) };
  }
  return result;
}

/** The finding with the merges that its own have become; without edits where these cannot be made. */
function withRanges(context: RuleContext, finding: FoundFinding, ranges: readonly MergeEdit[]): FoundFinding {
  const edits = finding.edits.map(edit => {
    if (!isMerge(edit)) return edit;
    return ranges.find(({ line, lastLine }) => edit.line >= line && edit.lastLine <= lastLine) ?? edit;
  });
  if (edits.every((edit, index) => edit === finding.edits[index])) return finding;
  const { dockerfile } = context;
  const isPossible =
    dockerfile !== null && editProblem(dockerfile.file, edits) === null && !hasMergeObstacle(context, edits);
  return { ...finding, edits: isPossible ? edits : [] };
}

/** What the RUNs of a merge write and hide among them. */
function wasteWithin(context: RuleContext, { line, lastLine }: MergeEdit): readonly FreedFile[] {
  const isInside = (layer: number): boolean => {
    const start = context.instructionOf(layer)?.startLine ?? 0;
    return start >= line && start <= lastLine;
  };
  return context.analysis.wastedFiles.flatMap(({ writtenBy, hiddenBy, path, bytes }) =>
    writtenBy !== hiddenBy && isInside(writtenBy) && isInside(hiddenBy)
      ? [{ layer: writtenBy, path, bytes }]
      : [],
  );
}

function keyOf({ layer, path }: FreedFile): string {
  return `${layer} ${path}`;
}

function bytesOf({ saving }: FoundFinding): number {
  return saving?.bytes ?? 0;
}
