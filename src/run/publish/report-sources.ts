import { glob, realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { sentenceOf } from '../../base/errors.ts';
import { readInputFile } from '../../base/input-file.ts';
import { pathInside } from '../../base/inside-path.ts';
import { downloadReports } from '../../github/artifact/report-download.ts';
import { REPORT_JSON } from '../../github/artifact/report-upload.ts';
import type { RestAccess } from '../../github/bounded-request.ts';
import { MAX_REPORT_BYTES, type Received, type Refused } from './gathered-reports.ts';

export interface ReportSources {
  /** Globs: with a slash or `.json` at the end of files, else of artifacts. */
  readonly patterns: readonly string[];
  readonly cwd: string;
  /** Where the artifacts are. */
  readonly access: RestAccess;
  readonly runId: number;
}

/**
 * What the patterns name. Of an artifact `report.json` is read and nothing else.
 * @throws DeadweightError `github-request-failed` when the artifacts cannot be listed
 */
export async function receiveReports(sources: ReportSources): Promise<readonly (Received | Refused)[]> {
  const { patterns, cwd, access, runId } = sources;
  const received: (Received | Refused)[] = [];
  const seen = new Set<string>();
  for (const pattern of patterns) {
    const found = isOfFiles(pattern)
      ? await reportFiles(pattern, cwd)
      : await reportArtifacts(access, runId, pattern);
    for (const one of found) {
      // What two patterns name is no second report.
      if ('text' in one && seen.has(one.name)) continue;
      seen.add(one.name);
      received.push(one);
    }
  }
  return received;
}

function isOfFiles(pattern: string): boolean {
  return /[/\\]|\.json$/.test(pattern);
}

async function reportArtifacts(
  access: RestAccess,
  runId: number,
  pattern: string,
): Promise<readonly (Received | Refused)[]> {
  const refused: Refused[] = [];
  const artifacts = await downloadReports(access, runId, pattern, ({ message }) => {
    refused.push({ name: pattern, reason: message });
  });
  return [
    ...artifacts.map(({ name, texts }) => {
      const text = texts.get(REPORT_JSON);
      return text === undefined ? { name, reason: `The artifact has no ${REPORT_JSON}.` } : { name, text };
    }),
    ...refused,
  ];
}

/** More than a comment could show. */
const MAX_FILES = 100;
/** Bytes of all files of a pattern, which are kept in memory. */
const MAX_FILES_BYTES = 128 * 1024 * 1024;

/**
 * The files that a pattern names. What they hold may come from anybody, and so may their names: a link that an
 * artifact brought along is not followed.
 * @param pattern `*`, `?` and `**`, relative to the working directory
 */
async function reportFiles(pattern: string, cwd: string): Promise<readonly (Received | Refused)[]> {
  const paths: string[] = [];
  for await (const path of glob(pattern, { cwd })) paths.push(resolve(cwd, path));
  const shown = paths.toSorted().slice(0, MAX_FILES);
  const read: (Received | Refused)[] = [];
  const folder = resolve(cwd, fixedPart(pattern));
  let left = MAX_FILES_BYTES;
  for (const path of shown) {
    const one = await readReport({ path, folder, cwd, maxBytes: Math.min(left, MAX_REPORT_BYTES) });
    if ('text' in one) left -= Buffer.byteLength(one.text);
    read.push(one);
  }
  if (paths.length > shown.length) {
    read.push({
      name: pattern,
      reason: `${paths.length} files match; the first ${MAX_FILES} were read.`,
    });
  }
  return read;
}

/**
 * Where links are looked for: below the working directory, or below the folders of the pattern that are names when it
 * leads out.
 */
function fixedPart(pattern: string): string {
  if (!isAbsolute(pattern) && !pattern.split(/[/\\]/).includes('..')) return '.';
  const parts = pattern.split(/[/\\]/);
  const end = parts.findIndex(part => /[*?[\]{}()!]/.test(part));
  return parts.slice(0, end < 0 ? parts.length - 1 : end).join('/') || (pattern.startsWith('/') ? '/' : '.');
}

interface ReportFile {
  readonly path: string;
  /** No link below it is followed. */
  readonly folder: string;
  readonly cwd: string;
  readonly maxBytes: number;
}

async function readReport({ path, folder, cwd, maxBytes }: ReportFile): Promise<Received | Refused> {
  const name = relative(cwd, path);
  try {
    const inside = pathInside(folder, path);
    if (inside === null || (await realpath(path)) !== join(await realpath(folder), inside)) {
      throw new Error('it is a link');
    }
    return { name, text: readInputFile(path, { maxBytes, followsLink: false }).toString('utf8') };
  } catch (error) {
    return { name, reason: `The file was not read: ${sentenceOf(error)}` };
  }
}
