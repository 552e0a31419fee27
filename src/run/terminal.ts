import type { Log } from '../base/effects.ts';
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
