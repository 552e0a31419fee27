import { appendFile, stat } from 'node:fs/promises';
import { messageOf, systemErrorCode } from '../base/errors.ts';
import type { Notice } from '../base/notice.ts';

/** Bytes a step. GitHub drops the whole summary of a step that has more. */
export const MAX_STEP_SUMMARY_BYTES = 1024 * 1024;

/**
 * Appends Markdown to the job summary, after what earlier parts of the step wrote.
 * @param path GITHUB_STEP_SUMMARY
 * @returns null, or a notice `summary-not-written`: never throws for a file that cannot be written.
 */
export async function writeSummary(path: string | undefined, markdown: string): Promise<Notice | null> {
  if (!path) return notWritten('GITHUB_STEP_SUMMARY is not set');
  const text = markdown.endsWith('\n') ? markdown : `${markdown}\n`;
  try {
    const size = (await sizeOf(path)) + Buffer.byteLength(text);
    if (size > MAX_STEP_SUMMARY_BYTES) {
      return notWritten(
        `it would have ${size} bytes, and GitHub drops a summary of more than ${MAX_STEP_SUMMARY_BYTES}`,
      );
    }
    await appendFile(path, text);
    return null;
  } catch (error) {
    return notWritten(messageOf(error));
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return 0;
    throw error;
  }
}

function notWritten(why: string): Notice {
  return { code: 'summary-not-written', message: `The job summary was not written: ${why}.` };
}
