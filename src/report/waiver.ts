import type { Report } from './report.ts';

const WAIVED = 'budgets-waived';

/** The report with its failed budgets let pass for once: the verdict is at most a warning, and a notice says why. */
export function waivedReport(report: Report, label: string): Report {
  if (report.verdict !== 'fail') return report;
  const message = `The label "${label}" waives the budgets for this pull request.`;
  return { ...report, verdict: 'warn', notices: [{ code: WAIVED, message }, ...report.notices] };
}

/** Whether a budget failed and the verdict does not. */
export function isWaived({ budgets, verdict }: Report): boolean {
  return verdict !== 'fail' && budgets.some(({ fail }) => fail?.status === 'exceeded');
}
