import { sha256 } from '../../base/digest.ts';
import { DeadweightError, sentenceOf } from '../../base/errors.ts';
import type { NoticeSink } from '../../base/notice.ts';
import { quote } from '../../base/untrusted-text.ts';
import { NoAnswer, type RestAccess } from '../bounded-request.ts';
import { matchesGlob } from './artifact-name.ts';
import { downloadZip, listRunArtifacts, type RunArtifact } from './run-artifacts.ts';
import { readZipTexts } from './zip-reader.ts';

/** What an artifact held. Everything in it is as hostile as the pull request that made it. */
interface DownloadedArtifact {
  readonly id: number;
  readonly name: string;
  /** Texts by their names in the archive. */
  readonly texts: ReadonlyMap<string, string>;
}

/** More than these of one run are not read: a comment could not show them. */
const MAX_ARTIFACTS = 100;
/** Bytes of one zip. */
const MAX_ZIP_BYTES = 16 * 1024 * 1024;
/** Entries of one zip: a report and its texts. */
const MAX_FILES = 16;
/** Bytes of all texts together, that are kept in memory. */
const MAX_TEXT_BYTES = 128 * 1024 * 1024;
/** Milliseconds for all of it. */
const MAX_TIME = 120_000;

/**
 * The artifacts of a run whose names match. One that cannot be read is a notice, and the others are still read, unless
 * nobody answers.
 * @param pattern `*` and `?`, as `deadweight-report-*`
 * @throws DeadweightError `github-request-failed` when they cannot be listed
 */
export async function downloadReports(
  access: RestAccess,
  runId: number,
  pattern: string,
  notice: NoticeSink,
): Promise<readonly DownloadedArtifact[]> {
  const signal = AbortSignal.timeout(MAX_TIME);
  const all = await listRunArtifacts(access, runId, signal);
  const matching = all.filter(({ name }) => matchesGlob(name, pattern)).toSorted((a, b) => byName(a, b));
  if (matching.length > MAX_ARTIFACTS) {
    notice({
      code: 'artifacts-left-out',
      message: `${matching.length} artifacts match ${pattern}; the first ${MAX_ARTIFACTS} were read.`,
    });
  }
  const downloaded: DownloadedArtifact[] = [];
  let left = MAX_TEXT_BYTES;
  for (const artifact of matching.slice(0, MAX_ARTIFACTS)) {
    try {
      const zip = await fetchZip(access, artifact, signal);
      const texts = await readZipTexts(zip, { maxFiles: MAX_FILES, maxBytes: left });
      for (const text of texts.values()) left -= Buffer.byteLength(text);
      downloaded.push({ id: artifact.id, name: artifact.name, texts });
    } catch (error) {
      notice({
        code: 'artifact-refused',
        message: `${sentenceOf(error)} (Artifact ${quote(artifact.name)}.)`,
      });
      // The others would cost as long.
      if (error instanceof NoAnswer) break;
    }
  }
  return downloaded;
}

async function fetchZip(access: RestAccess, artifact: RunArtifact, signal: AbortSignal): Promise<Buffer> {
  if (artifact.expired) {
    throw refused('it has expired', 'Run the workflow that made it again, or keep its artifacts longer.');
  }
  if (artifact.size > MAX_ZIP_BYTES)
    throw refused(`it has ${artifact.size} bytes`, 'Upload the report alone.');
  const zip = await downloadZip(access, artifact.id, MAX_ZIP_BYTES, signal);
  if (artifact.digest !== null && sha256(zip) !== artifact.digest) {
    throw refused('its bytes do not match its digest', 'Run the job again.');
  }
  return zip;
}

function refused(why: string, remedy: string): DeadweightError {
  return new DeadweightError('input-corrupt', { message: `An artifact was not read: ${why}.`, remedy });
}

function byName(a: RunArtifact, b: RunArtifact): number {
  return a.name < b.name ? -1 : 1;
}
