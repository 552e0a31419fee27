import { failingFindings } from './failing-findings.ts';
import type { Report } from './report.ts';

const WAIVED = 'budgets-waived';

/** The report with its failed budgets let pass for once: the verdict is at most a warning, and a notice says why. */
export function waivedReport(report: Report, label: string): Report {
  if (report.verdict !== 'fail') return report;
  const what = failingFindings(report).length > 0 ? 'the budgets and fail-on' : 'the budgets';
  const message = `The label "${label}" waives ${what} for this pull request.`;
  return { ...report, verdict: 'warn', notices: [{ code: WAIVED, message }, ...report.notices] };
}

/** Whether a budget or a finding failed and the verdict does not. */
export function isWaived(report: Report): boolean {
  const { budgets, verdict } = report;
  const failed =
    budgets.some(({ fail }) => fail?.status === 'exceeded') || failingFindings(report).length > 0;
  return verdict !== 'fail' && failed;
}
