import type { Failure } from '../../src/report/failure.ts';
import type { Report } from '../../src/report/report.ts';
import { drift, failing, first, unchanged } from './reports.ts';

export const PLATFORMS = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
] as const;

/** The report as one of an image of this name. */
export function named(
  report: Report,
  title: string,
  platform: Report['image']['platform'] = PLATFORMS[0],
): Report {
  const key = `${title}:${platform.os}/${platform.architecture}`;
  return { ...report, title, key, image: { ...report.image, platform } };
}

/** Four images × two platforms: two fail, two warn, two were never compared, two are unchanged. */
export function matrix(): readonly Report[] {
  const makers: readonly [string, Report][] = [
    ['web', unchanged()],
    ['api', failing()],
    ['batch', { ...drift(), verdict: 'warn' }],
    ['tools', first()],
  ];
  return PLATFORMS.flatMap(platform => makers.map(([title, report]) => named(report, title, platform)));
}

/** A leg of the matrix whose build failed. */
export const FAILED_LEG: Failure = {
  name: 'tools · linux/arm64',
  reason: 'The build failed at Dockerfile:3 (RUN make): exit code: 2.',
};
