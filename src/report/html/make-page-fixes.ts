import { code, type Phrase, phrase } from '../../base/phrase.ts';
import type { Dockerfile } from '../../dockerfile/dockerfile.ts';
import { findFixProblem } from '../../findings/fix/fix-problem.ts';
import { isUnprovenRule } from '../../findings/fix/unproven-rules.ts';
import { ruleAddress } from '../../findings/rule-address.ts';
import { ignoredSentence } from '../ignored-findings.ts';
import { MAX_FINDINGS, type Report, type ReportFinding } from '../report.ts';
import { editsPhrase } from '../sentences/edit-phrase.ts';
import { distinctParts, findingParts, fixesSentence, lineOf, ruleAside } from '../sentences/finding-line.ts';
import { BY_HAND, NEEDS_PROOF, noEditAside, UNPROVEN_REASON } from '../sentences/unmade-phrase.ts';
import type { PageFinding, PageFixes } from './page-details.ts';

/**
 * The findings in the sentences that all reports have of them.
 * @param dockerfiles those whose text is there
 */
export function makePageFixes(report: Report, dockerfiles: readonly Dockerfile[]): PageFixes {
  const { findings, combinedPatches = [], savings, image } = report;
  const shown = findings.slice(0, MAX_FINDINGS);
  const parts = distinctParts(shown);
  // Where no finding has edits, they may have been left out, and then nothing tells why.
  const texts = findings.some(({ edits }) => edits.length > 0) ? dockerfiles : [];
  return {
    summary: fixesSentence(report),
    findings: shown.map((finding, index) =>
      makeFinding(finding, parts[index] ?? findingParts(finding), texts),
    ),
    combinedPatches: combinedPatches.filter(({ findings: all }) => all.every(index => index < shown.length)),
    bytes: savings.bytes,
    editBytes: shown.length === findings.length ? (savings.editBytes ?? null) : null,
    size: image.size,
    ignored: ignoredSentence(report),
  };
}

function makeFinding(
  finding: ReportFinding,
  parts: ReturnType<typeof findingParts>,
  dockerfiles: readonly Dockerfile[],
): PageFinding {
  const { rule, severity, location, evidence, saving, edits, patch = null } = finding;
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
    hasEdits: edits.length > 0,
    remark: remarkOf(finding, dockerfiles),
  };
}

function remarkOf(finding: ReportFinding, dockerfiles: readonly Dockerfile[]): Phrase | null {
  const { rule, saving, edits, patch = null, location } = finding;
  const command = code('deadweight fix');
  if (isUnprovenRule(rule) && saving?.basis !== 'proven')
    return phrase`${command} ${NEEDS_PROOF}. ${UNPROVEN_REASON}`;
  if (patch !== null) return null;
  if (edits.length > 0 && location !== null) return phrase`${command}: ${editsPhrase(edits, location.file)}`;
  const dockerfile = dockerfiles.find(({ file }) => location === null || file === location.file);
  const isTold = dockerfile !== undefined && (saving?.bytes ?? 0) > 0;
  const problem = isTold ? findFixProblem(dockerfile, finding) : null;
  return phrase`${BY_HAND}${noEditAside(problem)}`;
}
