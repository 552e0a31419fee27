import { DeadweightError } from '../base/errors.ts';
import type { TerminalOptions } from '../report/terminal/page.ts';
import type { OptionValues } from '../run/config/options.ts';
import { systemExec } from '../run/program-exec.ts';
import { readTrend } from '../run/trend-pipeline.ts';
import { workingDirectory } from '../run/working-directory.ts';
import { renderBadge } from '../trend/badge.ts';
import { renderTrend } from '../trend/render-trend.ts';
import { renderTrendJson, type TrendReport } from '../trend/trend-report.ts';
import { writeReport } from './report-output.ts';

/**
 * Carries out `deadweight trend`. Needs nothing of what images need.
 * @throws DeadweightError `usage`; and as `readTrend` and `writeReport`
 */
export async function showTrend(
  image: string | null,
  { 'history-path': path, 'history-branch': branch, json, badge }: OptionValues,
  options: TerminalOptions,
): Promise<void> {
  const cwd = workingDirectory();
  const env = process.env;
  const clock = { now: () => Date.now() };
  const report = await readTrend({ image, path, branch }, { cwd, env, clock, exec: systemExec(env) });
  const outputs = [
    ...(json === null ? [] : [{ to: json, text: renderTrendJson(report) }]),
    ...(badge === null ? [] : [{ to: badge, text: renderBadge(sizeOf(report)) }]),
  ];
  for (const { to, text } of outputs) await writeReport(to, text, cwd);
  if (outputs.every(({ to }) => to !== '-')) process.stdout.write(renderTrend(report, options));
}

/** A badge is of one image. */
function sizeOf({ images }: TrendReport): number {
  const [image, another] = images;
  const size = image?.points.at(-1)?.size;
  if (size !== undefined && another === undefined) return size;
  throw new DeadweightError('usage', {
    message:
      size === undefined
        ? 'There is no image to make a badge of.'
        : 'A badge is of one image, and there are several.',
    remedy:
      'Name the image, with its platform where it has several: deadweight trend "app (linux/amd64)" --badge FILE.',
  });
}
