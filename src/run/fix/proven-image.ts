import type { Notice } from '../../base/notice.ts';
import { type DockerfileEdit, editKey, editsKey } from '../../dockerfile/edit/dockerfile-edit.ts';
import type { FoundFinding } from '../../findings/finding.ts';
import type { FixableFiles } from '../../findings/fix/patch.ts';
import type { ExaminedImage } from '../weigh/examine.ts';
import { type FixOutcome, type JudgedFix, type JudgedFixes, predictFixes } from './proof.ts';

/** A proof holds when it is this near to what was predicted. Share, bytes. */
const NEAR_SHARE = 0.01;
const NEAR_BYTES = 100_000;

/** The image with what became of its fixes: proven savings are what was measured, and dropped fixes are none. */
export function recordProofs(image: ExaminedImage, { fixes }: JudgedFixes): ExaminedImage {
  const judged = new Map(fixes.map(each => [editsKey(each.fix.edits), each]));
  // A finding whose edits are a part of a fix stands and falls with it.
  const judgedOf = (finding: FoundFinding): JudgedFix | undefined =>
    judged.get(editsKey(finding.edits)) ?? fixes.find(({ fix }) => isPartOf(finding.edits, fix.edits));
  return {
    ...image,
    findings: image.findings.map(finding => provenFinding(finding, judgedOf(finding))),
    notices: [...image.notices, ...fixes.flatMap(each => droppedNotice(each))],
  };
}

function isPartOf(part: readonly DockerfileEdit[], whole: readonly DockerfileEdit[]): boolean {
  const keys = new Set(whole.map(editKey));
  return part.length > 0 && part.every(edit => keys.has(editKey(edit)));
}

/** The image without edits that its files do not take, alone or with the others: none is promised that nobody can make. */
export function withoutRefused(image: ExaminedImage, files: FixableFiles): ExaminedImage {
  return recordProofs(image, predictFixes({ files, fixes: image.fixes.map(({ fix }) => fix) }));
}

/** The image with its fixes in words only. */
export function withoutEdits(image: ExaminedImage): ExaminedImage {
  const findings = image.findings.map(finding => ({ ...finding, edits: [] }));
  return { ...image, findings, fixes: [] };
}

function provenFinding(finding: FoundFinding, judged: JudgedFix | undefined): FoundFinding {
  const { saving } = finding;
  if (judged === undefined || saving === null) return finding;
  const { fix, outcome } = judged;
  switch (outcome.kind) {
    case 'predicted':
      return finding;
    case 'dropped':
      return { ...finding, edits: [] };
    case 'proven': {
      // Of a fix that mends several, only the sum was measured.
      const isAlone = fix.findings.length === 1;
      if (!isAlone)
        return isNear(fix.bytes, outcome) ? { ...finding, saving: { ...saving, basis: 'proven' } } : finding;
      const compressedBytes = outcome.compressedBytes ?? saving.compressedBytes;
      return { ...finding, saving: { ...saving, bytes: outcome.bytes, compressedBytes, basis: 'proven' } };
    }
  }
}

function isNear(predicted: number, { bytes }: Extract<FixOutcome, { readonly kind: 'proven' }>): boolean {
  return Math.abs(predicted - bytes) <= Math.max(NEAR_BYTES, bytes * NEAR_SHARE);
}

function droppedNotice({ fix, outcome }: JudgedFix): readonly Notice[] {
  if (outcome.kind !== 'dropped') return [];
  const [finding] = fix.findings;
  const where = finding?.location ? ` at ${finding.location.file}:${finding.location.startLine}` : '';
  return [
    {
      code: 'fix-dropped',
      message: `A fix${where} (${finding?.rule ?? 'unknown'}) ${outcome.why === 'refused' ? 'cannot be made' : 'does not hold'}: ${outcome.reason}`,
    },
  ];
}
