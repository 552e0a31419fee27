import type { BuildResult } from './build-result.ts';
import { type BuiltLayer, type ChangedFiles, type CopyChange, compareCopies } from './changed-files.ts';

/** A step that ran although nothing it builds on did. */
export interface CacheBreak {
  /** Index into the steps. */
  readonly step: number;
  readonly reason: CacheBreakReason;
  /** Time of the steps that ran because of it, its own included, pulls left out. Milliseconds; of all steps together. */
  readonly lostMs: number;
  /** Which of the files that it copies changed; null where that cannot be seen. */
  readonly files: ChangedFiles | null;
}

/**
 * Compared with the baseline. `text-changed`: its Dockerfile has no such instruction; `arguments-changed`: it has, and
 * an ARG, ENV or other setting differs; `definition-changed`: one of the two, nothing tells which;
 * `earlier-step-changed`: the step is the same and stands on another one, which a cache held;
 * `base-changed`: the image under it differs; `content-changed`: the same step reads other files; `mode-changed`: or
 * the same files with other permissions; `not-in-cache`: nothing differs and no cache held it (or there is no
 * baseline to tell more).
 */
type CacheBreakReason =
  | 'text-changed'
  | 'arguments-changed'
  | 'definition-changed'
  | 'earlier-step-changed'
  | 'base-changed'
  | 'content-changed'
  | 'mode-changed'
  | 'not-in-cache'
  | 'unknown';

/** What both builds made of one platform: tells which files changed. */
export interface BuiltLayers {
  /** Lowest first. */
  readonly head: readonly BuiltLayer[];
  readonly baseline: readonly BuiltLayer[];
}

/**
 * The step that ran although nothing it builds on did, and why. Of several that made the final chain run again, the
 * one that cost most; of equals the first, those on the final chain before others. Null when nothing ran, and of what
 * was to run whether or not a cache held it.
 * @param baseline the build of the baseline on the same builder, where there is one
 */
export function findCacheBreak(
  head: BuildResult,
  baseline: BuildResult | null,
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
  const change = baseline && layers && changeOf(head, baseline, layers, worst.step);
  const files = change && change.kind !== 'none' ? change.files : null;
  return { ...worst, reason: reasonOf(head, baseline, worst.step, change), files };
}

function reasonOf(
  head: BuildResult,
  baseline: BuildResult | null,
  step: number,
  change: CopyChange | null,
): CacheBreakReason {
  const hash = head.stepHashes[step];
  const node = head.graph[step];
  if (!hash || !node) return 'unknown';
  if (!baseline) return 'not-in-cache';
  if (baseline.stepHashes.includes(hash)) {
    if (change !== null) return REASONS[change.kind];
    return node.readsFiles && hadCache(head) ? 'content-changed' : 'not-in-cache';
  }
  if (isIn(baseline, 'definition', node.definition)) return 'base-changed';
  if (isIn(baseline, 'operation', node.operation)) return 'earlier-step-changed';
  const text = head.steps[step]?.instruction?.text;
  if (text === undefined) return 'definition-changed';
  const hasText = baseline.steps.some(({ instruction }) => instruction?.text === text);
  return hasText ? 'arguments-changed' : 'text-changed';
}

const REASONS: Readonly<Record<CopyChange['kind'], CacheBreakReason>> = {
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
  baseline: BuildResult,
  layers: BuiltLayers,
  step: number,
): CopyChange | null {
  const { instruction } = head.steps[step] ?? { instruction: null };
  const hash = head.stepHashes[step];
  if (!hash || !instruction || !/^\s*(?:COPY|ADD)\s/i.test(instruction.text)) return null;
  // Where builds run at the same time, BuildKit may take the step of the one for that of the other: not all of a
  // build's own chain is then known by its hash.
  const other = baseline.steps.find(
    (each, index) => baseline.stepHashes[index] === hash && each.instruction !== null,
  );
  return other?.instruction
    ? compareCopies(layers.head, instruction, layers.baseline, other.instruction)
    : null;
}

/** What a build's steps are, and how they hang together. */
type StepGraph = Pick<BuildResult, 'steps' | 'graph'>;

/** The steps that ran although nothing they build on did, apart from pulls. Indexes, ascending. */
function brokenSteps({ steps, graph, uncached }: BuildResult): readonly number[] {
  if (uncached?.all) return [];
  const stages = new Set(uncached?.stages.map(stage => stage.toLowerCase()));
  return steps.flatMap((step, index) => {
    if (step.outcome !== 'executed' || graph[index]?.kind === 'source') return [];
    if (stages.has(stageOf(step.name))) return [];
    const isBroken = (graph[index]?.inputs ?? []).every(
      input => graph[input]?.kind === 'source' || steps[input]?.outcome !== 'executed',
    );
    return isBroken ? [index] : [];
  });
}

/** `[builder 2/5] RUN make` → `builder`, `[linux/amd64 builder 2/5] …` too; empty where the name has none. */
function stageOf(name: string): string {
  const [, stage = ''] = /^\[(?:\S+\/\S+ )?(\S+) +\d+\/\d+\]/.exec(name) ?? [];
  return stage.toLowerCase();
}

/** The step, and those that ran because it did: each builds, through steps that ran, on it. */
function ranBecauseOf({ steps, graph }: StepGraph, step: number): ReadonlySet<number> {
  const users = graph.map((): number[] => []);
  for (const [index, { inputs }] of graph.entries()) for (const input of inputs) users[input]?.push(index);
  const reached = new Set([step]);
  // A set is walked through while it grows.
  for (const index of reached) {
    for (const user of users[index] ?? []) if (steps[user]?.outcome === 'executed') reached.add(user);
  }
  return reached;
}

/** Time that they ran, of all together, without what they pulled. Milliseconds. */
function timeOf({ steps }: StepGraph, indexes: Iterable<number>): number {
  let sum = 0;
  for (const index of indexes) {
    const { durationMs, pullMs } = steps[index] ?? { durationMs: null, pullMs: 0 };
    sum += Math.max(0, (durationMs ?? 0) - pullMs);
  }
  return Math.round(sum * 10) / 10;
}

/** Whether any step came from a cache: then one was there to miss. */
function hadCache({ steps, graph }: StepGraph): boolean {
  return steps.some((step, index) => step.outcome === 'cached' && graph[index]?.kind !== 'source');
}
