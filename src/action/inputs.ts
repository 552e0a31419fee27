import { getBooleanInput, getInput } from '@actions/core';
import { DeadweightError } from '../base/errors.ts';
import { parseSize } from '../base/size.ts';
import { OPTION_BUDGET_NAMES } from '../budget/budgets.ts';
import { type BuildInputs, readBuildInputs } from '../build/build-inputs.ts';
import { readList } from '../build/input-list.ts';
import { REPORT_ARTIFACT_GLOB } from '../github/artifact/artifact-name.ts';
import { type ChangeThreshold, COMMENT_POLICIES } from '../github/comment-policy.ts';
import type { FixMode } from '../run/build-pipeline.ts';
import type { BudgetTexts, CommentPolicy, Settings } from '../run/config/request.ts';
import { type BaselineInputs, baselineInputs } from './baseline-inputs.ts';

/** The inputs of a step, as action.yml has them. */
export interface ActionInputs {
  /** `comment` builds nothing: it posts the reports of other jobs. */
  readonly mode: 'build' | 'comment';
  /** Globs of files and artifacts, for `comment`. */
  readonly reports: readonly string[];
  /** Images that must have a report, for `comment`. */
  readonly expected: readonly string[];
  /** Whether to hand the report over to a job that comments. */
  readonly upload: boolean;
  /** A pull request with this label may exceed its budgets; null lets none. */
  readonly waiveLabel: string | null;
  /** The pull request to comment on; null takes that of the event. */
  readonly pullRequest: number | null;
  readonly build: BuildInputs;
  /** Weigh this instead of building; null builds. */
  readonly image: string | null;
  readonly settings: Settings;
  readonly baseline: BaselineInputs;
  readonly policy: CommentPolicy;
  readonly threshold: ChangeThreshold;
  readonly fix: FixMode;
  /** Whether fixes are suggested on the lines of the pull request. */
  readonly suggests: boolean;
  /** Empty when the workflow gives none. */
  readonly token: string;
}

/** @throws DeadweightError `usage` */
export function actionInputs(): ActionInputs {
  const build = readBuildInputs(name => getInput(name, { trimWhitespace: false }));
  const image = textOf('image');
  return {
    ...{ build, image, mode: modeOf(getInput('mode') || 'build') },
    reports: listOf('reports', [REPORT_ARTIFACT_GLOB]),
    expected: listOf('expected', []),
    upload: getInput('upload') !== '' && getBooleanInput('upload'),
    waiveLabel: textOf('waive-label'),
    pullRequest: pullRequestOf(getInput('pr-number')),
    settings: {
      config: textOf('config'),
      budgets: budgetTexts(),
      diveCi: getInput('dive-ci') === 'false' ? false : textOf('dive-ci'),
      title: textOf('title'),
      platform: image === null ? null : (build.platforms[0] ?? null),
      output: { json: textOf('json'), markdown: textOf('markdown'), snapshot: textOf('snapshot') },
    },
    baseline: baselineInputs(),
    policy: policyOf(getInput('comment') || 'auto'),
    threshold: thresholdOf(getInput('comment-threshold')),
    fix: fixOf(getInput('fix') || 'predict'),
    suggests: getInput('suggest') === '' || getBooleanInput('suggest'),
    token: getInput('github-token'),
  };
}

function modeOf(text: string): ActionInputs['mode'] {
  if (text === 'build' || text === 'comment') return text;
  throw new DeadweightError('usage', {
    message: `The input mode is "${text}".`,
    remedy: 'Write build or comment.',
  });
}

function fixOf(text: string): ActionInputs['fix'] {
  if (text === 'off' || text === 'predict' || text === 'prove') return text;
  throw new DeadweightError('usage', {
    message: `The input fix is "${text}".`,
    remedy: 'Write off, predict or prove.',
  });
}

function listOf(name: string, otherwise: readonly string[]): readonly string[] {
  const list = readList(getInput(name));
  return list.length > 0 ? list : otherwise;
}

function pullRequestOf(text: string): number | null {
  if (text === '') return null;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new DeadweightError('usage', {
    message: `The input pr-number is "${text}".`,
    remedy: 'Write the number of a pull request, for example 7.',
  });
}

function textOf(name: string): string | null {
  return getInput(name) || null;
}

function budgetTexts(): BudgetTexts {
  return Object.fromEntries(
    OPTION_BUDGET_NAMES.map(name => [name, getInput(name)] as const).filter(([, text]) => text !== ''),
  );
}

function policyOf(text: string): CommentPolicy {
  const policy = COMMENT_POLICIES.find(known => known === text);
  if (policy) return policy;
  throw new DeadweightError('usage', {
    message: `The input comment is "${text}".`,
    remedy: `Write one of ${COMMENT_POLICIES.join(', ')}.`,
  });
}

/** `100kB`, `0.5%`, or both: `100kB, 0.5%`. */
function thresholdOf(text: string): ChangeThreshold {
  let [bytes, percent]: [number | null, number | null] = [null, null];
  for (const part of text
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '' && each !== '0')) {
    const number = /^(\d+(?:\.\d+)?)\s*%$/.exec(part)?.[1];
    const size = number === undefined ? parseSize(part) : null;
    if (number !== undefined) percent = Number(number);
    else if (size !== null) bytes = size;
    else {
      throw new DeadweightError('usage', {
        message: `The input comment-threshold has "${part}", which is neither a size nor a percentage.`,
        remedy: 'Write it like 100kB, 0.5% or 100kB, 0.5%.',
      });
    }
  }
  return { bytes, percent };
}
