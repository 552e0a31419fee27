import type { Budget } from '../../budget/budget.ts';
import { formatLimit } from '../../budget/limit.ts';
import { ruleSettingText } from './rule-options.ts';
import type { Settings } from './settings.ts';

type Held = Pick<Settings, 'budgets' | 'comment' | 'decisions' | 'failOn' | 'missingBaseline'>;

/**
 * What becomes of budgets and rules, and of what else a verdict and a comment depend on, to follow "This pull request".
 * @returns `changes max-size from 450 MB to 600 MB and removes max-layers (100)`; null when nothing does
 */
export function describeChanges(before: Held, after: Held): string | null {
  const [old, now] = [textsOf(before), textsOf(after)];
  const changes = [...new Set([...old.keys(), ...now.keys()])].flatMap(name => {
    const [from, to] = [old.get(name), now.get(name)];
    if (from === to) return [];
    if (from === undefined) return [`adds ${name} (${to})`];
    return [to === undefined ? `removes ${name} (${from})` : `changes ${name} from ${from} to ${to}`];
  });
  if (changes.length === 0) return null;
  return [changes.slice(0, -1).join(', '), ...changes.slice(-1)].filter(Boolean).join(' and ');
}

function textsOf({
  budgets,
  comment,
  decisions,
  failOn,
  missingBaseline,
}: Held): ReadonlyMap<string, string> {
  return new Map([
    ...budgets.map(budget => [budget.name, textOf(budget)] as const),
    ...decisions.rules.entries().map(([id, setting]) => [`rules.${id}`, ruleSettingText(setting)] as const),
    ['fail-on', failOn],
    ['comment', comment],
    ['missing-baseline', missingBaseline],
  ]);
}

/** As people write it: `450 MB`, `warn 400 MB, fail 450 MB`, `off`. */
function textOf({ warn, fail }: Budget): string {
  if (warn === null) return fail === null ? 'off' : formatLimit(fail);
  return [`warn ${formatLimit(warn)}`, ...(fail === null ? [] : [`fail ${formatLimit(fail)}`])].join(', ');
}
