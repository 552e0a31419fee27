import type { Fix } from '../../findings/fix/fix.ts';
import { recommendedPackages } from '../../findings/rules/recommended-packages.ts';
import type { ExaminedImage } from '../weigh/examine.ts';

/** Rules whose edits nobody can tell to be safe without building them. */
const UNPROVEN: ReadonlySet<string> = new Set([recommendedPackages.id]);

export function needsProof({ findings }: Fix): boolean {
  return findings.some(({ rule }) => UNPROVEN.has(rule));
}

/** The image with such fixes in words: for who builds none of them. */
export function withoutUnproven(image: ExaminedImage): ExaminedImage {
  const findings = image.findings.map(finding =>
    UNPROVEN.has(finding.rule) ? { ...finding, edits: [] } : finding,
  );
  return { ...image, findings, fixes: image.fixes.filter(({ fix }) => !needsProof(fix)) };
}
