/** Where messages for people go. Implementations: a terminal, a runner's log, nothing. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  /** Runs `body` inside a foldable group where the medium has such. */
  group<T>(title: string, body: () => Promise<T>): Promise<T>;
}

/** A log that keeps nothing. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  group: (_title, body) => body(),
};
