import type { BuildWarning } from './build-result.ts';
import type { ProgressEvent } from './progress-event.ts';
import { Vertex } from './vertex.ts';

/** Plain lines kept; the last ones hold the error. */
const MAX_LINES = 400;

/** Everything that the events of a build told, gathered by vertex in the order they appeared. */
export class BuildTrace {
  readonly #vertices = new Map<string, Vertex>();
  readonly #warnings = new Map<string, BuildWarning>();
  readonly #lines: string[] = [];

  get vertices(): ReadonlyMap<string, Vertex> {
    return this.#vertices;
  }

  /** Each once, however often BuildKit repeats it. */
  get warnings(): readonly BuildWarning[] {
    return [...this.#warnings.values()];
  }

  /** The last lines outside of the protocol. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  add(event: ProgressEvent): void {
    if (event.kind === 'step') this.#vertex(event.step).addEvent(event);
    else if (event.kind === 'log') this.#vertex(event.step).log.add(event.text);
    else if (event.kind === 'status') this.#vertex(event.step).addStatus(event);
    else if (event.kind === 'warning') this.#warnings.set(JSON.stringify(event.warning), event.warning);
    else {
      this.#lines.push(event.text.slice(0, 2000));
      if (this.#lines.length > MAX_LINES) this.#lines.shift();
    }
  }

  #vertex(digest: string): Vertex {
    const known = this.#vertices.get(digest);
    if (known) return known;
    const vertex = new Vertex(digest);
    this.#vertices.set(digest, vertex);
    return vertex;
  }
}
