import type { Report } from '../../src/report/report.ts';
import { at, failing } from './reports.ts';

/** The Dockerfile of the patched report, line by line. */
export const DOCKERFILE_LINES = [
  'FROM debian:bookworm',
  'RUN apt-get update && \\',
  '    apt-get install -y --no-install-recommends build-essential curl ca-certificates',
  'RUN make -C /src install',
  'RUN rm -rf /var/lib/apt/lists/* /src',
  'COPY --chown=app:app . /app',
  'RUN chmod -R a+x /app/bin # ```',
  'CMD app',
];

type Finding = Report['findings'][number];
type Patch = NonNullable<Finding['patch']>;

const LISTS: Patch = {
  file: 'Dockerfile',
  startLine: 3,
  before: DOCKERFILE_LINES.slice(2, 3),
  after: [
    '    apt-get install -y --no-install-recommends build-essential curl ca-certificates && \\',
    '    rm -rf /var/lib/apt/lists/*',
  ],
};

const DOCS: Patch = {
  ...{ file: 'Dockerfile', startLine: 3, before: DOCKERFILE_LINES.slice(2, 3) },
  after: [
    '    apt-get install -y --no-install-recommends build-essential curl ca-certificates && \\',
    '    rm -rf /usr/share/doc',
  ],
};

const BOTH: Patch = {
  ...{ file: 'Dockerfile', startLine: 3, before: DOCKERFILE_LINES.slice(2, 3) },
  after: [
    '    apt-get install -y --no-install-recommends build-essential curl ca-certificates && \\',
    '    rm -rf /var/lib/apt/lists/* && \\',
    '    rm -rf /usr/share/doc',
  ],
};

const MODE: Patch = {
  ...{ file: 'Dockerfile', startLine: 6 },
  before: DOCKERFILE_LINES.slice(5, 7),
  after: ['COPY --chown=app:app --chmod=755 . /app'],
};

/** Four findings: two whose fixes meet on one line, one proven fix of its own, and one without a fix. */
export function patched(): Report {
  const report = failing();
  const [lists, other] = report.findings as [Finding, Finding];
  const saving = (bytes: number) => ({ bytes, addedBytes: bytes, compressedBytes: null });
  const docs: Finding = {
    ...{ ...other, rule: 'kept-documentation', related: null, location: lists.location },
    evidence: { ...other.evidence, paths: [{ path: 'usr/share/doc/', bytes: 2_800_000 }] },
    edits: [{ kind: 'append-command', line: 2, command: 'rm -rf /usr/share/doc' }],
    patch: DOCS,
  };
  const mode: Finding = {
    ...{ ...lists, rule: 'metadata-only-copy', patch: MODE },
    args: { ...lists.args, what: null, whatBytes: 0, copiedFromBase: false },
    location: at(6, DOCKERFILE_LINES[5] ?? ''),
    related: at(7, DOCKERFILE_LINES[6] ?? ''),
    evidence: { layers: [4, 5], paths: [{ path: 'app/bin/', bytes: 600_000 }], fileCount: 9, bytes: 600_000 },
    saving: { ...saving(600_000), compressedBytes: 200_000, basis: 'proven' },
    edits: [
      { kind: 'add-flag', line: 6, flag: '--chmod=755' },
      { kind: 'replace-command', line: 7, index: 0, command: null },
    ],
  };
  return {
    ...report,
    build: report.build && { ...report.build, cacheBreak: null, warnings: [] },
    findings: [
      {
        ...{ ...lists, patch: LISTS },
        edits: [{ kind: 'append-command', line: 2, command: 'rm -rf /var/lib/apt/lists/*' }],
      },
      docs,
      { ...other, patch: null },
      mode,
    ],
    combinedPatches: [{ findings: [0, 1], patch: BOTH }],
    savings: { bytes: 23_812_345 },
  };
}
