import type { ImageAnalysis } from '../../src/analysis/image-analysis.ts';
import type { DockerfileEdit } from '../../src/dockerfile/edit/dockerfile-edit.ts';
import { type FoundFinding, predictSaving } from '../../src/findings/finding.ts';
import type { Report } from '../../src/report/report.ts';
import { instructionAt } from '../support/fabricate/instruction.ts';
import { fabricateReport, type ReportSpec } from '../support/fabricate/report.ts';
import { deletedFiles, failingSpec } from './reports.ts';

/** The Dockerfile of the patched report, line by line. */
export const DOCKERFILE_LINES = [
  'FROM debian:bookworm',
  'RUN apt-get update && \\',
  '    apt-get install -y --no-install-recommends build-essential curl ca-certificates',
  'RUN make -C /src install',
  'RUN rm -rf /var/lib/apt/lists/* /src',
  'COPY --chown=app:app . /app',
  "RUN chmod -R a+x /app/bin '/app/```'",
  'CMD app',
];

const appended = (command: string): readonly DockerfileEdit[] => [
  { kind: 'append-command', line: 2, command },
];

/** Four findings: two whose fixes meet on one line, one proven fix of its own, and one without a fix. */
function fixable(analysis: ImageAnalysis): readonly FoundFinding[] {
  const [lists, other] = deletedFiles(analysis);
  if (!lists || !other) throw new TypeError('two instructions write what is deleted');
  const documents: FoundFinding = {
    ...other,
    ...freeing(1, 'usr/share/doc/', 2_810_000, other),
    rule: 'kept-documentation',
    location: lists.location,
    related: null,
    edits: appended('rm -rf /usr/share/doc'),
  };
  const mode: FoundFinding = {
    ...lists,
    ...freeing(4, 'app/bin/', 600_000, lists),
    rule: 'metadata-only-copy',
    args: { ...lists.args, what: null, whatBytes: 0, copiedFromBase: false },
    location: instructionAt(6, DOCKERFILE_LINES[5] ?? ''),
    related: instructionAt(7, DOCKERFILE_LINES[6] ?? ''),
    saving: { ...predictSaving(600_000), compressedBytes: 200_000, basis: 'proven' },
    edits: [
      { kind: 'add-flag', line: 6, flag: '--chmod=755' },
      { kind: 'replace-command', line: 7, index: 0, command: null },
    ],
  };
  return [{ ...lists, edits: appended('rm -rf /var/lib/apt/lists/*') }, documents, other, mode];
}

/** What a finding says that frees one place of a layer. */
function freeing(layer: number, path: string, bytes: number, { evidence }: FoundFinding) {
  return {
    evidence: { ...evidence, layers: [layer], paths: [{ path, bytes }], bytes },
    saving: predictSaving(bytes),
    freed: [{ layer, path, bytes }],
  };
}

export function patchedSpec(): ReportSpec {
  const { build, ...spec } = failingSpec();
  return {
    ...spec,
    find: fixable,
    dockerfile: DOCKERFILE_LINES,
    build: build ? { ...build, cacheBreak: null, warnings: [] } : null,
  };
}

export function patched(): Report {
  return fabricateReport(patchedSpec());
}
