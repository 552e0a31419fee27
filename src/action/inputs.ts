import { getInput } from '@actions/core';
import { DeadweightError } from '../base/errors.ts';
import { parseSize } from '../base/size.ts';
import { type BuildInputs, readBuildInputs } from '../build/build-inputs.ts';
import { type ChangeThreshold, COMMENT_POLICIES } from '../github/comment-policy.ts';
import type { BudgetTexts, CommentPolicy, Settings } from '../run/request.ts';

const BUDGETS = [
  'max-layers',
  'max-size',
  'max-compressed-size',
  'max-own-size',
  'max-layer-size',
  'max-size-increase',
  'min-efficiency',
  'max-wasted',
] as const;

/** The inputs of a step, as action.yml has them. */
export interface ActionInputs {
  readonly build: BuildInputs;
  /** Weigh this instead of building; null builds. */
  readonly image: string | null;
  readonly settings: Settings;
  /** A git ref, `auto` or `none`. */
  readonly against: string;
  readonly policy: CommentPolicy;
  readonly threshold: ChangeThreshold;
  /** Empty when the workflow gives none. */
  readonly token: string;
}

/** @throws DeadweightError `usage` */
export function actionInputs(): ActionInputs {
  const build = readBuildInputs(name => getInput(name, { trimWhitespace: false }));
  const image = textOf('image');
  return {
    ...{ build, image },
    settings: {
      config: textOf('config'),
      budgets: budgetTexts(),
      diveCi: getInput('dive-ci') === 'false' ? false : textOf('dive-ci'),
      title: textOf('title'),
      platform: image === null ? null : (build.platforms[0] ?? null),
      output: { json: textOf('json'), markdown: textOf('markdown'), snapshot: textOf('snapshot') },
    },
    against: getInput('against') || 'auto',
    policy: policyOf(getInput('comment') || 'auto'),
    threshold: thresholdOf(getInput('comment-threshold')),
    token: getInput('github-token'),
  };
}

function textOf(name: string): string | null {
  return getInput(name) || null;
}

function budgetTexts(): BudgetTexts {
  return Object.fromEntries(
    BUDGETS.map(name => [name, getInput(name)] as const).filter(([, text]) => text !== ''),
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
