import { formatSize } from '../base/number-text.ts';
import { code, type Phrase, phrase, placeAside } from '../base/phrase.ts';
import { pathAndParents } from '../base/slash-path.ts';
import { BUDGETS, type BudgetName } from '../budget/budgets.ts';
import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import { exceededBudgets } from './budget-cell.ts';
import { instructionTitle, UNKNOWN_TITLE } from './layer-name.ts';
import type { Report, ReportLayer } from './report.ts';
import { squashPlace } from './report-squash.ts';
import { causeContent } from './sentences/cause-content.ts';
import { causeLocation, causePlace } from './sentences/cause-place.ts';
import { causeSentence } from './sentences/cause-sentence.ts';
import { findingSentence } from './sentences/finding-line.ts';
import { squashExcess } from './sentences/squash-sentence.ts';
import { squashCommand } from './squash-command.ts';
import { wasteReason } from './wasted-paths.ts';

/** What most of the excess over a budget comes from. */
interface ExcessCause {
  readonly kind: 'waste' | 'growth' | 'base' | 'layer' | 'layers' | 'pull';
  readonly text: Phrase;
  readonly location: InstructionLocation | null;
  readonly bytes: number;
  /** What mends it, in parts between which a line may end; absent where no command does. */
  readonly command?: readonly string[];
}

/** @returns null where nothing tells. */
export function excessCause(report: Report, name: BudgetName): ExcessCause | null {
  switch (BUDGETS[name].excess) {
    case 'waste':
      return largestWaste(report);
    case 'growth':
      return largestGrowth(report) ?? baseAlone(report, name) ?? largestLayer(report);
    case 'pull':
      return largestPull(report);
    case 'layer':
      return largestLayer(report, { isMeasured: true });
    case 'layers':
      return mergeableLayers(report);
  }
}

/** Wasted files that tell whether a finding is of the waste, and how many places of each: itself, and folders above it. */
const MAX_WASTED = 20;
const MAX_PLACES = 33;

/** Bytes that are there to be seen may be worth saving, and are no waste. */
function largestWaste({ findings, wastedFiles }: Report): ExcessCause | null {
  const places = new Set(
    wastedFiles.slice(0, MAX_WASTED).flatMap(({ path }) => [...pathAndParents(path).take(MAX_PLACES)]),
  );
  const finding = findings.find(({ evidence: { bytes, paths } }) => {
    return bytes > 0 && paths.some(({ path }) => places.has(trimSlash(path)));
  });
  if (finding !== undefined) {
    const { location, evidence } = finding;
    return { kind: 'waste', text: findingSentence(finding), location, bytes: evidence.bytes };
  }
  const [largest] = wastedFiles;
  if (largest === undefined) return null;
  const text = phrase`${formatSize(largest.bytes)} of it is ${code(`/${largest.path}`)}, ${wasteReason(largest)}`;
  return { kind: 'waste', text, location: null, bytes: largest.bytes };
}

function trimSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function largestGrowth(report: Report): ExcessCause | null {
  const cause = report.comparison?.causes.find(candidate => candidate.bytes > 0);
  if (!report.comparison || !cause || report.comparison.delta.size <= 0) return null;
  const row = { bytes: cause.bytes, what: causeContent(cause), where: causePlace(cause, 60) };
  return { kind: 'growth', text: causeSentence(row), location: causeLocation(cause), bytes: cause.bytes };
}

function largestPull({ comparison }: Report): ExcessCause | null {
  const layers = comparison?.pull?.layers ?? [];
  const bytesOf = ({ compressedSize, size }: (typeof layers)[number]): number => compressedSize ?? size;
  const [largest] = [...layers].sort((a, b) => bytesOf(b) - bytesOf(a));
  if (largest === undefined) return null;
  const where = placeAside(largest.instruction);
  return {
    kind: 'pull',
    text: phrase`${formatSize(bytesOf(largest))} of it is ${code(instructionTitle(largest, 80))}${where}`,
    location: largest.instruction,
    bytes: bytesOf(largest),
  };
}

/** What the number of layers comes from nobody asks: what is said is how it is mended, where own layers are enough for it. */
function mergeableLayers(report: Report): ExcessCause | null {
  const { squash } = report;
  if (!squash || squashPlace(report) !== 'excess') return null;
  const text = squashExcess(report, squash);
  return { kind: 'layers', text, location: null, bytes: 0, command: squashCommand(squash) };
}

/** A base image that exceeds the budget by itself: no line of the Dockerfile but its FROM can mend that. */
function baseAlone(report: Report, name: BudgetName): ExcessCause | null {
  if (name !== 'max-size' && name !== 'max-compressed-size') return null;
  const limit = exceededBudgets(report).find(budget => budget.name === name)?.result.limit;
  const sizes = report.layers
    .filter(({ origin }) => origin === 'base')
    .map(({ size, compressedSize }) => (name === 'max-size' ? size : compressedSize));
  if (limit?.unit !== 'bytes' || sizes.includes(null)) return null;
  const bytes = sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  if (bytes <= limit.value) return null;
  return { kind: 'base', text: phrase`the base image alone has ${formatSize(bytes)}`, location: null, bytes };
}

/**
 * The largest layer, of the image's own: a base layer's size is not the Dockerfile's doing.
 * @param isMeasured whether the budget measures it: then its size is said already
 */
function largestLayer(report: Report, { isMeasured = false } = {}): ExcessCause | null {
  const layers = report.layers.filter(layer => layer.origin !== 'base');
  const largest = layers.reduce<ReportLayer | null>(
    (best, layer) => (best && best.size >= layer.size ? best : layer),
    null,
  );
  if (!largest || largest.size === 0) return null;
  const title = instructionTitle(largest, 80);
  const what = title === UNKNOWN_TITLE ? null : phrase`${code(title)}${placeAside(largest.instruction)}`;
  const added = layers.length < report.layers.length ? ' that the Dockerfile adds' : '';
  const size =
    isMeasured || layers.length === 1 ? null : `the largest layer${added} is ${formatSize(largest.size)}`;
  if (what === null && size === null) return null;
  const joint = what !== null && size !== null ? ' of ' : '';
  return {
    kind: 'layer',
    text: phrase`${size ?? ''}${joint}${what ?? []}`,
    location: largest.instruction,
    bytes: largest.size,
  };
}
