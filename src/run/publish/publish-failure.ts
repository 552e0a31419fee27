import { DeadweightError } from '../../base/errors.ts';
import type { Notice } from '../../base/notice.ts';
import { formatPlatform, type Platform, parsePlatform } from '../../base/platform.ts';
import type { BuildInputs } from '../../build/build-inputs.ts';
import { type AnnotationSink, emitAnnotations } from '../../github/annotations.ts';
import { writeSummary } from '../../github/summary.ts';
import { failureAnnotations } from '../../report/annotation.ts';
import { type FailureReport, failureOf, type ReportContext } from '../../report/failure.ts';
import { renderFailure } from '../../report/markdown/render-failure.ts';
import { REPORT_VERSION } from '../../report/report.ts';
import { EXIT, exitCodeOf } from '../exit-code.ts';
import { VERSION } from '../version.ts';
import {
  builtImageName,
  inspectedImageName,
  isFormerKey,
  keyWithoutPlatform,
  reportKey,
} from '../weigh/image-name.ts';
import { appendNotices, type Published } from './publish.ts';
import { type CommentRules, type CommentTarget, commentOn } from './report-comment.ts';

export interface FailedImage {
  readonly inputs: BuildInputs;
  /** What was to be weighed instead of a build. */
  readonly image: string | null;
  readonly title: string | null;
  readonly context: ReportContext;
  /** Takes out of a text what nobody may read in a report. */
  readonly mask: (text: string) => string;
}

export interface FailureContext {
  readonly cwd: string;
  readonly hostPlatform: Platform;
  /** DOCKER_DEFAULT_PLATFORM. */
  readonly defaultPlatform: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What is known of an image that could not be weighed; its key is that of the report that it does not have. */
export function failureReport(
  error: unknown,
  { inputs, image, title, context, mask }: FailedImage,
  { cwd, hostPlatform, defaultPlatform, now }: FailureContext,
): FailureReport {
  const name = image === null ? builtImageName(inputs, title, cwd) : inspectedImageName(image, title);
  const platforms = inputs.platforms.map(spellPlatform);
  // Buildx takes this where no platform is named; else its builder is taken for one of this machine.
  const unnamed = defaultPlatform ? spellPlatform(defaultPlatform) : formatPlatform(hostPlatform);
  const wanted = platforms.length > 0 ? platforms.join('+') : unnamed;
  const { code, message, remedy, excerpt, location } =
    error instanceof DeadweightError
      ? error
      : {
          code: 'bug',
          message: 'Deadweight has a bug.',
          remedy: 'Report it with the text that the log of this step has.',
          excerpt: [],
          location: null,
        };
  return {
    schemaVersion: REPORT_VERSION,
    kind: 'failure',
    tool: { name: 'deadweight', version: VERSION },
    generatedAt: new Date(now).toISOString(),
    key: reportKey(name, inputs.target, wanted),
    title: name.title,
    platforms,
    context,
    error: {
      code,
      message: mask(message).slice(0, 2000),
      remedy: mask(remedy),
      excerpt: excerpt.map(mask),
      location,
    },
  };
}

function spellPlatform(platform: string): string {
  try {
    return formatPlatform(parsePlatform(platform));
  } catch {
    return platform;
  }
}

/** The key of the comment: that of the report, which of several platforms has none of them. */
function commentKey({ key, platforms }: FailureReport): string {
  return platforms.length > 1 ? keyWithoutPlatform(key, platforms.join('+')) : key;
}

export interface FailurePublication extends CommentRules {
  readonly failure: FailureReport;
  /** null where there is no pull request, or nothing to tell it. */
  readonly target: CommentTarget | null;
  readonly sink: AnnotationSink;
  /** GITHUB_STEP_SUMMARY. */
  readonly summaryPath: string | undefined;
  /** Why there is no pull request to comment on. */
  readonly notices: readonly Notice[];
}

/**
 * Says on GitHub that an image could not be weighed: the summary first, then at its line, and in the comment, which
 * must not go on showing what was. What GitHub refuses is a notice.
 */
export async function publishFailure(publication: FailurePublication): Promise<Published> {
  const { failure, target, sink, summaryPath } = publication;
  const images = { reports: [], failures: [failureOf(failure)] };
  const body = renderFailure(failureOf(failure));
  const unwritten = await writeSummary(summaryPath, body);
  // The error that the step fails with is one.
  emitAnnotations(failureAnnotations(failure), sink, { error: 1 });
  const key = commentKey(failure);
  const identity = { key, isFormerKey: (former: string) => isFormerKey(former, key), images: NO_IMAGES };
  const comment = target === null ? null : await commentOn(target, images, identity, null, publication);
  const notices = [unwritten, ...publication.notices, comment?.notice ?? null].filter(each => each !== null);
  await appendNotices(summaryPath, notices);
  return { body, comment, notices };
}

/** In place of an `imagesMark`: an image that was weighed in the same run is another. */
const NO_IMAGES = 'failed';

/**
 * Whether an error says something of the image, and not of the workflow that was to weigh it: a comment of what it
 * was before stays true while somebody mends the workflow.
 */
export function isAboutImage(error: unknown): boolean {
  if (error instanceof DeadweightError && error.code === 'dockerfile-missing') return true;
  return exitCodeOf(error, true) !== EXIT.usage;
}
