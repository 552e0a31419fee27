import { formatSizes } from '../../base/number-text.ts';
import { safeText } from '../../base/untrusted-text.ts';
import { type BuildProgressState, elapsedMs, lastLines, type StepProgress } from '../../build/progress.ts';
import { fitEnd } from '../../report/terminal/fit.ts';
import { columnsOf } from '../../report/text-width.ts';

export interface Picture {
  readonly title: string;
  readonly state: BuildProgressState;
  /** How long all of it has run, in milliseconds. */
  readonly elapsedMs: number;
  /** On the builder's clock, in milliseconds since the epoch. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  /** Takes out of a line what nobody may read. */
  readonly mask: (line: string) => string;
}

/** Lines of its output that are shown of a step. */
const MAX_OUTPUT = 6;

/**
 * A running build in at most `rows` lines, none wider than `columns`: as `docker buildx build` draws it, all steps that have
 * started with their time at the right, and below those that run or failed what they printed last. Where there are too
 * many, those that have ended go first.
 */
export function drawBuild({
  title,
  state,
  elapsedMs: elapsed,
  now,
  columns,
  rows,
  mask,
}: Picture): readonly string[] {
  const ended = state.steps.filter(isEnded).length;
  const heading = `[+] ${title} ${seconds(elapsed)} (${ended}/${state.steps.length})`;
  const blocks = chooseSteps(state.steps, rows - 1).map(({ step, output }) => [
    stepLine({ ...step, name: mask(step.name) }, now, columns),
    ...output.map(line => fitEnd(` => => # ${safeText(mask(line), 'log')}`, columns)),
  ]);
  return [fitEnd(safeText(heading, 'log'), columns), ...blocks.flat()].slice(0, rows);
}

interface ShownStep {
  readonly step: StepProgress;
  readonly output: readonly string[];
}

function isEnded({ state }: StepProgress): boolean {
  return state !== 'running' && state !== 'waiting';
}

/** What there is room for: steps that run or failed, their output, and the last ones of those that have ended. */
function chooseSteps(steps: readonly StepProgress[], rows: number): readonly ShownStep[] {
  const started = steps
    .filter(step => step.startedAt !== null)
    .toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
  const isTelling = ({ state }: StepProgress): boolean => state === 'running' || state === 'failed';
  const telling = started.filter(isTelling).slice(-Math.max(1, rows));
  let left = rows - telling.length;
  const outputs = new Map<StepProgress, readonly string[]>();
  for (const step of telling.toReversed()) {
    const output = left > 0 ? lastLines(step, Math.min(MAX_OUTPUT, left)) : [];
    outputs.set(step, output);
    left -= output.length;
  }
  const others = started.filter(step => !isTelling(step));
  const shown = new Set([...telling, ...(left > 0 ? others.slice(-left) : [])]);
  return started.filter(step => shown.has(step)).map(step => ({ step, output: outputs.get(step) ?? [] }));
}

/** ` => [2/5] RUN make              12.3s` */
function stepLine(step: StepProgress, now: number, columns: number): string {
  const time = seconds(elapsedMs(step, now) ?? 0);
  const room = Math.max(0, columns - time.length - 1);
  const amount = transferText(step);
  const name = ` => ${MARKS[step.state]}${safeText(step.name, 'log')}`;
  const left = `${fitEnd(name, room - columnsOf(amount))}${amount}`;
  return fitEnd(`${left}${' '.repeat(Math.max(1, columns - columnsOf(left) - time.length))}${time}`, columns);
}

const MARKS: Readonly<Record<StepProgress['state'], string>> = {
  waiting: '',
  running: '',
  done: '',
  cached: 'CACHED ',
  failed: 'ERROR ',
  cancelled: 'CANCELED ',
};

/** ` 12.4 / 35.1 MB`, of what a running step pulls or sends. */
function transferText({ state, transferred, toTransfer }: StepProgress): string {
  if (state !== 'running' || toTransfer === 0) return '';
  return ` ${formatSizes(transferred, toTransfer).replace(' → ', ' / ')}`;
}

function seconds(milliseconds: number): string {
  return `${(Math.max(0, milliseconds) / 1000).toFixed(1)}s`;
}
