import { setImmediate } from 'node:timers/promises';

/**
 * Lets what has happened meanwhile have its turn: a signal that came while this thread computed is heard here, and not
 * before. For between the parts of long work.
 */
export async function takeTurn(): Promise<void> {
  await setImmediate();
}
