import { DeadweightError } from '../../base/errors.ts';
import { parseSize } from '../../base/number-text.ts';
import { invalidOption, OPTIONAL_TEXT, type OptionKind, type SettingKind } from '../../base/option.ts';
import { PACKING_LEVELS, PACKINGS, type Packing } from '../../base/packing.ts';
import { type Platform, parsePlatform } from '../../base/platform.ts';
import { quote } from '../../base/untrusted-text.ts';
import { type Budget, budgetSetting, parseBudget } from '../../budget/budget.ts';
import type { BudgetName } from '../../budget/budgets.ts';
import type { ChangeThreshold } from '../../github/comment-policy.ts';
import { listFormatOf } from '../../inventory/list-format.ts';
import { parseWantedLayers, type WantedLayers } from '../../squash/layer-ranges.ts';

/** `450MB`, or levels: `warn 400MB, fail 450MB`. */
export function budget(name: BudgetName): OptionKind<Budget | null> {
  return {
    read(texts) {
      const text = texts.at(-1);
      return text === undefined ? null : parseBudget(name, budgetSetting(text));
    },
  };
}

/** `linux/arm64`; null where none is given. */
export const PLATFORM: OptionKind<Platform | null> = {
  read(texts) {
    const text = texts.at(-1);
    return text === undefined ? null : parsePlatform(text);
  },
};

/** `250MB`, `1.5 GB`, 0; null where none is given. Bytes. */
export const BYTES: SettingKind<number | null> = {
  setting: schemas =>
    schemas.union([schemas.string(), schemas.number()], { error: 'must be a size (250MB)' }),
  read(texts, name) {
    const text = texts.at(-1);
    if (text === undefined) return null;
    const bytes = parseSize(text);
    if (bytes !== null) return bytes;
    throw invalidOption(name, text, 'a size, for example 250MB or 1.5 GB');
  },
};

/** What stands for one thing, where the last of several would be taken in silence; null where none is given. */
export const SINGLE_TEXT: OptionKind<string | null> = {
  read(texts, name) {
    const [text, another] = texts;
    if (another === undefined) return OPTIONAL_TEXT.read(texts, name);
    throw new DeadweightError('usage', {
      message: `${name} is given twice: ${quote(text ?? '')} and ${quote(another)}.`,
      remedy: 'Give only one of them.',
    });
  },
};

/** The path of a list of files, whose ending says how it is written; null where none is given. */
export const LIST_PATH: OptionKind<string | null> = {
  read(texts, name) {
    const text = SINGLE_TEXT.read(texts, name);
    if (text === null) return null;
    if (listFormatOf(text) !== null) return text;
    throw invalidOption(
      name,
      text,
      'a path that ends in .csv or .ndjson, or - for NDJSON on standard output',
    );
  },
};

/** What a report calls its image; null where none is given. */
export const TITLE: SettingKind<string | null> = {
  ...OPTIONAL_TEXT,
  setting: schemas => schemas.string().min(1).max(200),
};

/** A path; false for none, null where nothing was said. */
export const PATH_OR_FALSE: SettingKind<string | false | null> = {
  setting: schemas =>
    schemas.union([schemas.string(), schemas.literal(false)], { error: 'must be a path or false' }),
  read(texts) {
    const text = texts.at(-1) ?? null;
    return text === 'false' ? false : text;
  },
};

/** The number of a pull request; null where none is given. */
export const PULL_REQUEST: OptionKind<number | null> = {
  read(texts, name) {
    const text = texts.at(-1);
    if (text === undefined) return null;
    if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
    throw invalidOption(name, text, 'the number of a pull request, for example 7');
  },
};

/** `100kB`, `0.5%`, or both: `100kB, 0.5%`. */
export const THRESHOLD: OptionKind<ChangeThreshold> = {
  default: '0',
  read(texts, name) {
    let bytes: number | null = null;
    let percent: number | null = null;
    for (const part of (texts.at(-1) ?? '').split(',').map(each => each.trim())) {
      if (part === '' || part === '0') continue;
      const number = /^(\d+(?:\.\d+)?)\s*%$/.exec(part)?.[1];
      const size = number === undefined ? parseSize(part) : null;
      if (number !== undefined) percent = Number(number);
      else if (size !== null) bytes = size;
      else throw invalidOption(name, part, 'a size (100kB), a percentage (0.5%), or both (100kB, 0.5%)');
    }
    return { bytes, percent };
  },
};

/** A number of layers; null where none is given. */
export const OPTIONAL_COUNT: OptionKind<number | null> = {
  read(texts, name) {
    const text = texts.at(-1);
    if (text === undefined) return null;
    if (/^-?\d{1,9}$/.test(text)) return Number(text);
    throw invalidOption(name, text, 'a number, for example 3');
  },
};

/** `own`, `last:4`, `3..7, 9..12`; null where none is given. */
export const WANTED_LAYERS: OptionKind<WantedLayers | null> = {
  read(texts, name) {
    if (texts.length === 0) return null;
    const text = texts.join(', ');
    const wanted = parseWantedLayers(text);
    if (wanted !== null) return wanted;
    throw invalidOption(
      name,
      text,
      'own, last:4, or layers as the report numbers them, for example 3..7 or 3..7,9..12',
    );
  },
};

/** `gzip`, `zstd:19`, `none`; null where none is given. */
export const PACKING: OptionKind<Packing | null> = {
  read(texts, name) {
    const text = texts.at(-1);
    if (text === undefined) return null;
    const [type, level, ...rest] = text.trim().split(':');
    const known = PACKINGS.find(each => each === type);
    if (known !== undefined && rest.length === 0) {
      if (level === undefined) return { type: known, level: null };
      const levels = known === 'none' ? null : PACKING_LEVELS[known];
      const number = /^\d{1,2}$/.test(level) ? Number(level) : Number.NaN;
      if (levels !== null && number >= levels.least && number <= levels.most)
        return { type: known, level: number };
    }
    throw invalidOption(name, text, 'gzip (1 to 9), zstd (1 to 22) or none, for example gzip or zstd:19');
  },
};

/** What git refuses in the name of a branch. https://git-scm.com/docs/git-check-ref-format */
const NO_BRANCH = /^[-/.]|\.\.|\/[/.]|@\{|\.lock(?:\/|$)|[/.]$|^@$|[\p{Cc}\s~^:?*[\\]/u;

/** The name of a branch, without `refs/heads/`. */
export function branch(otherwise: string): OptionKind<string> {
  return {
    default: otherwise,
    read(texts, name) {
      const text = texts.at(-1) ?? otherwise;
      if (text !== '' && text.length <= 200 && !NO_BRANCH.test(text)) return text;
      throw invalidOption(name, text, `the name of a branch, for example ${otherwise}`);
    },
  };
}
