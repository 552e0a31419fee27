import { withoutSequences } from '../base/untrusted-text.ts';
import type { StepOutcome } from './build-result.ts';
import type { ProgressEvent, VertexEvent } from './progress-event.ts';

const EXPORT = /^(?:exporting (?:manifest|manifest list|config) |pushing manifest for )/;

interface Interval {
  completedAt: number | null;
  cached: boolean;
}

/** All that a build told of one vertex. */
export class Vertex {
  readonly digest: string;
  readonly log = new LogTail();
  readonly #intervals = new Map<number, Interval>();
  readonly #pulls = new Map<string, { from: number; to: number }>();
  readonly #exports = new Set<string>();
  readonly #errors: string[] = [];
  #name = '';
  #inputs: readonly string[] = [];
  #cached = false;

  constructor(digest: string) {
    this.digest = digest;
  }

  /** BuildKit's name, on one line, build arguments expanded. */
  get name(): string {
    return this.#name;
  }

  get inputs(): readonly string[] {
    return this.#inputs;
  }

  /** What an exporter said that it wrote or pushed, in order: `exporting manifest sha256:…`. */
  get exports(): readonly string[] {
    return [...this.#exports];
  }

  /** The last error that is not a cancellation; null when there was none. */
  get error(): string | null {
    return this.#errors.findLast(error => !isCancellation(error)) ?? null;
  }

  /** Earliest start, milliseconds since the epoch. */
  get startedAt(): number | null {
    return this.#intervals.size > 0 ? Math.min(...this.#intervals.keys()) : null;
  }

  addEvent(event: VertexEvent): void {
    this.#name = event.name || this.#name;
    if (event.inputs.length > 0) this.#inputs = event.inputs;
    if (event.error) this.#errors.push(event.error);
    else if (event.cached) this.#cached = true;
    if (event.startedAt === null) return;
    const known = this.#intervals.get(event.startedAt);
    this.#intervals.set(event.startedAt, {
      completedAt: event.completedAt ?? known?.completedAt ?? null,
      cached: event.cached || (known?.cached ?? false),
    });
  }

  addStatus(event: Extract<ProgressEvent, { kind: 'status' }>): void {
    if (EXPORT.test(event.id)) this.#exports.add(event.id);
    if (!/^(?:extracting |sha256:)/.test(event.id) || event.startedAt === null) return;
    this.#pulls.set(event.id, { from: event.startedAt, to: event.completedAt ?? event.startedAt });
  }

  /**
   * What became of it, by any of its events: a lazily pulled remote hit is first cached and then runs again.
   * @param buildSucceeded a step that was cancelled was not needed only when the build succeeded
   */
  outcome(buildSucceeded: boolean): StepOutcome {
    if (this.#cached) return 'cached';
    if (this.error !== null) return 'failed';
    if (this.#errors.length > 0) return buildSucceeded ? 'not-needed' : 'skipped';
    return [...this.#intervals.values()].some(interval => interval.completedAt !== null)
      ? 'executed'
      : 'skipped';
  }

  /** Sum of the intervals that were not answered by a cache; null when it never started. Milliseconds. */
  get durationMs(): number | null {
    if (this.#intervals.size === 0) return null;
    let sum = 0;
    for (const [startedAt, { completedAt, cached }] of this.#intervals) {
      if (!cached && completedAt !== null) sum += Math.max(0, completedAt - startedAt);
    }
    return round(sum);
  }

  /** Time in which at least one layer was pulled or extracted. Milliseconds. */
  get pullMs(): number {
    let sum = 0;
    let end = Number.NEGATIVE_INFINITY;
    for (const { from, to } of [...this.#pulls.values()].sort((a, b) => a.from - b.from)) {
      sum += Math.max(0, to - Math.max(from, end));
      end = Math.max(end, to);
    }
    return round(sum);
  }
}

function isCancellation(error: string): boolean {
  return /context canceled/.test(error);
}

/** Microseconds are noise. */
function round(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

/** Lines and characters a line that are kept: enough to see why a step failed, whatever it prints. */
const MAX_LINES = 50;
const MAX_CHARACTERS = 1000;

/** The last lines of an output that arrives in parts. A carriage return starts the line anew, as terminals show it. */
export class LogTail {
  readonly #lines: string[] = [];
  #open = '';

  add(text: string): void {
    const parts = text.split('\n');
    const last = parts.pop() ?? '';
    for (const part of parts) {
      this.#extend(part);
      this.#lines.push(this.#shown());
      if (this.#lines.length > MAX_LINES) this.#lines.shift();
      this.#open = '';
    }
    this.#extend(last);
  }

  /** At most `count` lines, the last one last, without escape sequences. */
  lines(count: number): readonly string[] {
    const open = this.#shown();
    return [...this.#lines, ...(open === '' ? [] : [open])].slice(-count);
  }

  #extend(text: string): void {
    // Room for the returns that a progress bar writes before its line is whole.
    this.#open = (this.#open + text).slice(-4 * MAX_CHARACTERS);
  }

  #shown(): string {
    const line = this.#open.replace(/\r$/, '');
    return withoutSequences(line.slice(line.lastIndexOf('\r') + 1)).slice(0, MAX_CHARACTERS);
  }
}
