import { statSync } from 'node:fs';
import { DeadweightError } from '../base/errors.ts';
import { printable } from '../base/untrusted-text.ts';
import { imagePath } from '../image/image-identity.ts';
import { type OptionValues, reportPaths } from '../run/config/options.ts';

/**
 * A new snapshot may take the place of the old one that it was compared with.
 * @param inputs images and snapshots, as the user wrote them
 * @throws DeadweightError `usage` for a report in place of the archive that it is about
 */
export function refuseOverwriting(inputs: readonly string[], options: OptionValues): void {
  const { snapshot } = options;
  const outputs = reportPaths(options).filter(path => path !== '-');
  if (outputs.length === 0) return;
  const read = new Set(inputs.flatMap(text => [fileId(text), fileId(imagePath(text))]));
  for (const output of outputs) {
    const id = fileId(output);
    if (id === null || !read.has(id) || (output === snapshot && output.endsWith('.json'))) continue;
    throw new DeadweightError('usage', {
      message: `${printable(output)} is read, and a report is to be written over it.`,
      remedy: 'Give the report another file.',
    });
  }
}

/** Which regular file a path leads to, through whatever links; null where there is none. */
function fileId(path: string | null): string | null {
  const stats = path === null ? undefined : statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() ? `${stats.dev} ${stats.ino}` : null;
}
