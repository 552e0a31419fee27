import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { DeadweightError, systemErrorCode } from '../../base/errors.ts';
import { type Budget, type BudgetSetting, budgetSetting, parseBudgets } from '../../budget/budget.ts';
import { parseDiveCi } from '../../budget/dive-ci.ts';
import { type LoadedConfig, loadConfigFile } from './config-file.ts';
import type { BudgetTexts, ResolvedSettings, Settings } from './request.ts';

const DIVE_CI = '.dive-ci';

/** The configuration file under the options: an option wins, budget by budget. */
export async function resolveSettings(settings: Settings, cwd: string): Promise<ResolvedSettings> {
  const file = await loadConfigFile(settings.config, cwd);
  const { config } = file;
  const budgets = [...budgetsOf(file, settings.budgets), ...parseBudgets(levelsOf(settings.budgets))];
  const dive = await diveBudgets(settings.diveCi ?? config['dive-ci'] ?? null, cwd);
  return {
    title: settings.title ?? config.title ?? null,
    budgets: [...budgets, ...dive],
    comment: config.comment ?? null,
  };
}

/** The file's budgets, but for those that an option gives; what is wrong with one is told with its line. */
function budgetsOf({ config, placeOf }: LoadedConfig, options: BudgetTexts): readonly Budget[] {
  return Object.entries(config.budgets ?? {}).flatMap(([name, setting]) => {
    if (options[name] !== undefined) return [];
    try {
      return parseBudgets({ [name]: setting });
    } catch (error) {
      if (!(error instanceof DeadweightError)) throw error;
      const { code, message, remedy } = error;
      const place = placeOf(['budgets', name]);
      throw new DeadweightError(code, { message: `${place}: ${message}`, remedy, cause: error });
    }
  });
}

/** `450MB`, or levels: `warn 400MB, fail 450MB`. */
function levelsOf(texts: BudgetTexts): Readonly<Record<string, BudgetSetting>> {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, budgetSetting(text)]));
}

async function diveBudgets(named: string | false | null, cwd: string): Promise<readonly Budget[]> {
  if (named === false) return [];
  const path = named ?? DIVE_CI;
  try {
    return parseDiveCi(await readFile(isAbsolute(path) ? path : join(cwd, path), 'utf8'), path);
  } catch (error) {
    if (error instanceof DeadweightError) throw error;
    if (named === null && systemErrorCode(error) === 'ENOENT') return [];
    throw new DeadweightError('config-invalid', {
      message: `The dive rules ${path} cannot be read.`,
      remedy: 'Correct the path, or leave the option away.',
      cause: error,
    });
  }
}
