import { DeadweightError, systemReason } from '../../base/errors.ts';
import type { FailOn } from '../../base/fail-on.ts';
import type { Notice } from '../../base/notice.ts';
import type { OptionTable, ValuesOf } from '../../base/option.ts';
import { type Budget, budgetSetting, parseBudget } from '../../budget/budget.ts';
import type { MissingBaseline } from '../../budget/budget-result.ts';
import { OPTION_BUDGET_NAMES } from '../../budget/budgets.ts';
import { parseDiveCi } from '../../budget/dive-ci.ts';
import type { Decisions } from '../../findings/decisions/ignored-findings.ts';
import type { CommentPolicy } from '../../github/comment-policy.ts';
import { type LoadedConfig, loadConfigFile, type ReadConfigFile, readCheckedOut } from './config-file.ts';
import { type OptionValues, OWN_OPTIONS, type SettingName } from './options.ts';
import { readRuleSettings } from './rule-options.ts';

/** What a run is held to, after the configuration file was read. */
export interface Settings {
  readonly title: string | null;
  readonly budgets: readonly Budget[];
  readonly comment: CommentPolicy;
  readonly missingBaseline: MissingBaseline;
  /** What the user has decided about findings. */
  readonly decisions: Decisions;
  readonly failOn: FailOn;
  /** Which files hold, where that is not plain. */
  readonly notices: readonly Notice[];
}

/** The options that a file has a say in, and what names the files. */
export type SettingOptions = Pick<
  OptionValues,
  'config' | 'title' | 'dive-ci' | 'budgets' | 'comment' | 'missing-baseline' | 'fail-on'
>;

/** Looked for in the working directory when no file is named. */
export const DIVE_CI = '.dive-ci';

/**
 * The configuration file under the options: an option wins, budget by budget.
 * @param read reads the files: of the working copy, unless it is told otherwise
 * @throws DeadweightError `config-invalid`
 */
export async function resolveSettings(
  options: SettingOptions,
  cwd: string,
  read = readCheckedOut(cwd),
): Promise<Settings> {
  const file = await loadConfigFile(options.config, cwd, read);
  const dive = await diveBudgets(options['dive-ci'] ?? fileValue(file, 'dive-ci'), read);
  return {
    title: options.title ?? fileValue(file, 'title'),
    budgets: [...fileBudgets(file, options.budgets), ...options.budgets, ...dive],
    // These options are never empty: with their defaults the file decides.
    comment: options.comment === 'auto' ? (fileValue(file, 'comment') ?? 'auto') : options.comment,
    missingBaseline:
      options['missing-baseline'] === 'warn'
        ? (fileValue(file, 'missing-baseline') ?? 'warn')
        : options['missing-baseline'],
    decisions: { rules: readRuleSettings(file.rules, file.placeOf), baselineIgnores: null },
    failOn: options['fail-on'] ?? fileValue(file, 'fail-on') ?? 'none',
    notices: [],
  };
}

type OwnValues = ValuesOf<typeof OWN_OPTIONS>;
const TABLE: OptionTable<OwnValues> = OWN_OPTIONS;

/** What the file says of an option; null where it says nothing. */
function fileValue<Name extends SettingName>(
  { textOf, placeOf }: LoadedConfig,
  name: Name,
): OwnValues[Name] | null {
  const text = textOf(name);
  return text === null ? null : TABLE[name].kind.read([text], placeOf([name]));
}

/** The file's budgets, but for those that an option gives; what is wrong with one is told with its line. */
function fileBudgets({ budgets, placeOf }: LoadedConfig, options: readonly Budget[]): readonly Budget[] {
  const given = new Set<string>(options.map(({ name }) => name));
  return OPTION_BUDGET_NAMES.flatMap(name => {
    const setting = budgets[name];
    if (setting === undefined || given.has(name)) return [];
    try {
      return parseBudget(name, typeof setting === 'string' ? budgetSetting(setting) : setting);
    } catch (error) {
      if (!(error instanceof DeadweightError)) throw error;
      const { code, message, remedy } = error;
      const place = placeOf(['budgets', name]);
      throw new DeadweightError(code, { message: `${place}: ${message}`, remedy, cause: error });
    }
  });
}

async function diveBudgets(named: string | false | null, read: ReadConfigFile): Promise<readonly Budget[]> {
  if (named === false) return [];
  const path = named ?? DIVE_CI;
  const unreadable = (why: string, cause?: unknown): DeadweightError =>
    new DeadweightError('config-invalid', {
      message: `The dive rules ${path} cannot be read: ${why}.`,
      remedy: 'Correct the path, or omit the option.',
      cause,
    });
  const text = await read(path).catch((error: unknown) => {
    throw error instanceof DeadweightError ? error : unreadable(systemReason(error), error);
  });
  if (text !== null) return parseDiveCi(text, path);
  if (named === null) return [];
  throw unreadable('it does not exist');
}
