import type { ImageAnalysis } from '../../analysis/image-analysis.ts';
import { timeVaryingCommand } from '../order/frozen-result.ts';
import { recipeFinding } from '../order/recipe-finding.ts';
import type { ClaimedFinding, Rule } from '../rule.ts';

export type FrozenCommandArgs = {
  /** `apt-get upgrade`, `git clone`. */
  readonly command: string;
  /** Whole days since the layer was made. */
  readonly days: number;
};

const DAY_MS = 24 * 60 * 60 * 1000;
/** Before, nobody would call it old: a cache is there to be used. Days. */
const OLD_DAYS = 14;
/** Builds that leave no traces of their time put a year like 1970 or 1980 there. */
const EARLIEST = Date.UTC(2013, 2, 20);

/** A layer from the cache, of a command that would do something else today. */
export const frozenCommand: Rule = {
  id: 'frozen-command',
  find: subject => {
    const { analysis, build, ownFrom } = subject;
    const builtAt = build?.builtAt ?? null;
    if (builtAt === null) return [];
    const made = madeAt(analysis, ownFrom);
    return analysis.layers.flatMap(({ index, cache }): ClaimedFinding[] => {
      const instruction = cache === 'cached' ? subject.instructionOf(index) : null;
      const since = made[index] ?? null;
      if (instruction?.keyword !== 'RUN' || since === null) return [];
      const days = Math.floor((builtAt - since) / DAY_MS);
      const command = days >= OLD_DAYS ? timeVaryingCommand(instruction) : null;
      if (command === null) return [];
      const args: FrozenCommandArgs = { command, days };
      return [recipeFinding({ rule: 'frozen-command', severity: 'info', args, at: instruction })];
    });
  },
};

/**
 * When each layer was made, as history tells; null where it does not. Where all own layers have the same time
 * (SOURCE_DATE_EPOCH), it is not theirs.
 */
function madeAt({ history, layers }: ImageAnalysis, ownFrom: number): readonly (number | null)[] {
  const makers = history.filter(({ emptyLayer }) => !emptyLayer);
  if (makers.length !== layers.length) return [];
  const times = makers.map(({ created }) => timeOf(created));
  const own = times.slice(ownFrom);
  const isGiven = own.length > 1 && own.every(time => time === own[0]);
  return isGiven ? [] : times;
}

function timeOf(created: string | null): number | null {
  const time = created === null ? Number.NaN : Date.parse(created);
  return Number.isNaN(time) || time < EARLIEST ? null : time;
}
