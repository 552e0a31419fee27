import type { FailureReport } from '../../src/report/failure.ts';

/** A build that failed in a pull request. */
export function failedReport(error: Partial<FailureReport['error']> = {}): FailureReport {
  return {
    schemaVersion: 2,
    kind: 'failure',
    generatedAt: '2026-01-01T00:00:00.000Z',
    tool: { name: 'deadweight', version: '1.2.3' },
    key: 'app:linux/amd64',
    title: 'app',
    platforms: ['linux/amd64'],
    context: {
      commit: 'def5678a9b0c1d2e3f405162738495a6b7c8d9e0',
      repositoryUrl: 'https://github.com/acme/app',
      runUrl: 'https://github.com/acme/app/actions/runs/170251',
    },
    error: {
      code: 'build-failed',
      message:
        'The build failed at Dockerfile:3 (RUN make): process "/bin/sh -c make" did not complete: exit code: 2',
      remedy: 'Correct the command of that step.',
      excerpt: ['cc -o app main.c', "main.c:3:1: error: unknown type name 'int3'", 'make: *** [app] Error 1'],
      location: { file: 'Dockerfile', startLine: 3, endLine: 4 },
      ...error,
    },
  };
}
