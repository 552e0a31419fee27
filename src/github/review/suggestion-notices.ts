import type { Notice } from '../../base/notice.ts';
import type { GitHubRequestError } from '../request-error.ts';

/** GitHub takes all comments of a review or none. */
export function notPosted({ message, remedy, status }: GitHubRequestError): Notice {
  const help = status === 422 ? 'Run the job again: the lines may have changed meanwhile.' : remedy;
  return {
    code: 'suggestions-not-posted',
    message: `Fixes could not be suggested, and are annotated instead. ${message} ${help}`,
  };
}

export function notTidied({ message, remedy }: GitHubRequestError): Notice {
  return {
    code: 'suggestions-not-tidied',
    message: `Suggestions that are outdated may have stayed. ${message} ${remedy}`,
  };
}

/** @param cut fixes that could be suggested and are not */
export function cutNotice(cut: number, most: number): Notice {
  const fixes = cut === 1 ? '1 fix is' : `${cut} fixes are`;
  return {
    code: 'suggestions-cut',
    message: `${fixes} annotated, not suggested: a review gets at most ${most} suggestions.`,
  };
}
