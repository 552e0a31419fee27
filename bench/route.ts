import type { Run } from './measure.ts';

/** What is done and timed: once in each round, in turn with the others. */
export type Contestant = () => Promise<Run>;

/** A line of the scoreboard: what was measured, held against the least that any program needs for it. */
export interface RowPlan {
  readonly name: string;
  /** What the floor is, in a few words. */
  readonly floor: string;
  /** The most that it may take: times the floor, and bytes of memory; null where nothing is promised. */
  readonly mostTimes: number | null;
  readonly mostBytes?: number;
  /** Names of contestants: `own` and `floor` when absent. */
  readonly own?: string;
  readonly against?: string;
  /** Whose time is taken off first: what others need for the same. */
  readonly less?: string;
}

/** Contestants that are measured in turn, and the lines that come of them. */
export interface Route {
  readonly rows: readonly RowPlan[];
  /** Rounds that are counted; 5 when absent. */
  readonly rounds?: number;
  /**
   * Makes what is measured. `own` is Deadweight, `alone` the same without findings, `before` the same of another bundle.
   * @returns what is missing on this machine, where it cannot be measured
   */
  readonly prepare: () => Promise<Readonly<Record<string, Contestant>> | string>;
}
