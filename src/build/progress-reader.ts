import { StringDecoder } from 'node:string_decoder';
import { type ProgressEvent, readProgressLine } from './progress-event.ts';

/** Characters of one line; a longer one is dropped: warnings carry the whole Dockerfile, and nothing else is long. */
const MAX_LINE = 64 * 1024 * 1024;

/** Cuts the standard error of buildx into events. A chunk may end inside a line and inside a character. */
export class ProgressReader {
  readonly #onEvent: (event: ProgressEvent) => void;
  readonly #decoder = new StringDecoder('utf8');
  readonly #logDecoders = new Map<string, StringDecoder>();
  #parts: string[] = [];
  #length = 0;

  constructor(onEvent: (event: ProgressEvent) => void) {
    this.#onEvent = onEvent;
  }

  push(chunk: Uint8Array): void {
    this.#add(this.#decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
  }

  /** What was left of the last line becomes an event too. */
  end(): void {
    this.#add(`${this.#decoder.end()}\n`);
    for (const [key, decoder] of this.#logDecoders) {
      const text = decoder.end();
      const stream = key.startsWith('stderr ') ? 'stderr' : 'stdout';
      if (text !== '') this.#onEvent({ kind: 'log', step: key.slice(stream.length + 1), stream, text });
    }
    this.#logDecoders.clear();
  }

  #add(text: string): void {
    const lines = text.split('\n');
    const last = lines.pop() ?? '';
    for (const line of lines) {
      this.#keep(line);
      const whole = this.#length > MAX_LINE ? '' : this.#parts.join('').replace(/\r$/, '');
      this.#parts = [];
      this.#length = 0;
      this.#emit(whole);
    }
    this.#keep(last);
  }

  #keep(part: string): void {
    this.#length += part.length;
    if (this.#length > MAX_LINE) this.#parts = [];
    else if (part !== '') this.#parts.push(part);
  }

  #emit(line: string): void {
    for (const event of readProgressLine(line)) {
      if (event.kind !== 'raw-log') {
        this.#onEvent(event);
        continue;
      }
      const key = `${event.stream} ${event.step}`;
      const decoder = this.#logDecoders.get(key) ?? new StringDecoder('utf8');
      this.#logDecoders.set(key, decoder);
      const text = decoder.write(Buffer.from(event.bytes));
      if (text !== '') this.#onEvent({ kind: 'log', step: event.step, stream: event.stream, text });
    }
  }
}
