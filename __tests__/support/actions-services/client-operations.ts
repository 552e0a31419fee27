import { readFileSync, writeSync } from 'node:fs';
import type { z } from 'zod';

/** The other end of `runClient`: operations come on standard input, results go to descriptor 3. */
export async function answerOperations<T>(
  shape: z.ZodType<T>,
  run: (operation: T) => Promise<unknown>,
): Promise<never> {
  const operations: unknown = JSON.parse(readFileSync(0, 'utf8'));
  const results: unknown[] = [];
  for (const operation of Array.isArray(operations) ? operations : []) {
    try {
      results.push((await run(shape.parse(operation))) ?? null);
    } catch (error) {
      results.push({ error: error instanceof Error ? error.message : String(error) });
    }
  }
  writeSync(3, JSON.stringify(results));
  // What a client left behind must not keep the process.
  process.exit(0);
}
