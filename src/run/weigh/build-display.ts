import type { Log } from '../../base/effects.ts';
import { safeText } from '../../base/untrusted-text.ts';
import {
  type BuildProgressState,
  elapsedMs,
  emptyBuildProgress,
  reduceBuildProgress,
  type StepProgress,
} from '../../build/progress.ts';
import type { ProgressEvent } from '../../build/progress-event.ts';

/** Shows a build while it runs. */
export interface BuildDisplay {
  /** @param body runs the build, and hands each event to the display */
  show<T>(title: string, body: (onProgress: (event: ProgressEvent) => void) => Promise<T>): Promise<T>;
}

export const silentDisplay: BuildDisplay = { show: (_title, body) => body(() => undefined) };

/** One group of log lines a build, each step once when it ends: for a runner, and wherever no terminal is. */
export function loggedDisplay(log: Log): BuildDisplay {
  return {
    show: (title, body) =>
      log.group(title, () => {
        let state = emptyBuildProgress;
        const logged = new Set<string>();
        const output = new LinesOfOutput(line => log.info(safeText(`    ${line}`, 'log')));
        return body(event => {
          state = reduceBuildProgress(state, event);
          if (event.kind === 'log') output.add(event.step, event.text);
          if (event.kind === 'step') logStep(state, event.step, logged, output, log);
        });
      }),
  };
}

/** Characters of a line that are waited for. */
const MAX_LINE_LENGTH = 16_384;

/** Output arrives in pieces: whole lines of each step or stream are logged, the unfinished one when it ends. */
export class LinesOfOutput {
  readonly #rest = new Map<string, string>();
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void) {
    this.#log = log;
  }

  add(step: string, text: string): void {
    const lines = `${this.#rest.get(step) ?? ''}${text}`.split(/\r\n|\n|\r/);
    const rest = lines.pop() ?? '';
    // What never ends its line is logged in pieces: it must not fill our memory.
    const isLong = rest.length > MAX_LINE_LENGTH;
    if (isLong) lines.push(rest);
    this.#rest.set(step, isLong ? '' : rest);
    for (const line of lines) if (line.trim() !== '') this.#log(line);
  }

  end(step: string): void {
    this.add(step, '\n');
    this.#rest.delete(step);
  }
}

function logStep(
  state: BuildProgressState,
  id: string,
  logged: Set<string>,
  output: LinesOfOutput,
  log: Log,
): void {
  const step = state.steps.find(candidate => candidate.id === id);
  if (!step || logged.has(id) || !['done', 'cached', 'failed', 'cancelled'].includes(step.state)) return;
  logged.add(id);
  output.end(id);
  const line = `${mark(step)} ${step.name}${seconds(step, step.completedAt ?? 0)}`;
  log.info(safeText(line, 'log'));
}

function mark({ state }: StepProgress): string {
  if (state === 'cached') return 'CACHED  ';
  if (state === 'failed') return 'ERROR   ';
  if (state === 'cancelled') return 'CANCELED';
  return 'DONE    ';
}

function seconds(step: StepProgress, now: number): string {
  const elapsed = step.state === 'cached' ? null : elapsedMs(step, now);
  return elapsed === null ? '' : ` ${(elapsed / 1000).toFixed(1)}s`;
}
