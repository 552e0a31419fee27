import { DeadweightError } from '../base/errors.ts';
import type { OptionValues } from '../run/config/options.ts';
import { resolveSettings } from '../run/config/settings.ts';
import { runSession } from '../run/explore/explore-session.ts';
import { KeyTerminal } from '../run/explore/key-terminal.ts';
import { exploreImages } from '../run/explore-pipeline.ts';
import type { CommandLineEnvironment } from './environment.ts';

interface ExploredOperands {
  readonly head: string;
  readonly baseline: string | null;
}

/** Carries out `deadweight explore`. @throws DeadweightError `usage` without a terminal, and as `exploreImages` */
export async function explore(
  operands: ExploredOperands,
  options: OptionValues,
  environment: CommandLineEnvironment,
  hasColour: boolean,
): Promise<void> {
  if (!process.stdin.isTTY || !process.stdout.isTTY || process.env['TERM'] === 'dumb')
    throw noTerminal(operands);
  // Nothing is judged here.
  const settings = await resolveSettings({ ...options, 'dive-ci': false }, environment.cwd);
  const terminal = new KeyTerminal(process.stdin, process.stdout, hasColour);
  const request = { ...operands, platform: options.platform, base: options.base };
  await exploreImages(request, settings, environment, weighed => runSession(weighed, terminal, environment));
}

function noTerminal({ baseline }: ExploredOperands): DeadweightError {
  const other = baseline === null ? 'inspect IMAGE' : 'diff BASE HEAD';
  return new DeadweightError('usage', {
    message: 'deadweight explore needs a terminal, and standard input or output is none.',
    remedy: `Run deadweight ${other}, which writes a report, also as --json or --markdown, and a list of all files as --files.`,
  });
}
