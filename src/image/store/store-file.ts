import type { Buffer } from 'node:buffer';
import type { z } from 'zod';
import { DeadweightError, messageOf, systemErrorCode, systemReason } from '../../base/errors.ts';
import { FileTooLarge, readInputFile, UnfitFile } from '../../base/input-file.ts';
import { ExcessiveJson, parseBoundedJson } from '../../base/json-shape.ts';
import { printable } from '../../base/untrusted-text.ts';

/**
 * Bytes of a list of images or of layers. A layer has five hundred of them and thirty-odd values: this is a store of a
 * quarter of a million layers.
 */
const MAX_LIST = 128 * 1024 * 1024;
const MAX_LIST_VALUES = 10_000_000;

/**
 * A file of a store, whole; null where there is none.
 * @param maxBytes bytes that such a file may have
 * @throws DeadweightError `permission-denied`, `limit-exceeded`, `input-corrupt`
 */
export function readStoreFile(path: string, maxBytes: number): Buffer | null {
  try {
    return readInputFile(path, { maxBytes });
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(systemErrorCode(cause) ?? '')) return null;
    if (cause instanceof FileTooLarge) throw fileTooLarge(path, cause.message, cause);
    if (cause instanceof UnfitFile) throw fileDamaged(path, `cannot be read: ${cause.message}`, cause);
    throw storeUnreadable(path, cause);
  }
}

/**
 * A list of a store (its images, its layers), which may be longer than any document of an image; null where there is none.
 * @throws DeadweightError as `readStoreFile`
 */
export function readStoreList<T>(path: string, schema: z.ZodType<readonly T[]>): readonly T[] | null {
  const bytes = readStoreFile(path, MAX_LIST);
  if (bytes === null) return null;
  if (bytes.length === 0) return [];
  const parsed = schema.safeParse(parseList(bytes, path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue && issue.path.length > 0 ? ` at ${printable(issue.path.map(String).join('.'))}` : '';
  throw fileDamaged(path, `is not valid${where}: ${printable(issue?.message ?? 'it has another shape')}`);
}

function parseList(bytes: Uint8Array, path: string): unknown {
  try {
    return parseBoundedJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes), MAX_LIST_VALUES);
  } catch (cause) {
    if (cause instanceof ExcessiveJson) throw fileTooLarge(path, `it ${cause.message}`, cause);
    throw fileDamaged(path, `is not JSON: ${printable(messageOf(cause))}`, cause);
  }
}

/** @param path of something in a store that this user may not read */
export function storeUnreadable(path: string, cause: unknown): DeadweightError {
  return new DeadweightError('permission-denied', {
    message: `${printable(path)} of the store cannot be read: ${systemReason(cause)}.`,
    remedy:
      'Run it as the user whose store it is, as root, or in podman unshare; or run podman save NAME | deadweight inspect -',
    cause,
  });
}

function fileTooLarge(path: string, why: string, cause: unknown): DeadweightError {
  return new DeadweightError('limit-exceeded', {
    message: `${printable(path)} of podman's store is larger than what is read: ${why}.`,
    remedy:
      'Run podman save NAME | deadweight inspect - instead, or remove unused images with podman image prune.',
    cause,
  });
}

function fileDamaged(path: string, what: string, cause?: unknown): DeadweightError {
  return new DeadweightError('input-corrupt', {
    message: `${printable(path)} of podman's store ${what}.`,
    remedy: 'Run podman save NAME | deadweight inspect - instead, and see whether podman can read it.',
    cause,
  });
}
