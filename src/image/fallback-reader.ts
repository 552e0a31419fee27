import { DeadweightError, messageOf, systemErrorCode } from '../base/errors.ts';
import type { LayerScan } from '../layer/layer-scan.ts';
import type { BytesPlace, RandomAccess } from '../tar/random-access.ts';
import type {
  LayerAccess,
  LayerReader,
  LayerTask,
  ReadOptions,
  ReadTask,
  StoredLayer,
} from './layer-reader.ts';

/** Reads layers from a medium that may turn out to be unfit, and those that it could not read there from another. */
export class FallbackReader implements LayerReader {
  readonly #second: LayerReader;
  readonly #tell: (why: string) => void;
  readonly #name: string;
  /** Null once it has failed. */
  #first: LayerReader | null;

  /**
   * @param name of the first medium, for messages
   * @param tell is told why the first is not used any more
   */
  constructor(first: LayerReader, second: LayerReader, name: string, tell: (why: string) => void) {
    this.#name = name;
    this.#first = first;
    this.#second = second;
    this.#tell = tell;
  }

  async scan(
    tasks: readonly LayerTask[],
    options: ReadOptions,
    done: (scan: LayerScan) => Promise<void>,
  ): Promise<void> {
    const left = [...tasks];
    const { limits } = options;
    // What the first counts of layers that it does not finish is nothing to the second.
    const tried = limits.copy();
    // Else whoever takes the scans has failed.
    let isReading = true;
    const handOn = async (scan: LayerScan) => {
      const index = left.findIndex(({ layer }) => layer.diffId === scan.diffId);
      if (index >= 0) left.splice(index, 1);
      isReading = false;
      await done(scan);
      isReading = true;
      limits.addScan(scan);
    };
    try {
      if (this.#first !== null) return await this.#first.scan(tasks, { ...options, limits: tried }, handOn);
    } catch (error) {
      if (!isReading) throw error;
      await this.#giveUp(error);
    }
    await this.#second.scan(left, options, done);
  }

  async read(tasks: readonly ReadTask[]): Promise<void> {
    const left = new Set(tasks);
    for (const task of this.#first === null ? [] : tasks) {
      let isTouched = false;
      const consumer = {
        readAt: (source: RandomAccess) => {
          isTouched = true;
          return task.consumer.readAt(source);
        },
        write: (chunk: Uint8Array) => {
          isTouched = true;
          return task.consumer.write(chunk);
        },
        end: () => task.consumer.end(),
      };
      try {
        await this.#first?.read([{ layer: task.layer, consumer }]);
        left.delete(task);
      } catch (error) {
        // A consumer takes a layer once.
        if (isTouched) throw error;
        await this.#giveUp(error);
        break;
      }
    }
    if (left.size > 0) await this.#second.read([...left]);
  }

  access(layer: StoredLayer): LayerAccess {
    return this.#ask(reader => reader.access(layer));
  }

  place(layer: StoredLayer): BytesPlace | null {
    return this.#ask(reader => reader.place(layer));
  }

  open(layer: StoredLayer): AsyncIterable<Uint8Array> {
    return this.#stream(reader => reader.open(layer));
  }

  openStored(layer: StoredLayer): AsyncIterable<Uint8Array> {
    return this.#stream(reader => reader.openStored(layer));
  }

  async close(): Promise<void> {
    await this.#first?.close();
    await this.#second.close();
  }

  async *#stream(open: (reader: LayerReader) => AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    let isBegun = false;
    try {
      if (this.#first !== null) {
        for await (const chunk of open(this.#first)) {
          isBegun = true;
          yield chunk;
        }
        return;
      }
    } catch (error) {
      if (isBegun) throw error;
      await this.#giveUp(error);
    }
    yield* open(this.#second);
  }

  /** What the first says, or the second where that fails: reading it will fail as well. */
  #ask<T>(ask: (reader: LayerReader) => T): T {
    if (this.#first === null) return ask(this.#second);
    try {
      return ask(this.#first);
    } catch (error) {
      if (!isOfMedium(error)) throw error;
      return ask(this.#second);
    }
  }

  /** @throws what is no fault of the medium */
  async #giveUp(error: unknown): Promise<void> {
    if (!isOfMedium(error)) throw error;
    this.#tell(`Layers are not read from ${this.#name}: ${messageOf(error)}`);
    await this.#first?.close();
    this.#first = null;
  }
}

function isOfMedium(error: unknown): boolean {
  return error instanceof DeadweightError || systemErrorCode(error) !== null;
}
