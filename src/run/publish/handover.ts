import { DeadweightError } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { formatPlatform, type Platform, parsePlatform } from '../../base/platform.ts';
import type { BuildInputs } from '../../build/build-inputs.ts';
import { reportArtifactName } from '../../github/artifact/artifact-name.ts';
import { type UploadContext, uploadReport } from '../../github/artifact/report-upload.ts';
import type { FailureReport, ReportContext } from '../../report/failure.ts';
import { renderJson } from '../../report/json.ts';
import { renderMarkdown } from '../../report/markdown/render-markdown.ts';
import { REPORT_VERSION, type Report } from '../../report/report.ts';
import { VERSION } from '../version.ts';
import { builtImageName, inspectedImageName, reportKey } from '../weigh/image-name.ts';

export type HandoverContext = Omit<UploadContext, 'notice'>;

/** Hands reports over to the job that comments, one artifact each. What fails is a notice. */
export function handOver(reports: readonly Report[], context: HandoverContext): Promise<readonly Notice[]> {
  const uploads = reports.map(report => ({
    name: reportArtifactName(report.key),
    json: renderJson(report),
    markdown: renderMarkdown(report),
  }));
  return uploadAll(uploads, context);
}

/** Hands over what is known of a build that failed: who comments should not have to guess. */
export function handOverFailure(
  failure: FailureReport,
  context: HandoverContext,
): Promise<readonly Notice[]> {
  const json = `${JSON.stringify(failure, null, 2)}\n`;
  return uploadAll([{ name: reportArtifactName(failure.key), json, markdown: null }], context);
}

async function uploadAll(
  uploads: readonly { readonly name: string; readonly json: string; readonly markdown: string | null }[],
  context: HandoverContext,
): Promise<readonly Notice[]> {
  const notices: Notice[] = [];
  const notice = (one: Notice): void => void notices.push(one);
  for (const upload of uploads)
    await uploadReport({ ...upload, retentionDays: null }, { ...context, notice });
  return notices;
}

export interface FailedBuild {
  readonly inputs: BuildInputs;
  /** What was to be weighed instead of a build. */
  readonly image: string | null;
  readonly title: string | null;
  readonly context: ReportContext;
}

export interface FailureContext {
  readonly cwd: string;
  readonly hostPlatform: Platform;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What is known of an image that could not be weighed; its key is that of the report that it does not have. */
export function failureReport(
  error: unknown,
  { inputs, image, title, context }: FailedBuild,
  { cwd, hostPlatform, now }: FailureContext,
): FailureReport {
  const name = image === null ? builtImageName(inputs, title, cwd) : inspectedImageName(image, title);
  const platforms = inputs.platforms.map(spellPlatform);
  const wanted = platforms.length > 0 ? platforms.join('+') : formatPlatform(hostPlatform);
  const { code, message } =
    error instanceof DeadweightError ? error : { code: 'bug', message: 'Deadweight has a bug; see its log.' };
  return {
    schemaVersion: REPORT_VERSION,
    kind: 'failure',
    tool: { name: 'deadweight', version: VERSION },
    generatedAt: new Date(now).toISOString(),
    key: reportKey(name, inputs.target, wanted),
    title: name.title,
    platforms,
    context,
    error: { code, message: message.slice(0, 2000) },
  };
}

function spellPlatform(platform: string): string {
  try {
    return formatPlatform(parsePlatform(platform));
  } catch {
    return platform;
  }
}
