import { z } from 'zod';
import { DeadweightError } from '../../base/errors.ts';
import { lazy } from '../../base/lazy.ts';
import { formatSize, parseSize } from '../../base/number-text.ts';
import { printable, quote } from '../../base/untrusted-text.ts';
import { RULE_LEVELS, type RuleSetting, type RuleSettings } from '../../findings/decisions/rule-settings.ts';
import { RULES } from '../../findings/rules.ts';

/** Patterns of one rule, and characters of one of them. */
const MAX_PATTERNS = 100;
const MAX_PATTERN = 500;

const level = lazy(() => z.enum(RULE_LEVELS).describe('off only counts what it finds'));

const setting = lazy(() =>
  z.strictObject({
    level: level().optional().describe("The findings' level; that of the rule where it is absent"),
    'min-bytes': z
      .union([z.string(), z.number()], { error: 'must be a size (5MB)' })
      .optional()
      .describe('Findings of fewer bytes are left out (5MB, 1.5 GiB)'),
    'ignore-paths': z
      .array(z.string().min(1).max(MAX_PATTERN))
      .max(MAX_PATTERNS)
      .optional()
      .describe('Files that do not count: patterns as in a .dockerignore, from the root of the image'),
  }),
);

const ruleOption = lazy(() =>
  z.union([level(), setting()], {
    error:
      'must be off, info, warning or error, or keys: { level: warning, min-bytes: 5MB, ignore-paths: [/opt/models] }',
  }),
);

/** `rules:` of the configuration file: by the ids of rules, and no others. */
export const ruleOptions = lazy(() =>
  z.strictObject(
    Object.fromEntries(RULES.map(({ id, finds }) => [id, ruleOption().optional().describe(finds)])),
  ),
);

/** The keys of a mapping of `rules`, for who has written another. */
export function ruleKeys(depth: 'rules' | 'setting'): readonly string[] {
  return Object.keys(depth === 'rules' ? ruleOptions().shape : setting().shape);
}

/**
 * @param placeOf `.deadweight.yml:3`, the line of a key
 * @throws DeadweightError `config-invalid`
 */
export function readRuleSettings(
  options: z.infer<ReturnType<typeof ruleOptions>>,
  placeOf: (keys: readonly string[]) => string,
): RuleSettings {
  const settings = new Map<string, RuleSetting>();
  for (const [id, option] of Object.entries(options)) {
    if (option === undefined) continue;
    const {
      level: given = null,
      'min-bytes': minBytes,
      'ignore-paths': ignorePaths = [],
    } = typeof option === 'string' ? { level: option } : option;
    settings.set(id, {
      level: given,
      minBytes: minBytes === undefined ? null : readSize(id, String(minBytes), placeOf),
      ignorePaths,
    });
  }
  return settings;
}

function readSize(id: string, text: string, placeOf: (keys: readonly string[]) => string): number {
  const bytes = parseSize(text);
  if (bytes !== null) return bytes;
  throw new DeadweightError('config-invalid', {
    message: `${placeOf(['rules', id, 'min-bytes'])}: the min-bytes of ${id} is ${quote(text)}, which is invalid.`,
    remedy: 'Write a size, for example 5MB or 1.5 GiB.',
  });
}

/** As people write it: `warning, min-bytes 5.0 MB, ignore-paths /opt/models`. */
export function ruleSettingText({ level: given, minBytes, ignorePaths }: RuleSetting): string {
  const parts = [
    given,
    minBytes === null ? null : `min-bytes ${formatSize(minBytes)}`,
    ignorePaths.length === 0 ? null : `ignore-paths ${ignorePaths.map(each => printable(each)).join(' ')}`,
  ].filter(part => part !== null);
  return parts.length === 0 ? 'as it is' : parts.join(', ');
}
