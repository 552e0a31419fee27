import type { ProgressEvent, VertexEvent } from './progress-event.ts';

type StepState = 'waiting' | 'running' | 'done' | 'cached' | 'failed' | 'cancelled';

/** A step as a live display shows it. Times are milliseconds since the epoch, on the builder's clock. */
export interface StepProgress {
  /** Digest of the vertex. */
  readonly id: string;
  readonly name: string;
  readonly state: StepState;
  /** Whether a cache had it: a step that is pulled later runs then. */
  readonly cached: boolean;
  /** Of its last run. */
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  /** Milliseconds of the runs before that. */
  readonly earlierMs: number;
  /** The last whole lines that the step printed, none of them blank. */
  readonly lines: readonly string[];
  /** What it printed since. */
  readonly openLine: string;
  /** Bytes of what is being pulled or sent, over all transfers of the step whose size is known. */
  readonly transferred: number;
  readonly toTransfer: number;
}

/** The state of a running build, for displays. */
export interface BuildProgressState {
  /** In the order they appeared. */
  readonly steps: readonly StepProgress[];
  /** Bytes by step and transfer. */
  readonly transfers: ReadonlyMap<
    string,
    ReadonlyMap<string, { readonly current: number; readonly total: number }>
  >;
}

export const emptyBuildProgress: BuildProgressState = { steps: [], transfers: new Map() };

/** The state after an event. Pure. */
export function reduceBuildProgress(state: BuildProgressState, event: ProgressEvent): BuildProgressState {
  if (event.kind === 'step') return withStep(state, event.step, step => afterVertex(step, event));
  if (event.kind === 'log') return withStep(state, event.step, step => afterOutput(step, event.text));
  if (event.kind === 'status' && event.total > 0) return afterTransfer(state, event);
  return state;
}

/** How long the step has run, in milliseconds; null when it has not started. */
export function elapsedMs(step: StepProgress, now: number): number | null {
  if (step.startedAt === null) return null;
  return step.earlierMs + Math.max(0, (step.completedAt ?? now) - step.startedAt);
}

/** The last lines that a step printed, the one that has not ended too. */
export function lastLines({ lines, openLine }: StepProgress, max: number): readonly string[] {
  const open = shownLine(openLine);
  return [...lines, ...(open === '' ? [] : [open])].slice(-max);
}

function afterVertex(step: StepProgress, event: VertexEvent): StepProgress {
  const isAgain = step.completedAt !== null && event.startedAt !== null && event.startedAt !== step.startedAt;
  const known = isAgain
    ? { ...step, earlierMs: elapsedMs(step, 0) ?? 0, startedAt: event.startedAt, completedAt: null }
    : step;
  const cached = step.cached || event.cached;
  const state = readState(event);
  return {
    ...known,
    name: event.name || step.name,
    cached,
    state: step.state === 'failed' ? 'failed' : state === 'done' && cached ? 'cached' : state,
    startedAt: known.startedAt ?? event.startedAt,
    completedAt: event.completedAt ?? known.completedAt,
  };
}

/** Lines and characters a line that are kept. */
const MAX_LINES = 8;
const MAX_CHARACTERS = 500;

function afterOutput(step: StepProgress, text: string): StepProgress {
  const whole = `${step.openLine}${text}`.split('\n');
  const openLine = (whole.pop() ?? '').slice(-MAX_CHARACTERS);
  const lines = whole.map(shownLine).filter(line => line !== '');
  return { ...step, openLine, lines: [...step.lines, ...lines].slice(-MAX_LINES) };
}

/** A carriage return starts the line anew, as a terminal shows it. */
function shownLine(line: string): string {
  const written = line.split('\r').findLast(part => part.trim() !== '') ?? '';
  return written.trimEnd().slice(0, MAX_CHARACTERS);
}

function readState(event: VertexEvent): StepState {
  if (event.error) return /context canceled/.test(event.error) ? 'cancelled' : 'failed';
  if (event.cached) return 'cached';
  if (event.completedAt !== null) return 'done';
  return event.startedAt === null ? 'waiting' : 'running';
}

function afterTransfer(
  state: BuildProgressState,
  event: Extract<ProgressEvent, { kind: 'status' }>,
): BuildProgressState {
  const own = new Map(state.transfers.get(event.step)).set(event.id, {
    current: event.current,
    total: event.total,
  });
  let [transferred, toTransfer] = [0, 0];
  for (const { current, total } of own.values()) {
    transferred += current;
    toTransfer += total;
  }
  const transfers = new Map(state.transfers).set(event.step, own);
  return withStep({ ...state, transfers }, event.step, step => ({ ...step, transferred, toTransfer }));
}

function withStep(
  state: BuildProgressState,
  id: string,
  change: (step: StepProgress) => StepProgress,
): BuildProgressState {
  const index = state.steps.findIndex(step => step.id === id);
  const known = state.steps[index];
  if (known) return { ...state, steps: state.steps.with(index, change(known)) };
  const fresh: StepProgress = {
    id,
    name: '',
    state: 'waiting',
    cached: false,
    startedAt: null,
    completedAt: null,
    earlierMs: 0,
    lines: [],
    openLine: '',
    transferred: 0,
    toTransfer: 0,
  };
  return { ...state, steps: [...state.steps, change(fresh)] };
}
