import type { Notice } from '../../base/notice.ts';
import { reportArtifactName } from '../../github/artifact/artifact-name.ts';
import { type UploadContext, uploadReport } from '../../github/artifact/report-upload.ts';
import type { FailureReport } from '../../report/failure.ts';
import { renderJson } from '../../report/json.ts';
import { renderMarkdown } from '../../report/markdown/render-markdown.ts';
import type { Report } from '../../report/report.ts';

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
  for (const [index, upload] of uploads.entries()) {
    const { isUnanswered } = await uploadReport({ ...upload, retentionDays: null }, { ...context, notice });
    if (!isUnanswered) continue;
    const left = uploads.slice(index + 1).map(({ name }) => name);
    if (left.length === 0) break;
    notice({
      code: 'artifact-not-written',
      message: `The service of artifacts does not answer, so that ${left.join(', ')} were not uploaded either.`,
    });
    break;
  }
  return notices;
}
