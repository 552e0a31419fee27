import { DeadweightError } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { formatPlatform, parsePlatform } from '../../base/platform.ts';
import type { BuildInputs } from '../../build/build-inputs.ts';
import { reportArtifactName } from '../../github/artifact/artifact-name.ts';
import { type UploadContext, uploadReport } from '../../github/artifact/report-upload.ts';
import type { FailureReport, ReportContext } from '../../report/failure.ts';
import { renderJson } from '../../report/json.ts';
import { renderMarkdown } from '../../report/markdown/render-markdown.ts';
import { REPORT_VERSION, type Report } from '../../report/report.ts';
import type { Environment } from '../environment.ts';
import { VERSION } from '../version.ts';
import { imageNameOf } from '../weigh/image-name.ts';

/** Hands reports over to the job that comments, one artifact each. What fails is a notice. */
export async function handOver(
  reports: readonly Report[],
  environment: Environment,
): Promise<readonly Notice[]> {
  const notices: Notice[] = [];
  for (const report of reports) {
    const texts = { json: renderJson(report), markdown: renderMarkdown(report) };
    await uploadReport(
      { name: reportArtifactName(report.key), ...texts, retentionDays: null },
      uploadContext(environment, notices),
    );
  }
  return notices;
}

/** The same for a build that failed: who comments should not have to guess. */
export async function handOverFailure(
  failure: FailureReport,
  environment: Environment,
): Promise<readonly Notice[]> {
  const notices: Notice[] = [];
  const json = `${JSON.stringify(failure, null, 2)}\n`;
  await uploadReport(
    { name: reportArtifactName(failure.key), json, markdown: null, retentionDays: null },
    uploadContext(environment, notices),
  );
  return notices;
}

function uploadContext({ temporaryDir, log }: Environment, notices: Notice[]): UploadContext {
  return { temporaryDir, log, notice: told => void notices.push(told) };
}

export interface FailedBuild {
  readonly inputs: BuildInputs;
  /** What was to be weighed instead of a build. */
  readonly image: string | null;
  readonly title: string | null;
  readonly context: ReportContext;
}

/** What is known of an image that could not be weighed; its key is that of the report that it does not have. */
export function failureReport(
  error: unknown,
  { inputs, image, title, context }: FailedBuild,
  environment: Environment,
): FailureReport {
  const name =
    image === null
      ? imageNameOf(inputs, title, environment.cwd)
      : { title: title ?? image, key: title ?? image };
  const platforms = inputs.platforms.map(spelled);
  const wanted = platforms.length > 0 ? platforms.join('+') : formatPlatform(environment.hostPlatform);
  const { code, message } =
    error instanceof DeadweightError ? error : { code: 'bug', message: 'Deadweight has a bug; see its log.' };
  return {
    ...{ schemaVersion: REPORT_VERSION, kind: 'failure', tool: { name: 'deadweight', version: VERSION } },
    generatedAt: new Date(environment.clock.now()).toISOString(),
    key: [name.key, inputs.target || null, wanted].filter(part => part !== null).join(':'),
    title: name.title,
    platforms,
    context,
    error: { code, message: message.slice(0, 2000) },
  };
}

function spelled(platform: string): string {
  try {
    return formatPlatform(parsePlatform(platform));
  } catch {
    return platform;
  }
}
