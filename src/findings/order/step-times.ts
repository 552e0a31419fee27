import { z } from 'zod';
import { formatDuration } from '../../base/number-text.ts';
import { type Phrase, phrase } from '../../base/phrase.ts';
import type { BuildStep } from '../../build/build-result.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';

/** What became of an instruction in this build. */
interface StepTime {
  /** `unknown`: nothing was built, or it made no step. */
  readonly outcome: 'cached' | 'executed' | 'unknown';
  /** Of all of its steps together, pulls left out. 0 unless it was executed. Milliseconds. */
  readonly ms: number;
}

const UNKNOWN: StepTime = { outcome: 'unknown', ms: 0 };

/** How long the instructions of a Dockerfile took. */
class StepTimes {
  readonly #byLine = new Map<number, readonly BuildStep[]>();
  /** Whether any instruction came from a cache: then one was there to miss. */
  readonly hadCache: boolean;

  constructor({ build }: RuleContext) {
    for (const step of build?.steps ?? []) {
      if (step.instruction === null || isPull(step)) continue;
      const { startLine } = step.instruction;
      this.#byLine.set(startLine, [...(this.#byLine.get(startLine) ?? []), step]);
    }
    this.hadCache = [...this.#byLine.values()].flat().some(({ outcome }) => outcome === 'cached');
  }

  of({ startLine }: DockerfileInstruction): StepTime {
    const steps = this.#byLine.get(startLine) ?? [];
    const ran = steps.filter(({ outcome }) => outcome === 'executed');
    if (ran.length > 0) return { outcome: 'executed', ms: timeOf(ran) };
    return steps.some(({ outcome }) => outcome === 'cached') ? { outcome: 'cached', ms: 0 } : UNKNOWN;
  }

  /**
   * Whether this build missed the cache first at this place of a chain of instructions, and had one to miss.
   * @param chain as `findChain` gives it
   */
  brokeAt(chain: readonly DockerfileInstruction[], place: number): boolean {
    const outcomes = chain.slice(0, place + 1).map(each => this.of(each).outcome);
    return this.hadCache && outcomes.indexOf('executed') === place;
  }
}

export const stepTimes = memoize((context: RuleContext) => new StepTimes(context));

/** The argument of a time. Milliseconds. */
export const msArg = () => z.number().min(0);

/** `: 38 s in this build`; empty where it is not known. */
export function inThisBuild(ms: number | null): Phrase {
  return ms === null ? [] : phrase`: ${formatDuration(ms)} in this build`;
}

function timeOf(steps: readonly BuildStep[]): number {
  const sum = steps.reduce(
    (total, { durationMs, pullMs }) => total + Math.max(0, (durationMs ?? 0) - pullMs),
    0,
  );
  return Math.round(sum * 10) / 10;
}

function isPull({ instruction }: BuildStep): boolean {
  return /^\s*FROM\s/i.test(instruction?.text ?? '');
}
