import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { DOCUMENT_LIMIT } from '../oci/parse-json.ts';
import { chunksOf } from './message-chunks.ts';

/** A document, whole; one that is too large is cut off just beyond the limit, for whoever parses it to refuse. */
export async function bodyOf(message: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of chunksOf(message)) {
    length += chunk.length;
    chunks.push(chunk);
    if (length > DOCUMENT_LIMIT) break;
  }
  message.destroy();
  return Buffer.concat(chunks);
}
