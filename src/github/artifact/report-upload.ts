import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { UploadArtifactOptions } from '@actions/artifact';
import type { Log } from '../../base/effects.ts';
import { messageOf } from '../../base/errors.ts';
import type { NoticeSink } from '../../base/notice.ts';

/** Names inside the artifact. */
export const REPORT_JSON = 'report.json';
const REPORT_MARKDOWN = 'report.md';

interface ReportUpload {
  /** See `reportArtifactName`. */
  readonly name: string;
  readonly json: string;
  /** null uploads the JSON alone. */
  readonly markdown: string | null;
  /** null keeps it as long as the repository says. */
  readonly retentionDays: number | null;
}

export interface UploadContext {
  readonly temporaryDir: string;
  readonly log: Log;
  readonly notice: NoticeSink;
  /** Milliseconds, 10,000 when absent. @actions/artifact alone would go on for minutes. */
  readonly timeoutMs?: number;
}

interface UploadedReport {
  /** Of the artifact; null where there is none. */
  readonly id: number | null;
  /** Whether the service did not answer in time: another report would wait as long. */
  readonly isUnanswered: boolean;
}

/** Milliseconds: a report is a few hundred kilobytes. */
const MAX_WAIT = 10_000;

/** Uploads a report as an artifact of the current run. A failure is a notice: the report is in the summary anyway. */
export async function uploadReport(upload: ReportUpload, context: UploadContext): Promise<UploadedReport> {
  let folder: string | null = null;
  try {
    folder = await mkdtemp(join(context.temporaryDir, 'deadweight-report-'));
    const files = await writeFiles(folder, upload);
    const id = await context.log.group(`Uploading the artifact ${upload.name}`, () =>
      send(upload, files, context),
    );
    return { id, isUnanswered: false };
  } catch (error) {
    context.notice({ code: 'artifact-not-written', message: explainUpload(upload.name, messageOf(error)) });
    return { id: null, isUnanswered: error instanceof Unanswered };
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

interface WrittenFiles {
  readonly folder: string;
  readonly paths: readonly string[];
}

async function writeFiles(folder: string, { json, markdown }: ReportUpload): Promise<WrittenFiles> {
  const texts: [string, string][] = [[REPORT_JSON, json]];
  if (markdown !== null) texts.push([REPORT_MARKDOWN, markdown]);
  for (const [name, text] of texts) await writeFile(join(folder, name), text);
  return { folder, paths: texts.map(([name]) => join(folder, name)) };
}

async function send(
  upload: Pick<ReportUpload, 'name' | 'retentionDays'>,
  files: WrittenFiles,
  { timeoutMs = MAX_WAIT }: Pick<UploadContext, 'timeoutMs'>,
  options: UploadArtifactOptions = {},
): Promise<number | null> {
  // A large package: only a run that uploads loads it.
  const { DefaultArtifactClient } = await import('@actions/artifact');
  const client = new DefaultArtifactClient();
  const retention = upload.retentionDays === null ? {} : { retentionDays: upload.retentionDays };
  const sent = client.uploadArtifact(upload.name, [...files.paths], files.folder, {
    ...options,
    ...retention,
  });
  return (await within(timeoutMs, sent)).id ?? null;
}

interface FileUpload extends Pick<ReportUpload, 'name' | 'retentionDays'> {
  /** The folder of the file. */
  readonly folder: string;
  /** Its path. */
  readonly file: string;
  readonly timeoutMs: number;
}

/**
 * Uploads one file as it is, without a ZIP around it.
 * @returns the id of the artifact; null where the service names none
 * @throws Error with what the service says
 */
export function uploadFile({ file, folder, ...upload }: FileUpload): Promise<number | null> {
  return send(upload, { folder, paths: [file] }, upload, { skipArchive: true });
}

class Unanswered extends Error {
  constructor() {
    super('no answer in time');
  }
}

/** The client cannot be stopped: it is left behind, and the entry ends the process when all else is done. */
function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Unanswered()), milliseconds);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** The client's messages are long and advise what does not help here; three of its failures have a remedy. */
export function explainUpload(name: string, reason: string, what = 'report'): string {
  const failure = `The ${what} could not be uploaded as the artifact ${name}`;
  if (/already exists/i.test(reason)) {
    return `${failure}: this run has one of that name. Give each leg of a matrix a \`title\` of its own.`;
  }
  if (/ACTIONS_RUNTIME_TOKEN|ACTIONS_RESULTS_URL/.test(reason)) {
    return `${failure}: the runner lets actions only upload. Use the Action, not a \`run\` step.`;
  }
  if (/GHES/.test(reason))
    return `${failure}: GitHub Enterprise Server has no artifact service of version 4.`;
  return `${failure}: ${reason.slice(0, 300).replace(/\.$/, '')}. Run the job again.`;
}
