import type { z } from 'zod';
import { DeadweightError, messageOf } from '../base/errors.ts';
import { excessOfJson } from '../base/json-shape.ts';
import { printable } from '../base/untrusted-text.ts';

/** Documents of an image (manifest, index, config) may not be larger; registries refuse manifests over 4 MiB. Bytes. */
export const MAX_DOCUMENT = 16 * 1024 * 1024;

/**
 * Reads a JSON document of an image.
 * @param place what it is and where, as a subject of a sentence: `The manifest blobs/sha256/ab… of app.tar`
 * @throws DeadweightError `limit-exceeded` when it is too large, `input-corrupt` when it is no JSON or not of the schema.
 */
export function parseJson<T>(bytes: Uint8Array, schema: z.ZodType<T>, place: string): T {
  if (bytes.length > MAX_DOCUMENT) throw documentTooLarge(place, bytes.length);
  const excess = excessOfJson(bytes);
  if (excess !== null) throw excessiveDocument(place, excess);
  const parsed = schema.safeParse(decode(bytes, place));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue && issue.path.length > 0 ? ` at ${printable(issue.path.map(String).join('.'))}` : '';
  throw corrupt(place, `is not valid${where}: ${printable(issue?.message ?? 'it has another shape')}`);
}

/** The error for a document over MAX_DOCUMENT, for those who know its size before they read it. */
export function documentTooLarge(place: string, bytes: number): DeadweightError {
  return new DeadweightError('limit-exceeded', {
    message: `${place} has ${bytes} bytes; at most ${MAX_DOCUMENT} are allowed.`,
    remedy: 'Check that the file is the image you mean; write it again with the tool that made it.',
  });
}

function excessiveDocument(place: string, excess: string): DeadweightError {
  return new DeadweightError('limit-exceeded', {
    message: `${place} ${excess}.`,
    remedy: 'Check where the image comes from: no tool writes such a document.',
  });
}

function decode(bytes: Uint8Array, place: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw corrupt(place, `is not JSON: ${printable(messageOf(cause))}`, cause);
  }
}

function corrupt(place: string, what: string, cause?: unknown): DeadweightError {
  return new DeadweightError('input-corrupt', {
    message: `${place} ${what}.`,
    remedy: 'Write the image again with the tool that made it (docker save, skopeo copy, buildx --output).',
    cause,
  });
}
