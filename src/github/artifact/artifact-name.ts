import { createHash } from 'node:crypto';

/** What every name of a report artifact starts with. */
export const REPORT_ARTIFACT_PREFIX = 'deadweight-report-';
/** All reports of a run. */
export const REPORT_ARTIFACT_GLOB = `${REPORT_ARTIFACT_PREFIX}*`;

const READABLE = 100;

/**
 * The name of the artifact of one report: its key (image, target and platform) with the characters replaced that an
 * artifact may not have in its name. Different keys have different names: legs of a matrix must not meet.
 */
export function reportArtifactName(key: string): string {
  const readable = key
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, READABLE);
  const identity = createHash('sha256').update(key).digest('hex').slice(0, 8);
  return `${REPORT_ARTIFACT_PREFIX}${readable ? `${readable}-` : ''}${identity}`;
}
