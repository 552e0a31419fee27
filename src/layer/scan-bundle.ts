import { Buffer } from 'node:buffer';
import { isByteCount, isRecord, isString } from './json-value.ts';

/** A stored scan by the name of its file. */
export interface BundledScan {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/*
 * Several scans in one file: a line of JSON that lists them, and their bytes one after the other. Each says itself what it is
 * of, and has a checksum.
 */
const VERSION = 1;
const MAX_HEAD = 1024 * 1024;
const NAME = /^[0-9a-f]{64}\.scan$/;

export function bundleScans(scans: readonly BundledScan[]): Uint8Array {
  const list = scans.map(({ name, bytes }) => ({ name, bytes: bytes.length }));
  const head = Buffer.from(`${JSON.stringify({ deadweightScans: VERSION, scans: list })}\n`);
  return Buffer.concat([head, ...scans.map(({ bytes }) => bytes)]);
}

/** @returns null for what is damaged, or something else */
export function unbundleScans(bundle: Uint8Array): readonly BundledScan[] | null {
  const end = bundle.subarray(0, MAX_HEAD).indexOf(0x0a);
  const list = end < 0 ? null : readList(bundle.subarray(0, end));
  if (list === null) return null;
  let at = end + 1;
  const scans = list.map(({ name, length }) => {
    const bytes = bundle.subarray(at, at + length);
    at += length;
    return { name, bytes };
  });
  return at === bundle.length ? scans : null;
}

function readList(head: Uint8Array): readonly { readonly name: string; readonly length: number }[] | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(head).toString('utf8'));
    if (!isRecord(parsed) || parsed['deadweightScans'] !== VERSION || !Array.isArray(parsed['scans']))
      return null;
    const scans: readonly unknown[] = parsed['scans'];
    const list = scans.flatMap(scan => {
      if (!isRecord(scan)) return [];
      const { name, bytes: length } = scan;
      return isString(name) && NAME.test(name) && isByteCount(length) ? [{ name, length }] : [];
    });
    return list.length === scans.length ? list : null;
  } catch {
    return null;
  }
}
