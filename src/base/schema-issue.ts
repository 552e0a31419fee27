import type { z } from 'zod';

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'keys with values',
  record: 'keys with values',
  null: 'null',
};

/** What a text or a list is counted in. */
const COUNTED: Readonly<Record<string, string>> = { string: 'characters', array: 'items' };

type Issue = z.core.$ZodRawIssue;

/**
 * What is wrong with a value, in a reader's words, to follow its name: `must be a text`. Zod's own sentences are for
 * programmers; give it as `safeParse(value, { error: describeIssue })`.
 */
export function describeIssue(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${TYPES[issue.expected] ?? issue.expected}`;
    case 'invalid_value': {
      const values = issue.values.map(String);
      return values.length === 1 ? `must be ${values[0]}` : `must be one of ${values.join(', ')}`;
    }
    case 'unrecognized_keys':
      return 'is unknown';
    case 'too_small':
      return `must ${amountOf('at least', issue.minimum, issue.origin)}`;
    case 'too_big':
      return `must ${amountOf('at most', issue.maximum, issue.origin)}`;
    default:
      return 'is invalid';
  }
}

/** `be at least 0`, `have at most 200 characters`. */
function amountOf(relation: string, limit: number | bigint, origin: string): string {
  const unit = COUNTED[origin];
  return unit === undefined ? `be ${relation} ${limit}` : `have ${relation} ${limit} ${unit}`;
}

/** Where the first issue of a value is: `budgets.max-size`, or `layers[3].size`; empty at its top. */
export function issuePath(path: readonly PropertyKey[]): string {
  return path
    .map(key => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '');
}
