import { availableParallelism } from 'node:os';
import type { CountBytes } from '../base/effects.ts';
import { HashLane } from '../layer/file-content.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import { TarHashThread } from '../layer/tar-hash-thread.ts';
import type { LayerTask, ReadOptions } from './layer-reader.ts';

/**
 * Layers that are read at the same time, at the most. One thread parses them all, which more would not make faster; and
 * each may hold a zstd window of 128 MiB.
 */
const MAX_LANES = 3;
/** Stored bytes of a compressed layer below which a thread costs more than it saves. */
const MIN_THREAD_SIZE = 4 * 1024 * 1024;

/** Reads layers one after the other, beside other lanes. Its threads start with the first layer that is worth one. */
export class ScanLane {
  /** For files of layers that are read by position. */
  readonly files = new HashLane();
  readonly #isAborted: () => boolean;
  #tars: TarHashThread | null = null;

  /** @param isAborted says that nobody wants the result any more */
  constructor(isAborted: () => boolean) {
    this.#isAborted = isAborted;
  }

  /** @param size bytes that are stored of a layer. @returns null where it is as well hashed as it comes */
  threadFor(size: number): TarHashThread | null {
    if (size < MIN_THREAD_SIZE) return null;
    this.#tars ??= new TarHashThread();
    return this.#tars;
  }

  /** The chunks, which break off once nobody wants the result any more. */
  async *unlessAborted(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of chunks) {
      if (this.#isAborted()) throw new Error('another layer has failed');
      yield chunk;
    }
  }

  async close(): Promise<void> {
    await this.files.close();
    await this.#tars?.close();
  }
}

/**
 * As `scanInLanes`, and shows how far it has come.
 * @param total bytes that `scan` counts of all tasks; null where that is not known
 */
export async function scanWithProgress(
  tasks: readonly LayerTask[],
  { progress, label }: Pick<ReadOptions, 'progress' | 'label'>,
  scan: (task: LayerTask, lane: ScanLane, count: CountBytes) => Promise<LayerScan>,
  done: (scan: LayerScan) => Promise<void>,
  total: number | null,
): Promise<void> {
  await progress.show({ label, total }, count =>
    scanInLanes(tasks, (task, lane) => scan(task, lane, count), done),
  );
}

/**
 * Scans layers in lanes, at most as many as there are processors, and begins them in their order. What comes of it is
 * what scanning one after the other gives: scans are handed on in order, and of several errors the first in order is
 * thrown, after the scans before it. Everything has stopped and is closed by then.
 * @param done is called for one scan at a time
 */
export async function scanInLanes(
  tasks: readonly LayerTask[],
  scan: (task: LayerTask, lane: ScanLane) => Promise<LayerScan>,
  done: (scan: LayerScan, index: number) => Promise<void>,
  lanes: number = Math.min(MAX_LANES, availableParallelism()),
): Promise<void> {
  const queue = tasks.entries();
  const scans = new Map<number, LayerScan>();
  let handedOn = 0;
  let handing: Promise<void> = Promise.resolve();
  /** The first task that failed, and how. */
  let failed = tasks.length;
  let failure: unknown;
  const fail = (index: number, error: unknown) => {
    if (index >= failed) return;
    failed = index;
    failure = error;
  };
  const handOn = async () => {
    for (
      let next = scans.get(handedOn);
      next !== undefined && handedOn < failed;
      next = scans.get(handedOn)
    ) {
      const index = handedOn;
      scans.delete(index);
      handedOn += 1;
      await done(next, index).catch((error: unknown) => fail(index, error));
    }
  };
  const work = async () => {
    let current = 0;
    const lane = new ScanLane(() => current > failed);
    try {
      for (const [index, task] of queue) {
        if (index > failed) return;
        current = index;
        await scan(task, lane).then(
          found => scans.set(index, found),
          (error: unknown) => fail(index, error),
        );
        handing = handing.then(handOn);
        await handing;
      }
    } finally {
      await lane.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, tasks.length) }, work));
  if (failed < tasks.length) throw failure;
}
