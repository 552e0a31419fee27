import { z } from 'zod';
import { lazy } from '../base/lazy.ts';
import { parseJson } from './parse-json.ts';

/** A JSON object of which all is kept, known or not. */
export type JsonDocument = Readonly<Record<string, unknown>>;

const schema = lazy(() => z.record(z.string(), z.unknown()));

/** @throws DeadweightError as `parseJson` */
export function parseJsonDocument(bytes: Uint8Array, place: string): JsonDocument {
  return parseJson(bytes, schema(), place);
}

/** The object that a value is; an empty one for anything else. */
export function jsonObject(value: unknown): JsonDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The list that a value is; an empty one for anything else. */
export function jsonList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
