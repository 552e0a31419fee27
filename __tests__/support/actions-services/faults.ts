import { jsonAnswer, type ServiceAnswer, type ServiceRequest } from './exchange.ts';

export interface Fault {
  /** Part of `METHOD /path`. */
  readonly match: string;
  /** A status to answer with; `hang` never answers; `reset` closes the connection. */
  readonly effect: number | 'hang' | 'reset';
  /** How often; always when absent. */
  times?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What goes wrong on purpose. */
export class Faults {
  readonly #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push(fault);
  }

  clear(): void {
    this.#faults.length = 0;
  }

  /** @returns null when nothing goes wrong with this request */
  take(request: ServiceRequest): ServiceAnswer | 'hang' | 'reset' | null {
    const line = `${request.method} ${request.url.pathname}`;
    const fault = this.#faults.find(({ match, times }) => line.includes(match) && times !== 0);
    if (fault === undefined) return null;
    if (fault.times !== undefined) fault.times -= 1;
    if (typeof fault.effect === 'string') return fault.effect;
    const answer = jsonAnswer(fault.effect, { code: 'unavailable', msg: 'injected', message: 'injected' });
    return { ...answer, headers: { ...answer.headers, ...fault.headers } };
  }
}
