import type { Fix } from '../../findings/fix/fix.ts';
import { isUnprovenRule } from '../../findings/fix/unproven-rules.ts';
import type { ExaminedImage } from '../weigh/examine.ts';

export function needsProof({ findings }: Fix): boolean {
  return findings.some(({ rule }) => isUnprovenRule(rule));
}

/** The image with such fixes in words: for who builds none of them. */
export function withoutUnproven(image: ExaminedImage): ExaminedImage {
  const findings = image.findings.map(finding =>
    isUnprovenRule(finding.rule) ? { ...finding, edits: [] } : finding,
  );
  return { ...image, findings, fixes: image.fixes.filter(({ fix }) => !needsProof(fix)) };
}
