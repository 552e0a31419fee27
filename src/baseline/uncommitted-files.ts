import { basename } from 'node:path';
import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import type { Notice } from '../base/notice.ts';
import { formatSize, plural } from '../base/number-text.ts';
import { printable, quote } from '../base/untrusted-text.ts';
import { WordPattern } from '../dockerfile/shell/word-pattern.ts';
import type { UncommittedFile } from './git/surroundings.ts';

/** Places that are named. */
const MAX_PLACES = 3;

/**
 * What of an image comes from files that no commit holds. Both sides of a comparison have them as the checkout does: what
 * they grew by nobody can tell.
 * @param image as the baseline was built
 * @param head the same image of the head; null where it is not known
 * @param ownIgnore path of the ignore file that the Dockerfile has of its own; null where it has none
 */
export function uncommittedNotice(
  files: readonly UncommittedFile[],
  image: ImageAnalysis,
  head: ImageAnalysis | null,
  ownIgnore: string | null = null,
): Notice | null {
  const found = findUncommitted(files, image);
  if (found === null) return null;
  const isOfBaseline = head !== null && findUncommitted(files, head) === null;
  const what = isOfBaseline
    ? 'Only the base was built with them, so the comparison shows the head without them.'
    : `Both sides were built with them as they are here, so what they grew by is not in the comparison: ${adviceFor(found.paths, ownIgnore)}.`;
  return { code: 'uncommitted-files', message: `${found.sentence} ${what}` };
}

function adviceFor(paths: readonly string[], ownIgnore: string | null): string {
  const exclude = `add \`.git\` to ${ownIgnore === null ? 'the .dockerignore' : printable(ownIgnore)}`;
  const ofGit = paths.filter(isOfGit).length;
  if (ofGit === paths.length) return exclude;
  const advice = 'commit them, or make them on both sides with `prepare`';
  return ofGit === 0 ? advice : `${advice}, and ${exclude}`;
}

/**
 * What of a head comes from files that no commit holds. A snapshot that another job stored was measured with those which
 * that job had.
 */
export function storedElsewhereNotice(files: readonly UncommittedFile[], head: ImageAnalysis): Notice | null {
  const found = findUncommitted(files, head);
  if (found === null) return null;
  return {
    code: 'uncommitted-files',
    message: `${found.sentence} The base was measured by another job with its own, so what these differ by is in the comparison. Compare with \`baseline: rebuild\`, which takes the same for both sides.`,
  };
}

interface FoundFiles {
  readonly sentence: string;
  /** Of the checkout. */
  readonly paths: readonly string[];
}

/** @returns null where there is nothing to say */
function findUncommitted(
  files: readonly UncommittedFile[],
  { scans, layers, baseLayerCount }: ImageAnalysis,
): FoundFiles | null {
  const told = files.filter(({ path, bytes }) => bytes > 0 && !isGitLink(path));
  if (told.length === 0) return null;
  const known = Map.groupBy(told, ({ path, bytes }) => keyOf(path, bytes));
  const ofSize = Map.groupBy(told, ({ bytes }) => bytes);
  const places = new Map<string, Place>();
  const paths: string[] = [];
  let total = 0;
  for (const [index, { entries }] of scans.entries()) {
    const createdBy = layers[index]?.createdBy ?? '';
    if (index < (baseLayerCount ?? 0) || !isCopied(createdBy)) continue;
    const isSource = sourceNamed(createdBy);
    for (const { kind, path, size } of entries) {
      if (kind !== 'file') continue;
      const sources = known.get(keyOf(path, size)) ?? ofSize.get(size)?.filter(isSource) ?? [];
      if (sources.length === 0) continue;
      const source = nearest(sources, path).path;
      paths.push(source);
      addTo(places, source, size);
      total += size;
    }
  }
  if (total === 0) return null;
  const largest = [...places.values()].sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
  const named = largest
    .slice(0, MAX_PLACES)
    .map(({ path, bytes }) => `${quote(path)} ${formatSize(bytes)}`)
    .join(', ');
  const more = largest.length - MAX_PLACES;
  const rest = more > 0 ? ` and ${plural(more, 'more place')}` : '';
  const sentence = `${formatSize(total)} of the image is from files that no commit holds, as far as names and sizes tell (${named}${rest}).`;
  return { sentence, paths };
}

/** Whether a path is a git directory, or in one. */
export function isOfGit(path: string): boolean {
  return /(?:^|\/)\.git(?:\/|$)/.test(path);
}

/** The file that stands for the git directory of a submodule or a linked worktree: git writes it of what the commit says. */
function isGitLink(path: string): boolean {
  return basename(path) === '.git';
}

function isCopied(createdBy: string): boolean {
  return /(?:^|\s)(?:COPY|ADD)\s/.test(createdBy);
}

/** Whether a file has the name of the one source of a COPY, which may give it another: `COPY target/*.jar app.jar`. */
function sourceNamed(createdBy: string): (file: UncommittedFile) => boolean {
  const [, rest = ''] = /(?:^|\s)(?:COPY|ADD)\s+(.*)$/s.exec(createdBy) ?? [];
  const [words = ''] = rest.split(/\s#/, 1);
  const [source, target, ...more] = words.split(/\s+/).filter(word => !word.startsWith('--'));
  if (source === undefined || target === undefined || more.length > 0) return () => false;
  const pattern = new WordPattern(basename(source));
  return ({ path }) => pattern.isTelling && pattern.matches(basename(path));
}

function keyOf(path: string, bytes: number): string {
  return `${bytes} ${basename(path)}`;
}

/** A file, or the folder that all files below one folder at the top of the checkout are in. */
interface Place {
  path: string;
  bytes: number;
}

/** Empty for all of the checkout. */
function isFolder(place: string): boolean {
  return place === '' || place.endsWith('/');
}

function addTo(places: Map<string, Place>, path: string, bytes: number): void {
  const top = path.split('/', 1)[0] ?? '';
  const place = places.get(top);
  if (place === undefined) {
    places.set(top, { path, bytes });
    return;
  }
  place.bytes += bytes;
  while (place.path !== path && !(isFolder(place.path) && path.startsWith(place.path))) {
    place.path = place.path.slice(0, place.path.lastIndexOf('/', place.path.length - 2) + 1);
  }
}

/** Of files of one name and size, the one whose folders are the most alike. */
function nearest(sources: readonly UncommittedFile[], path: string): UncommittedFile {
  return sources.reduce((best, source) =>
    commonEnd(source.path, path) > commonEnd(best.path, path) ? source : best,
  );
}

function commonEnd(a: string, b: string): number {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a.at(-1 - length) === b.at(-1 - length)) length += 1;
  return length;
}
