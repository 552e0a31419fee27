import { formatSize, plural } from '../../base/number-text.ts';
import { phrase, placeName } from '../../base/phrase.ts';
import { holdsCommand, visible } from '../../base/untrusted-text.ts';
import type { Patch } from '../../findings/fix/patch-lines.ts';
import { ignoredSentence } from '../ignored-findings.ts';
import { lineDiff } from '../line-diff.ts';
import type { Report, ReportFinding } from '../report.ts';
import { findingLine, fixesSentence, ruleAside } from '../sentences/finding-line.ts';
import { escapeText, fenced, phraseMarkdown } from './markdown-text.ts';
import type { Section } from './section.ts';

/** What all patches may take together, so that no other section makes room for them. Characters. */
const PATCH_ROOM = 12_000;

/** Findings that stand above the folds. */
const MAX_ABOVE = 3;

/**
 * What can be saved in what changed, with the fixes as they are made, above all folds; null where there is nothing.
 * @returns the findings that it tells, too
 */
export function freshFindings(
  report: Report,
): { readonly markdown: string; readonly told: readonly ReportFinding[] } | null {
  const { fresh } = partFindings(report);
  const told = fresh.filter(({ saving }) => (saving?.bytes ?? 0) > 0).slice(0, MAX_ABOVE);
  if (told.length === 0) return null;
  const bytes = told.reduce((sum, { saving }) => sum + (saving?.addedBytes ?? 0), 0);
  const lead = `**${escapeText(formatSize(bytes))} can be saved** in what changed:`;
  const items = told.map(finding => `- ${itemMarkdown(finding, report)}`);
  const parts = [`${lead}\n${items.join('\n')}`, combinedDiff(patchesOf(report, told))];
  return { markdown: parts.filter(part => part !== null).join('\n\n'), told };
}

/** The fixes of findings: one for those that are made together, and one for each other. */
function patchesOf(
  { findings, combinedPatches = [] }: Report,
  told: readonly ReportFinding[],
): readonly Patch[] {
  const indexes = new Set(told.map(finding => findings.indexOf(finding)));
  const combined = combinedPatches.filter(({ findings: all }) => all.every(index => indexes.has(index)));
  for (const { findings: all } of combined) for (const index of all) indexes.delete(index);
  const alone = [...indexes].flatMap(index => findings[index]?.patch ?? []);
  return [...combined.map(({ patch }) => patch), ...alone];
}

/** What to fix beside what is told above, largest saving first; null when there is nothing. */
export function findingsSection(
  report: Report,
  max: number,
  open: boolean,
  above: readonly ReportFinding[] = [],
): Section | null {
  const { known } = partFindings(report);
  const findings = report.findings.filter(finding => !above.includes(finding));
  if (findings.length === 0) return null;
  let room = PATCH_ROOM;
  const shown = new Set<string>();
  const items = findings.slice(0, max).map(finding => {
    const patch = finding.patch ? patchMarkdown(finding.patch) : null;
    // One fix may mend several findings.
    const isShown = patch !== null && patch.length <= room && !shown.has(patch);
    if (isShown) {
      room -= patch.length;
      shown.add(patch);
    }
    return `- ${itemMarkdown(finding, report)}${isShown ? `\n${patch}` : ''}`;
  });
  const more = findings.length - items.length;
  if (more > 0) items.push(`- and ${plural(more, 'more finding')}`);
  const inBase = known.filter(finding => findings.includes(finding)).length;
  const summary =
    above.length === 0 && inBase === 0
      ? fixesSentence(report)
      : phrase`Other findings: ${otherCounts(findings.length - inBase, inBase)}`;
  return { name: 'Fixes', summary, body: items.join('\n'), open };
}

function itemMarkdown(finding: ReportFinding, { context }: Report): string {
  return phraseMarkdown(phrase`${findingLine(finding)}${ruleAside(finding)}`, context);
}

/** What comments of the Dockerfile ignore: counted, with the reasons; null when there is nothing. */
export function ignoredSection(report: Report): Section | null {
  const count = report.ignoredFindings?.length ?? 0;
  const sentence = ignoredSentence(report);
  if (sentence === null) return null;
  const body = phraseMarkdown(sentence, report.context);
  return { name: 'Ignored findings', summary: phrase`Ignored findings: ${count}`, body, open: false };
}

/** `2 new, 3 in the base, too`. */
function otherCounts(fresh: number, inBase: number): string {
  const counts = [fresh > 0 ? `${fresh} new` : null, inBase > 0 ? `${inBase} in the base, too` : null];
  return counts.filter(count => count !== null).join(', ');
}

type ComparedLayer = NonNullable<Report['comparison']>['layers'][number];

/** Whether somebody changed the layer: one that was only built again has the findings that it had. */
function isChanged(layer: ComparedLayer): boolean {
  const { change, headIndex, delta, headWastedBytes, baselineWastedBytes } = layer;
  if (headIndex === null || change === 'unchanged') return false;
  return change === 'added' || hasOtherText(layer) || delta !== 0 || headWastedBytes !== baselineWastedBytes;
}

/** A finding of which less than this share came with a change was there before. */
const SMALL_SHARE = 0.1;

/** Whether a change of the layer is enough to have brought what the finding would save. An instruction that is edited always is. */
function mayBring(layer: ComparedLayer, { saving }: ReportFinding): boolean {
  if (layer.change === 'added' || hasOtherText(layer)) return true;
  const waste = (layer.headWastedBytes ?? 0) - (layer.baselineWastedBytes ?? 0);
  return Math.abs(layer.delta) + Math.abs(waste) >= (saving?.bytes ?? 0) * SMALL_SHARE;
}

function hasOtherText({ instruction, baselineInstruction }: ComparedLayer): boolean {
  return instruction?.text !== baselineInstruction?.text;
}

interface PartedFindings {
  /** In layers that changed. */
  readonly fresh: readonly ReportFinding[];
  /** In layers that the base has, too. */
  readonly known: readonly ReportFinding[];
}

/** Without a comparison none is known to be the base's, and none to be new. */
function partFindings({ comparison, findings }: Report): PartedFindings {
  if (comparison === null) return { fresh: [], known: [] };
  const changed = comparison.layers.filter(isChanged);
  const byIndex = new Map(changed.map(layer => [layer.headIndex, layer]));
  const isFresh = (finding: ReportFinding): boolean => {
    const { evidence, location } = finding;
    if (evidence.layers.length > 0) {
      return evidence.layers.some(index => {
        const layer = byIndex.get(index);
        return layer !== undefined && mayBring(layer, finding);
      });
    }
    const line = location?.startLine ?? 0;
    return changed.some(
      ({ instruction }) =>
        instruction?.file === location?.file &&
        instruction !== null &&
        instruction.startLine <= line &&
        line <= instruction.endLine,
    );
  };
  return { fresh: findings.filter(isFresh), known: findings.filter(finding => !isFresh(finding)) };
}

const MAX_PATCH_LINES = 40;
const MAX_PATCH_LENGTH = 3000;

/**
 * What a fix changes, folded, to stand in an item of a list.
 * @returns null when it is too long to be read there: a part of a fix would be another fix
 */
export function patchMarkdown(patch: Patch): string | null {
  const block = patchBlock(patch);
  return block && indent(`<details><summary>The fix</summary>\n\n${block}\n\n</details>`);
}

/** What a fix changes, as a diff; null when it is too long to be read. */
function patchBlock(patch: Patch): string | null {
  const lines = patchLines(patch);
  return lines && fenced('diff', lines);
}

/** null when they are too long to be read. */
function patchLines({ before, after }: Patch): readonly string[] | null {
  if (before.length + after.length > MAX_PATCH_LINES) return null;
  const lines = lineDiff(before, after).map(
    ({ sign, text }) => [sign, visible(text.replace(/\r$/, ''))] as const,
  );
  // Somebody may print the text in a job.
  if (lines.some(([, text]) => holdsCommand(text))) return null;
  const length = lines.reduce((sum, [, text]) => sum + text.length + '-\n'.length, 0);
  return length > MAX_PATCH_LENGTH ? null : lines.map(line => line.join(''));
}

/**
 * What fixes change, as one diff in the order of the lines; each of several begins with where it is made. null when each
 * is too long to be read.
 */
function combinedDiff(patches: readonly Patch[]): string | null {
  const sorted = patches.toSorted(
    (a, b) => Number(a.file > b.file) - Number(a.file < b.file) || a.startLine - b.startLine,
  );
  const hunks = new Map<string, readonly string[]>();
  for (const { file, startLine, ...patch } of sorted) {
    const lines = patchLines({ file, startLine, ...patch });
    const where = `@@ ${placeName({ file, startLine, endLine: startLine })} @@`;
    // One fix may mend several findings.
    if (lines !== null && !holdsCommand(where)) hunks.set([where, ...lines].join('\n'), [where, ...lines]);
  }
  const shown = [...hunks.values()];
  if (shown.length === 0) return null;
  return fenced('diff', shown.length === 1 ? shown.flatMap(([, ...lines]) => lines) : shown.flat());
}

/** As far as the text of an item that begins with `- `. */
function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
