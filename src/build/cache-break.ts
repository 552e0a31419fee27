import type { BuildResult } from './build-result.ts';
import type { CacheBreak, CacheBreakReason } from './build-step.ts';
import { type BuiltLayer, type FileChange, fileChange } from './changed-files.ts';
import { brokenSteps, hadCache, ranBecauseOf, timeOf } from './step-graph.ts';

/** What both builds made of one platform: tells which files changed. */
export interface BuiltLayers {
  /** Lowest first. */
  readonly head: readonly BuiltLayer[];
  readonly base: readonly BuiltLayer[];
}

/**
 * The step that ran although nothing it builds on did, and why. Of several that made the final chain run again, the
 * one that cost most; of equals the first, those on the final chain before others. Null when nothing ran.
 * @param base the build of the base commit on the same builder, where there is one
 */
export function cacheBreak(
  head: BuildResult,
  base: BuildResult | null,
  layers: BuiltLayers | null = null,
): CacheBreak | null {
  const isOnChain = (index: number): boolean => head.steps[index]?.onFinalChain === true;
  const broken = brokenSteps(head).flatMap(step => {
    const reached = ranBecauseOf(head, step);
    return [...reached].some(isOnChain) ? [{ step, lostMs: timeOf(head, reached) }] : [];
  });
  broken.sort((a, b) => b.lostMs - a.lostMs || Number(isOnChain(b.step)) - Number(isOnChain(a.step)));
  const [worst] = broken;
  if (worst === undefined) return null;
  const change = base && layers && changeOf(head, base, layers, worst.step);
  const files = change && change.kind !== 'none' ? change.files : null;
  return { ...worst, reason: reasonOf(head, base, worst.step, change), files };
}

function reasonOf(
  head: BuildResult,
  base: BuildResult | null,
  step: number,
  change: FileChange | null,
): CacheBreakReason {
  const hash = head.stepHashes[step];
  const node = head.graph[step];
  if (!hash || !node) return 'unknown';
  if (!base) return 'not-in-cache';
  if (base.stepHashes.includes(hash)) {
    if (change !== null) return REASONS[change.kind];
    return node.readsFiles && hadCache(head) ? 'content-changed' : 'not-in-cache';
  }
  if (isIn(base, 'definition', node.definition)) return 'base-changed';
  if (isIn(base, 'operation', node.operation)) return 'earlier-step-changed';
  const text = head.steps[step]?.instruction?.text;
  if (text === undefined) return 'definition-changed';
  const hasText = base.steps.some(({ instruction }) => instruction?.text === text);
  return hasText ? 'arguments-changed' : 'text-changed';
}

const REASONS: Readonly<Record<FileChange['kind'], CacheBreakReason>> = {
  content: 'content-changed',
  mode: 'mode-changed',
  none: 'not-in-cache',
};

function isIn({ graph }: BuildResult, key: 'definition' | 'operation', hash: string | null): boolean {
  return hash !== null && graph.some(node => node[key] === hash);
}

/** Only of what COPY and ADD put into the final image: elsewhere nobody sees what they read. */
function changeOf(
  head: BuildResult,
  base: BuildResult,
  layers: BuiltLayers,
  step: number,
): FileChange | null {
  const { instruction } = head.steps[step] ?? { instruction: null };
  const hash = head.stepHashes[step];
  if (!hash || !instruction || !/^\s*(?:COPY|ADD)\s/i.test(instruction.text)) return null;
  // Where builds run at the same time, BuildKit may take the step of the one for that of the other: not all of a
  // build's own chain is then known by its hash.
  const other = base.steps.find(
    (each, index) => base.stepHashes[index] === hash && each.instruction !== null,
  );
  return other?.instruction ? fileChange(layers.head, instruction, layers.base, other.instruction) : null;
}
