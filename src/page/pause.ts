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

/** Runs steps to their end, with a pause whenever some milliseconds are over. */
export async function runInSlices<Result>(steps: Iterator<unknown, Result>): Promise<Result> {
  let started = performance.now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (performance.now() - started < SLICE) continue;
    await pause();
    started = performance.now();
  }
}
