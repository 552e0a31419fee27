const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

/** Lets the browser draw and answer before the work goes on. A timer would wait for milliseconds. */
export function pause(): Promise<void> {
  return new Promise(resolve => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}

/** Milliseconds of work between two pauses. */
const SLICE = 12;

/**
 * Runs steps to their end, with a pause whenever some milliseconds are over.
 * @param isOvertaken whether nobody waits for the end any more: asked after each pause
 * @returns null where it was overtaken
 */
export async function runInSlices<Result>(
  steps: Iterator<unknown, Result>,
  isOvertaken: () => boolean = () => false,
): Promise<Result | null> {
  let started = performance.now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (performance.now() - started < SLICE) continue;
    await pause();
    if (isOvertaken()) return null;
    started = performance.now();
  }
}

/**
 * Runs in slices what it was given last: what that overtakes ends, and is told to nobody.
 * @param take is told the result
 */
export function lastOnly<Result>(take: (result: Result) => void): (steps: Iterator<unknown, Result>) => void {
  let newest: Iterator<unknown, Result> | null = null;
  return steps => {
    newest = steps;
    void runInSlices(steps, () => newest !== steps).then(result => {
      if (result !== null) take(result);
    });
  };
}
