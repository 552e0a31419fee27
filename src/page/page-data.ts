import type { FileTable } from '../report/html/file-table.ts';
import { unpackTable } from '../report/html/packed-table.ts';
import type { PageDocument } from '../report/html/page-document.ts';
import { pause, runInSlices } from './pause.ts';

/** @returns null where the page has no such data */
export async function readDocument(): Promise<PageDocument | null> {
  const bytes = await readData('document');
  if (bytes === null) return null;
  const read: PageDocument = JSON.parse(new TextDecoder().decode(bytes));
  return read;
}

/** The files of the image; null where the page was made without them. */
export async function readFileTable(): Promise<FileTable | null> {
  const bytes = await readData('files');
  return bytes === null ? null : runInSlices(unpackTable(bytes));
}

/** Characters of base64 that are read at once: whole groups of four. */
const SLICE_LENGTH = 1 << 18;

/** Unpacks an element's data. The element is emptied: nobody reads it twice. */
async function readData(name: string): Promise<Uint8Array | null> {
  const source = document.getElementById(`data-${name}`);
  if (source === null) return null;
  const text = (source.textContent ?? '').trim();
  source.remove();
  const inflater = new DecompressionStream('deflate-raw');
  const written = writeSlices(text, inflater.writable.getWriter());
  const [bytes] = await Promise.all([readWhole(inflater.readable), written]);
  return bytes;
}

async function writeSlices(text: string, writer: WritableStreamDefaultWriter<BufferSource>): Promise<void> {
  for (let start = 0; start < text.length; start += SLICE_LENGTH) {
    const characters = atob(text.slice(start, start + SLICE_LENGTH));
    const bytes = new Uint8Array(characters.length);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = characters.charCodeAt(at);
    await writer.write(bytes);
    await pause();
  }
  await writer.close();
}

async function readWhole(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    chunks.push(read.value);
    length += read.value.length;
    // Chunks may come without end in one task.
    if (chunks.length % 16 === 0) await pause();
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
