// Stands for a thread of cases, the last of which does not end.
import { parentPort, workerData } from 'node:worker_threads';

const place = new Int32Array(workerData.place);

parentPort?.on('message', ({ to }: { readonly to: number }) => {
  place[0] = to;
  while (place[0] === to);
});
parentPort?.postMessage({ kind: 'ready' });
