import type { ProgressEvent, VertexEvent } from './progress-event.ts';

type StepState = 'waiting' | 'running' | 'done' | 'cached' | 'failed' | 'cancelled';

/** A step as a live display shows it. Times are milliseconds since the epoch. */
export interface StepProgress {
  /** Digest of the vertex. */
  readonly id: string;
  readonly name: string;
  readonly state: StepState;
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  /** The last line that the step printed; empty when there was none. */
  readonly lastLine: string;
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
  if (event.kind === 'log') {
    const line =
      event.text
        .trimEnd()
        .split(/[\r\n]/)
        .at(-1)
        ?.trim() ?? '';
    return line === ''
      ? state
      : withStep(state, event.step, step => ({ ...step, lastLine: line.slice(0, 500) }));
  }
  if (event.kind === 'status' && event.total > 0) return afterTransfer(state, event);
  return state;
}

/** How long the step has run, in milliseconds; null when it has not started. */
export function elapsedMs(step: StepProgress, now: number): number | null {
  return step.startedAt === null ? null : Math.max(0, (step.completedAt ?? now) - step.startedAt);
}

function afterVertex(step: StepProgress, event: VertexEvent): StepProgress {
  const isSettled = step.state === 'cached' || step.state === 'failed';
  return {
    ...step,
    name: event.name || step.name,
    state: isSettled ? step.state : readState(event),
    startedAt: step.startedAt ?? event.startedAt,
    completedAt: event.completedAt,
  };
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
    startedAt: null,
    completedAt: null,
    lastLine: '',
    transferred: 0,
    toTransfer: 0,
  };
  return { ...state, steps: [...state.steps, change(fresh)] };
}
