import { downloadReports } from '../../github/artifact/report-download.ts';
import { REPORT_JSON } from '../../github/artifact/report-upload.ts';
import type { RestAccess } from '../../github/bounded-request.ts';
import type { Received, Refused } from './received-report.ts';
import { reportFiles } from './report-files.ts';

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
export async function receivedReports(sources: ReportSources): Promise<readonly (Received | Refused)[]> {
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
