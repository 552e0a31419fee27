import type { Log } from '../base/effects.ts';
import { wrapText } from '../report/terminal/wrap.ts';
import type { LiveArea } from './live-area.ts';
import type { SecretMask } from './secret-values.ts';

export interface TerminalLogOptions {
  /** What nobody may read is taken out of what is shown. */
  readonly secrets: Pick<SecretMask, 'log'>;
  /** Of standard error. */
  readonly area: LiveArea;
  readonly quiet: boolean;
  readonly debug: boolean;
}

/** Messages on standard error: warnings and errors always, the rest unless `quiet`. */
export function terminalLog({ area, quiet, debug, secrets }: TerminalLogOptions): Log {
  const line = (text: string): void => area.print(text);
  const sentence = (text: string): void => line(area.isTerminal ? wrapText(text, area.columns) : text);
  const shown = secrets.log({
    debug: line,
    info: line,
    warn: message => sentence(`warning: ${message}`),
    error: sentence,
    group: (title, body) => {
      line(title);
      return body();
    },
  });
  // Looking for secrets costs milliseconds, the first time most of all: only in what somebody gets to see.
  return {
    ...shown,
    debug: message => (debug ? shown.debug(message) : undefined),
    info: message => (quiet ? undefined : shown.info(message)),
    group: (title, body) => (quiet ? body() : shown.group(title, body)),
  };
}
