import type { DeadweightError } from '../base/errors.ts';

/** Lines of a cause, and characters of each. */
const MAX_LINES = 3;
const MAX_LINE = 200;

/** What a line says that tells why something failed. Programs write it in many ways. */
const TELLING =
  /\b(?:error|fail(?:ed|ure)?|fatal|cannot|can't|could not|couldn't|unable|denied|refused|missing|no such|not found|not permitted|invalid|unrecognized|unsatisfied|undefined|traceback|exception|aborted|killed|unmet)\b|^(?:E|ERR!?):|^npm (?:ERR!|error)/i;
/** What is said after everything that failed, and tells nothing. */
const EMPTY = /^(?:make(?:\[\d+\])?: \*\*\* .*Error \d+|npm (?:ERR!|error)(?: A complete log.*)?|[-=\s]*)$/;

/** A line of the Dockerfile, shown where the step said nothing. */
const SOURCE = /^\d+ \|/;

/**
 * Why a build failed, in a line or three of what its failed step said: the last ones that tell of an error, else the last.
 * Without its output, what BuildKit says.
 */
export function causeOf({ message, excerpt }: DeadweightError): string {
  const lines = excerpt.map(line => line.trim()).filter(line => !EMPTY.test(line) && !SOURCE.test(line));
  const telling = lines.filter(line => TELLING.test(line));
  const chosen = (telling.length > 0 ? telling : lines).slice(-MAX_LINES);
  if (chosen.length > 0) return chosen.map(line => line.slice(0, MAX_LINE)).join(' / ');
  const code = /did not complete successfully: exit code: (\d+)/.exec(message)?.[1];
  return code === undefined ? message : `exit code ${code}, without a word`;
}

/** What networks, mirrors and registries fail with, and may not the next time. */
const PASSING =
  /temporary failure|could not resolve|name resolution|network is unreachable|no route to host|connection (?:refused|reset|timed out|closed)|timed? ?out\b|tls handshake|hash sum mismatch|unexpected size|mirror sync|unexpected eof|early eof|broken pipe|(?:http|status|error)\D{0,20}\b(?:429|500|502|503|504)\b|\b(?:502 bad gateway|503 service|504 gateway|429 too many)|service unavailable|too many requests|rate.?limit|\b(?:EAI_AGAIN|ECONNRESET|ECONNREFUSED|ETIMEDOUT|ENETUNREACH)\b/i;

/** What package managers and download tools say of what a server does not have, or does not give. */
const REFUSED_BY_SERVER =
  /failed to fetch|unable to fetch|failed to download|download (?:failed|error)|could not download|requested URL returned error|does not have a Release file|ERR_PNPM_FETCH|\bE404\b|(?<!\/)\b404:? not found|\b(?:http|status|error|code)[^\d/]{0,8}\b(?:403|404|410|429|50[0234])\b|too many requests/i;

/** What is said where no server answers. A bare "timeout" is not enough: tests say it, too. */
const NO_ANSWER =
  /could not resolve|name resolution|temporary failure resolving|network is unreachable|no route to host|connection (?:refused|reset|timed out)|tls handshake|\b(?:EAI_AGAIN|ENOTFOUND|ECONNRESET|ECONNREFUSED|ETIMEDOUT|ENETUNREACH)\b/i;

/** Programs that a step starts and asks itself, such as a test's database: nothing is downloaded from there. */
const OWN_MACHINE = /\blocalhost\b|\b127\.0\.0\.1\b|::1\b/;

/**
 * Whether a build failed for what it could not download, for now or for good. The command is not looked at:
 * BuildKit repeats it in its message, and it may name a timeout or a page 404.
 */
export function isDownload({ message, excerpt }: Pick<DeadweightError, 'message' | 'excerpt'>): boolean {
  const isOfCommand = /\bprocess "/.test(message);
  return [...(isOfCommand ? [] : [message]), ...excerpt]
    .map(line => line.slice(0, 2000))
    .some(line => REFUSED_BY_SERVER.test(line) || (NO_ANSWER.test(line) && !OWN_MACHINE.test(line)));
}

/** Whether apt is what could not download: its lists may name what the mirror has no more. */
export function isAptDownload({ excerpt }: Pick<DeadweightError, 'excerpt'>): boolean {
  return excerpt.some(line => /^\s*(?:\S+ )?[EW]: Failed to fetch\b/.test(line.slice(0, 2000)));
}

/** Whether a build failed for a reason that has nothing to do with what is built. */
export function isPassing({ message, excerpt }: DeadweightError): boolean {
  return [message, ...excerpt].some(line => PASSING.test(line.slice(0, 2000)));
}
