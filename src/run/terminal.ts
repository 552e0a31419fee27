import type { Log, Progress } from '../base/effects.ts';
import { formatSize } from '../base/number-text.ts';

/** The part of a stream that writing to a terminal needs. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface TerminalLogOptions {
  readonly stream: TerminalStream;
  readonly quiet: boolean;
  readonly debug: boolean;
}

const ERASE_LINE = '\r\u001b[2K';
const REDRAW_MS = 80;

/** Messages on standard error: warnings and errors always, the rest unless `quiet`. */
export function terminalLog({ stream, quiet, debug }: TerminalLogOptions): Log {
  const line = (text: string): void => void stream.write(`${text}\n`);
  return {
    debug: message => (debug ? line(message) : undefined),
    info: message => (quiet ? undefined : line(message)),
    warn: message => line(`warning: ${message}`),
    error: message => line(message),
    group: (title, body) => {
      if (!quiet) line(title);
      return body();
    },
  };
}

/** One line that is drawn over itself; silent where standard error is no terminal. */
export function terminalProgress({ stream, quiet }: TerminalLogOptions, now: () => number): Progress {
  if (!stream.isTTY || quiet) return { update: () => undefined, clear: () => undefined };
  let drawnAt = 0;
  let drawn = false;
  return {
    update(label, done, total) {
      if (now() - drawnAt < REDRAW_MS) return;
      drawnAt = now();
      drawn = true;
      const amount = total === null ? formatSize(done) : `${formatSize(done)} of ${formatSize(total)}`;
      stream.write(`${ERASE_LINE}${`${label}: ${amount}`.slice(0, (stream.columns ?? 80) - 1)}`);
    },
    clear() {
      if (drawn) stream.write(ERASE_LINE);
      drawn = false;
      drawnAt = 0;
    },
  };
}
