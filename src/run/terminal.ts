import type { Log, Progress } from '../base/effects.ts';
import { formatSize } from '../base/number-text.ts';
import { fitEnd, fitMiddle } from '../report/terminal/fit.ts';
import { wrapText } from '../report/terminal/wrap.ts';
import type { LiveArea } from './live-area.ts';

export interface TerminalLogOptions {
  /** Of standard error. */
  readonly area: LiveArea;
  readonly quiet: boolean;
  readonly debug: boolean;
}

/** Messages on standard error: warnings and errors always, the rest unless `quiet`. */
export function terminalLog({ area, quiet, debug }: TerminalLogOptions): Log {
  const line = (text: string): void => area.print(text);
  const sentence = (text: string): void => line(area.isTerminal ? wrapText(text, area.columns) : text);
  return {
    debug: message => (debug ? line(message) : undefined),
    info: message => (quiet ? undefined : line(message)),
    warn: message => sentence(`warning: ${message}`),
    error: message => sentence(message),
    group: (title, body) => {
      if (!quiet) line(title);
      return body();
    },
  };
}

const REDRAW_MS = 80;

/** One line that is drawn over itself; silent where standard error is no terminal. */
export function terminalProgress({ area, quiet }: TerminalLogOptions, now: () => number): Progress {
  if (!area.isTerminal || quiet) return { update: () => undefined, clear: () => undefined };
  let drawnAt = 0;
  return {
    update(label, done, total) {
      if (now() - drawnAt < REDRAW_MS) return;
      drawnAt = now();
      const amount = total === null ? formatSize(done) : `${formatSize(done)} of ${formatSize(total)}`;
      const name = fitMiddle(label, Math.max(0, area.columns - amount.length - 2));
      area.draw([fitEnd(`${name}: ${amount}`, area.columns)]);
    },
    clear() {
      area.clear();
      drawnAt = 0;
    },
  };
}
