import { type Dockerfile, locate } from '../dockerfile/dockerfile.ts';
import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import { type Stage, stageAncestry, targetStage } from '../dockerfile/stage.ts';
import type { FinalChain } from './final-chain.ts';
import type { BuildProvenance, LineRange } from './provenance.ts';

/** Where steps stand in a Dockerfile. */
export interface StepLocations {
  /** Null for a step that has no line of its own. */
  of(step: string): InstructionLocation | null;
  /** The FROM that names the base image; null without one. */
  readonly from: InstructionLocation | null;
  /** What that FROM names, as written. */
  readonly fromText: string | null;
}

/**
 * Stages that begin alike share their steps, which then stand at several places. A step of the final chain gets the
 * place inside the target's stages that is nearest above the step that follows it; any other step its last place.
 */
export function locateSteps(
  provenance: BuildProvenance,
  chain: FinalChain | null,
  dockerfile: Dockerfile,
  target: string,
  buildArgs: ReadonlyMap<string, string>,
): StepLocations {
  const last = targetStage(dockerfile.stages, target);
  const stages = last ? stageAncestry(dockerfile.instructions, dockerfile.stages, last, buildArgs) : [];
  const chosen = new Map<string, LineRange>();
  let above = last?.endLine ?? Number.POSITIVE_INFINITY;
  for (const { id, merged } of [...(chain?.steps ?? [])].reverse()) {
    const range = nearest(provenance.locations.get(id) ?? [], stages, above);
    if (!range) continue;
    above = range.startLine;
    for (const step of [id, ...merged]) chosen.set(step, range);
  }
  const from = stages.at(-1)?.from;
  const located = from ? locate(dockerfile, from.startLine, from.endLine) : null;
  return {
    from: located,
    fromText: stages.at(-1)?.baseImage ?? null,
    of(step) {
      if (step === chain?.baseStep && located) return located;
      const range = chosen.get(step) ?? provenance.locations.get(step)?.at(-1);
      return range ? locate(dockerfile, range.startLine, range.endLine) : null;
    },
  };
}

function nearest(
  ranges: readonly LineRange[],
  stages: readonly Stage[],
  above: number,
): LineRange | undefined {
  const inStages = ranges.filter(({ startLine }) =>
    stages.some(stage => startLine >= stage.startLine && startLine <= stage.endLine),
  );
  const possible = inStages.length > 0 ? inStages : ranges;
  const sorted = [...possible].sort((a, b) => b.startLine - a.startLine);
  return sorted.find(range => range.startLine <= above) ?? sorted[0];
}
