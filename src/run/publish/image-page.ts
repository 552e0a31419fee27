import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { pageArtifactName } from '../../github/artifact/artifact-name.ts';
import { explainUpload, uploadFile } from '../../github/artifact/report-upload.ts';
import { renderHtml } from '../../report/html/render-html.ts';
import type { ReportedImage } from '../weigh/image-report.ts';
import type { HandoverContext } from './handover.ts';

/** A page with all that is known of an image. @param template see `readPageTemplate` */
export function imagePage(image: ReportedImage, withSource: boolean, template: string): string {
  const { report, inventory, dockerfiles } = image;
  return renderHtml(
    { report, inventory: inventory(), dockerfiles: withSource ? dockerfiles() : [] },
    template,
  );
}

/** Milliseconds: a page has some hundred kilobytes, of very large images a few megabytes. */
const MAX_WAIT = 30_000;

export interface UploadedPages {
  /** The images, with the address of their page where there is one. */
  readonly images: readonly ReportedImage[];
  readonly notices: readonly Notice[];
}

/**
 * Uploads a page of each image as an artifact that browsers open. What fails is a notice.
 * @param pages parallel to the images
 * @param runsUrl `https://github.com/owner/name/actions/runs/12`
 */
export async function uploadPages(
  images: readonly ReportedImage[],
  pages: readonly string[],
  runsUrl: string,
  context: HandoverContext,
): Promise<UploadedPages> {
  const folder = await mkdtemp(join(context.temporaryDir, 'deadweight-pages-'));
  const notices: Notice[] = [];
  const uploaded: ReportedImage[] = [];
  try {
    for (const [index, image] of images.entries()) {
      const name = pageArtifactName(image.report.key);
      const file = join(folder, name);
      await writeFile(file, pages[index] ?? '');
      try {
        const timeoutMs = context.timeoutMs ?? MAX_WAIT;
        const id = await context.log.group(`Uploading the page ${name}`, () =>
          uploadFile({ name, folder, file, retentionDays: null, timeoutMs }),
        );
        uploaded.push(id === null ? image : withPageUrl(image, `${runsUrl}/artifacts/${id}`));
      } catch (error) {
        uploaded.push(image);
        notices.push({
          code: 'artifact-not-written',
          message: explainUpload(name, messageOf(error), 'page'),
        });
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
  return { images: uploaded, notices };
}

function withPageUrl(image: ReportedImage, pageUrl: string): ReportedImage {
  const { report } = image;
  return { ...image, report: { ...report, context: { ...report.context, pageUrl } } };
}
