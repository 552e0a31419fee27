import type { Budget, BudgetName, BudgetUnit } from './budget.ts';
import { DiveCiFile } from './dive-ci-file.ts';
import { parseGoBytes, parseGoFloat } from './go-number.ts';

interface DiveRule {
  readonly key: string;
  readonly name: BudgetName;
  readonly unit: BudgetUnit;
  /** What dive takes where the file does not say. */
  readonly whenAbsent: string;
}

/** Source: dive 0.13.1, cmd/dive/cli/internal/options/ci.go and command/ci/rules.go. */
const RULES: readonly DiveRule[] = [
  { key: 'lowestEfficiency', name: 'dive-lowest-efficiency', unit: 'ratio', whenAbsent: '0.9' },
  { key: 'highestWastedBytes', name: 'dive-highest-wasted-bytes', unit: 'bytes', whenAbsent: 'disabled' },
  {
    key: 'highestUserWastedPercent',
    name: 'dive-highest-user-wasted-percent',
    unit: 'ratio',
    whenAbsent: '0.1',
  },
];

const SWITCHED_OFF: ReadonlySet<string> = new Set(['', 'disabled', 'off', 'false']);

/**
 * Reads a `.dive-ci` file as dive does: `rules:` with three thresholds, each of which may be switched off.
 * @param where the name that errors give the file
 * @returns the budgets of the rules that are on
 * @throws DeadweightError `config-invalid`, with the file and the line named
 */
export function parseDiveCi(text: string, where: string): Budget[] {
  const file = new DiveCiFile(text, where);
  const settings = file.rules(RULES.map(rule => rule.key));
  return RULES.flatMap(({ key, name, unit, whenAbsent }): Budget[] => {
    const { value, line } = settings.get(key) ?? { value: whenAbsent, line: 1 };
    if (SWITCHED_OFF.has(value.trim().toLowerCase())) return [];
    const limit = unit === 'bytes' ? parseGoBytes(value) : parseGoFloat(value);
    if (limit === null) {
      const noun = unit === 'bytes' ? 'size' : 'number';
      throw file.invalid(line, `${key} is ${JSON.stringify(value)}, which is no ${noun}`);
    }
    if (unit === 'ratio' && (limit < 0 || limit > 1)) {
      throw file.invalid(line, `${key} is ${value}, and must be from 0 to 1`);
    }
    // No value is above or below NaN, so dive lets every image pass: there is nothing to check.
    return Number.isNaN(limit) ? [] : [{ name, warn: null, fail: { value: limit, unit } }];
  });
}
