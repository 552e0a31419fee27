import { phrase } from '../../base/phrase.ts';
import { ruleAddress } from '../../findings/rule-address.ts';
import { ignoredSentence } from '../ignored-findings.ts';
import { MAX_FINDINGS, type Report, type ReportFinding } from '../report.ts';
import { distinctParts, findingParts, fixesSentence, lineOf, ruleAside } from '../sentences/finding-line.ts';
import type { PageFinding, PageFixes } from './page-details.ts';

/** The findings in the sentences that all reports have of them. */
export function makePageFixes(report: Report): PageFixes {
  const { findings, combinedPatches = [], savings, image } = report;
  const shown = findings.slice(0, MAX_FINDINGS);
  const parts = distinctParts(shown);
  return {
    summary: fixesSentence(report),
    findings: shown.map((finding, index) => makeFinding(finding, parts[index] ?? findingParts(finding))),
    combinedPatches: combinedPatches.filter(({ findings: all }) => all.every(index => index < shown.length)),
    bytes: savings.bytes,
    size: image.size,
    ignored: ignoredSentence(report),
  };
}

function makeFinding(finding: ReportFinding, parts: ReturnType<typeof findingParts>): PageFinding {
  const { rule, severity, location, evidence, saving, patch = null } = finding;
  return {
    rule,
    url: ruleAddress(rule),
    severity,
    sentence: phrase`${lineOf(parts)}${ruleAside(finding)}`,
    location: location && { file: location.file, startLine: location.startLine, endLine: location.endLine },
    layers: evidence.layers,
    paths: evidence.paths,
    fileCount: evidence.fileCount,
    saving,
    patch,
  };
}
