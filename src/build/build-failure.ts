import { DeadweightError } from '../base/errors.ts';
import { type Dockerfile, instructionsOn } from '../dockerfile/dockerfile.ts';
import { builderUnreachable, saysUnreachable } from './build-driver.ts';
import type { BuildTrace } from './build-trace.ts';
import type { LocalSources } from './dockerfile-source.ts';
import { isAptDownload, isDownload } from './failure-cause.ts';
import { redactSentence } from './step-name.ts';
import type { Vertex } from './vertex.ts';

/** Lines of a failed step's output that are shown. */
const MAX_EXCERPT = 20;

/** What BuildKit prints of the Dockerfile under an error: `Dockerfile:3`, a rule, lines with `>>>`. */
interface ErrorPlace {
  readonly startLine: number;
  readonly endLine: number;
  readonly excerpt: readonly string[];
}

/**
 * Why the build failed, as an error that shows the step, its line and the last it said.
 * @param sources null for a remote build
 */
export function buildFailure(
  trace: BuildTrace,
  exitCode: number,
  sources: LocalSources | null,
  buildArgs: ReadonlyMap<string, string>,
): DeadweightError {
  const dockerfile = sources?.dockerfile ?? null;
  const said = findError(trace.lines) ?? `docker buildx build ended with exit code ${exitCode}`;
  if (saysUnreachable(said) || said === 'context deadline exceeded') return builderUnreachable(said);
  const failed = findFailedVertex(trace, said);
  // BuildKit names files and images with build arguments expanded.
  const words = redactSentence(said, buildArgs);
  const place = findErrorPlace(trace.lines);
  const log = failed?.log.lines(MAX_EXCERPT) ?? [];
  const where = place ? ` at ${dockerfile?.file ?? 'Dockerfile'}:${place.startLine}` : '';
  const what = findInstruction(dockerfile, place) ?? (failed ? redactSentence(failed.name, buildArgs) : null);
  const excerpt = log.length > 0 ? log : (place?.excerpt ?? []);
  if (/no space left on device/i.test(words)) {
    return new DeadweightError('disk-full', {
      message: `The disk is full: the build failed${where}: ${words}`,
      remedy:
        'Free space where the builder keeps its state (docker buildx prune) and where temporary files go.',
      excerpt,
    });
  }
  if (/failed to read dockerfile: open .*no such file/.test(words)) {
    return new DeadweightError('dockerfile-missing', {
      message: `The context has no Dockerfile: ${words}`,
      remedy: 'Name the Dockerfile: with --file (-f), or with the input file of a workflow.',
    });
  }
  if (failed !== undefined && isPush(failed.name, words)) return pushFailure(words, excerpt);
  return new DeadweightError('build-failed', {
    message: `The build failed${where}${what === null ? '' : ` (${what})`}: ${words}`,
    remedy: remedyFor({ words, excerpt: log }, place, what, sources?.ignoreFile.path ?? null),
    excerpt,
    // Of a Dockerfile that only BuildKit has read nobody knows whether this repository has it.
    ...(place && dockerfile
      ? { location: { file: dockerfile.file, startLine: place.startLine, endLine: place.endLine } }
      : {}),
  });
}

/** An image that was built, and that the registry did not take. */
function isPush(step: string, words: string): boolean {
  if (step.startsWith('pushing ')) return true;
  return /^exporting /.test(step) && /failed to push|failed to authorize|unexpected status/i.test(words);
}

/** @param words what docker or the registry said, without credentials */
export function pushFailure(words: string, excerpt: readonly string[] = []): DeadweightError {
  return new DeadweightError('push-failed', {
    message: `The image was built, and the push failed: ${words}`,
    remedy: 'Check that the registry answers, and that this job is logged in as somebody who may push there.',
    excerpt,
  });
}

/** @param ignoreFile its path; null where there is none */
function remedyFor(
  { words, excerpt }: { readonly words: string; readonly excerpt: readonly string[] },
  place: ErrorPlace | null,
  what: string | null,
  ignoreFile: string | null,
): string {
  // The engine's graph driver: its BuildKit on the 130th layer, its store on the 126th of an image that is loaded or pulled.
  if (/\bmax depth exceeded\b/.test(words)) {
    return "Merge steps, or copy what they made into a new stage: the engine's storage driver stacks no more layers. Its containerd image store takes more.";
  }
  if (/^dockerfile parse error|unknown instruction|unknown flag/i.test(words)) {
    return place ? 'Correct that line of the Dockerfile.' : 'Correct the Dockerfile or the build options.';
  }
  if (/target stage .* could not be found/.test(words)) {
    return 'Name a stage of the Dockerfile: with --target, or with the input target of a workflow.';
  }
  const copiesFrom = /\bfrom=/.test(what ?? '');
  const missing =
    /failed to calculate checksum of ref \S+: "([^"]+)": not found/.exec(words)?.[1] ??
    (copiesFrom ? /\blstat (\S+): no such file or directory$/.exec(words)?.[1] : undefined);
  if (missing !== undefined) {
    return copiesFrom
      ? `What that step copies from has no ${missing}: correct the path, or let an earlier step make it.`
      : `Check the name: ${missing} is not in the build context. If the name is right, ${ignoreFile === null ? '' : `${ignoreFile} leaves it out, or `}what makes it did not run (let --prepare run it, or the input prepare of a workflow).`;
  }
  if (findsNoImage(words, what)) {
    return 'Check the name, the tag and the platform of the image, the login to its registry, and the network.';
  }
  if (!place) return 'Correct what this message names, and build again.';
  if (isAptDownload({ excerpt })) {
    return 'Run apt-get update in the RUN that installs, as lists of an earlier step go stale; else check the mirror and the network.';
  }
  if (isDownload({ message: words, excerpt })) {
    return 'Check the address of what that step downloads, and the network or the mirror, and build again.';
  }
  return 'Correct the command of that step.';
}

/** Whether BuildKit could not find out what an image is, or not fetch it: of FROM, of COPY --from, of `# syntax=`. */
function findsNoImage(words: string, what: string | null): boolean {
  return (
    /\bfailed to resolve source metadata for\b/.test(words) ||
    /^(?:FROM\s|\[.*\bload metadata for )/i.test(what ?? '')
  );
}

/** The last line that buildx marks as an error, without the steps through which it came. */
function findError(lines: readonly string[]): string | null {
  const line = lines.findLast(each => each.startsWith('ERROR: '));
  return line?.replace(WRAPPERS, '').trim() ?? null;
}

/** The last of them stands there once in some fifty builds, where the client hears of the failure before the solver. */
const WRAPPERS = /^ERROR: (?:failed to build: )?(?:failed to solve: )?(?:failed to run Build function: )?/;

/** Of the vertices with an error, the one that the last words are of: on the graph driver another build's stray in. */
function findFailedVertex(trace: BuildTrace, words: string): Vertex | undefined {
  const failed = [...trace.vertices.values()].filter(
    vertex => vertex.outcome(false) === 'failed' && !vertex.name.startsWith('importing cache'),
  );
  const [only, ...others] = failed;
  const said = failed.findLast(vertex => vertex.error !== null && words.includes(vertex.error));
  return said ?? (others.length === 0 ? only : undefined);
}

function findInstruction(dockerfile: Dockerfile | null, place: ErrorPlace | null): string | null {
  if (!dockerfile || !place) return null;
  const [instruction] = instructionsOn(dockerfile, place.startLine, place.endLine);
  const [first = ''] = instruction?.text.split('\n') ?? [];
  return first === '' ? null : first.slice(0, 200);
}

function findErrorPlace(lines: readonly string[]): ErrorPlace | null {
  const rule = lines.findLastIndex(line => /^-{20}$/.test(line));
  const start = lines.slice(0, Math.max(rule, 0)).findLastIndex(line => /^-{20}$/.test(line));
  if (start < 1) return null;
  const excerpt = lines.slice(start + 1, rule);
  const marked = excerpt
    .map(line => /^ *(\d+) \| >>>/.exec(line)?.[1])
    .filter(number => number !== undefined);
  const startLine = Number(marked[0] ?? /:(\d+)$/.exec(lines[start - 1] ?? '')?.[1] ?? 0);
  if (startLine < 1) return null;
  return { startLine, endLine: Number(marked.at(-1) ?? startLine), excerpt };
}
