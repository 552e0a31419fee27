import { z } from 'zod';
import { isCommitId } from '../base/commit.ts';
import { parseBoundedJson } from '../base/json-shape.ts';
import { lazy } from '../base/lazy.ts';
import { clip, safeText } from '../base/untrusted-text.ts';

/** Raise it when a name or a meaning changes; adding a field does not. */
export const HISTORY_VERSION = 1;

/**
 * A longer line of a history is not read. UTF-16 code units: our own lines have some five hundred, and the longest, of four
 * names that are escaped all over, less than this.
 */
const MAX_LINE_LENGTH = 16_384;
/** Values of one line, keys counted: a newer version may have more fields than this one. */
const MAX_LINE_VALUES = 200;
/** Characters (code points) of a name that a line holds. */
const MAX_NAME = 300;

const bytes = lazy(() => z.int().min(0));
/** Of code units, of which a code point has at most two. */
const name = lazy(() => z.string().max(2 * MAX_NAME));

const historyLine = lazy(() =>
  z.object({
    version: z.literal(HISTORY_VERSION),
    /** Of the report: image, target and platform. */
    key: name(),
    /** What people call the image. */
    title: name(),
    platform: name(),
    commit: z.string().refine(isCommitId),
    /**
     * When the commit was pushed, by GitHub's clock; by that of the run where it is not known. Earlier versions wrote the date
     * of the commit, which whoever makes it chooses. UTC.
     */
    time: z.iso.datetime(),
    /** The branch that was pushed, without refs/heads/. */
    branch: name(),
    /** `<run id>-<attempt>` */
    run: name(),
    /** The pull request that the commit merged; null where the commit names none. */
    pullRequest: z.int().min(1).nullable(),
    /** Uncompressed bytes of regular files. */
    size: bytes(),
    /** Bytes as a registry holds them; null where they are not known. */
    compressedSize: bytes().nullable(),
    layerCount: z.int().min(0),
    /** Visible bytes / bytes of all layers. */
    efficiency: z.number().min(0).max(1),
    /** Bytes of own layers that the final filesystem does not show. */
    wastedBytes: bytes(),
  }),
);

/** What one run weighed of one image at one commit: a line of a history, as JSON. */
export type HistoryLine = z.infer<ReturnType<typeof historyLine>>;

/** What a line of a history was read as. */
export type LineReading =
  | { readonly kind: 'line'; readonly line: HistoryLine }
  /** A newer Deadweight wrote it: it stays where it is, as it is. */
  | { readonly kind: 'newer'; readonly text: string }
  | { readonly kind: 'unreadable' };

const UNREADABLE: LineReading = { kind: 'unreadable' };

/** Reads a line, which may hold anything. Never throws. */
export function readLine(text: string): LineReading {
  if (text.length > MAX_LINE_LENGTH) return UNREADABLE;
  const value = parsedOf(text);
  if (typeof value !== 'object' || value === null || !('version' in value)) return UNREADABLE;
  const { version } = value;
  if (typeof version !== 'number' || !Number.isSafeInteger(version)) return UNREADABLE;
  if (version > HISTORY_VERSION) return { kind: 'newer', text };
  const { data } = historyLine().safeParse(value);
  return data === undefined ? UNREADABLE : { kind: 'line', line: data };
}

function parsedOf(text: string): unknown {
  try {
    return parseBoundedJson(text, MAX_LINE_VALUES);
  } catch {
    return null;
  }
}

/** A line without its newline: control and invisible characters are escaped, so that it is safe on any screen. */
export function formatLine(line: HistoryLine): string {
  return safeText(JSON.stringify(line), 'json');
}

/** A name as a line has room for it. It is cut before it is escaped, so that no escape is. */
export function lineName(text: string): string {
  return clip(text, MAX_NAME);
}
