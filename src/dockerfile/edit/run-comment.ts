import type { Dockerfile } from '../dockerfile.ts';
import type { DockerfileInstruction } from '../dockerfile-instruction.ts';
import { isBlank, isComment } from '../white-space.ts';

/*
 * What authors write above RUNs that a merge would make false. Where in doubt a comment counts: what it costs is a merge
 * that is not offered. Read in real Dockerfiles: "Separate layer so ffmpeg does not bust the Playwright cache", "separate
 * RUN to facilitate caching", "in its own layer so it caches across rebuilds", "Build them first in separate RUN commands
 * so we don't exceed resource limits", "This layer is cached when these files don't change".
 */

/** A thing that a merge makes one of. */
const PIECE = '(?:layers?|runs?|steps?|instructions?)';
const WORDS = "(?:[\\w'-]+\\s+){0,3}";

/** That it stands apart, and what that is for. */
const APART: readonly RegExp[] = [
  // Alone, or not to be joined.
  'separate(?:ly|d)?|separation|apart|split(?:ting|s)?|standalone|isolated?|by (?:itself|themselves)|on (?:its|their) own',
  `(?:own|individual|distinct|dedicated|different|multiple|several|smaller)\\s+${WORDS}${PIECE}`,
  "(?:not|\\w{1,6}n't|never|cannot)\\s+(?:be\\s+)?(?:merged?|combined?|join(?:ed)?|squash(?:ed)?|collapsed?|fold(?:ed)?)",
  // For the cache of the build: not for that of a package manager, which a RUN empties.
  "(?:docker|buildkit|buildx|layer)(?:'s)?[ -](?:build |layer )?cach\\w*",
  `cach(?:e[sd]?|ing|eable)\\s+${WORDS}${PIECE}|${PIECE}\\s+${WORDS}cach(?:e[sd]?|ing|eable)`,
  `(?:for|facilitates?|improves?|leverages?|optimi[sz]es?|better|preserves?)\\s+${WORDS}cach(?:ing|eab\\w+)`,
  'cach(?:e|ed|es)\\s+(?:independently|across|unless|until|when|while|as long|between|things)',
  `cache[ -]?(?:bust\\w*|invalidat\\w*|hits?|miss\\w*)|(?:bust|break|invalidat)\\w*\\s+${WORDS}cache|invalidat\\w*`,
  "(?:avoids?|not|\\w{1,6}n't|never|without|only|prevents?|triggers?|every)\\b.{0,40}\\bre-?(?:run|build|built|download|install|fetch|pull|compil)\\w*",
  // For those who pull it, and for registries.
  '(?:parallel|concurrent(?:ly)?)\\b.{0,60}\\b(?:pull|download|push|extract|fetch|unpack|layer)\\w*',
  '(?:pull|download|push|extract|fetch|unpack|layer)\\w*\\b.{0,60}\\b(?:parallel|concurrent(?:ly)?)',
  '(?:large|big|huge)\\s+layers?|layer\\s+(?:size|limit)s?',
].map(pattern => new RegExp(`\\b(?:${pattern})\\b`, 'i'));

/** Where it stands among others. */
const PLACED: readonly RegExp[] = [
  /\b(?:[Tt]his|[Nn]ext|[Pp]revious|[Pp]receding|[Ff]ollowing|[Pp]rior|[Ll]ast)\s+(?:layers?|RUNs?|instructions?)\b/,
  /\b(?:[Ll]ayers?|RUNs?|[Ii]nstructions?)\s+(?:above|below|before|after)\b/,
  /\b[Ll]ayer\s*#?\d/,
];

/** Several of them at once: said above the first, meant for all. */
const SEVERAL = /\b(?:layers|runs|steps|instructions|run commands|each|these|they|following)\b/i;

/** What a linter, or a scanner, is to overlook in the instruction right below. */
const PRAGMA =
  /^\s*#\s*(?:hadolint|shellcheck|checkov|kics|trivy|dockle|nosemgrep|semgrep|snyk|deadweight)\b/i;

/** As `normalized` leaves it. */
const OURS = /^deadweight\b(?!.*ignore-file)/i;

export function isPragma(line: string): boolean {
  return PRAGMA.test(line);
}

/** Why comments forbid to make one RUN of these; null where none does. A sentence without its full stop. */
export function commentProblem(
  dockerfile: Dockerfile,
  runs: readonly DockerfileInstruction[],
): string | null {
  const first = runs[0];
  if (first === undefined) return null;
  const apart = runs.find(run => isApart(commentsOf(dockerfile, run))) ?? saidAbove(dockerfile, first);
  if (apart !== undefined) return `a comment keeps the RUN at line ${apart.startLine} apart`;
  const pragmas = runs.map(run => pragmasOf(dockerfile, run));
  const [known = new Set()] = pragmas;
  const alone = runs.find((_run, index) => [...(pragmas[index] ?? [])].some(line => !known.has(line)));
  if (alone !== undefined) return `a linter is told to overlook something at line ${alone.startLine} alone`;
  // Of one RUN, a comment for Deadweight itself would hide what it finds in the others.
  const ours = [...known].filter(line => OURS.test(line));
  const isOfOne = pragmas.some(each => ours.some(line => !each.has(line)));
  return isOfOne ? `a comment ignores findings of the RUN at line ${first.startLine} alone` : null;
}

/** What tools are told above it and, where that are comments of the Dockerfile, inside of it. */
function pragmasOf(dockerfile: Dockerfile, run: DockerfileInstruction): ReadonlySet<string> {
  return new Set([...above(dockerfile, run), ...inside(dockerfile, run)].filter(isPragma).map(normalized));
}

/** The RUN before these in the same row whose comment is about all that follow it. */
function saidAbove(dockerfile: Dockerfile, first: DockerfileInstruction): DockerfileInstruction | undefined {
  const { instructions } = dockerfile;
  for (let index = instructions.indexOf(first) - 1; index >= 0; index -= 1) {
    const run = instructions[index];
    if (run?.keyword !== 'RUN') return undefined;
    const text = textOf(above(dockerfile, run));
    if (isApart(text) && SEVERAL.test(text)) return run;
  }
  return undefined;
}

function isApart(text: string): boolean {
  return text !== '' && [...APART, ...PLACED].some(pattern => pattern.test(text));
}

/** What comments above it and inside of it say. */
function commentsOf(dockerfile: Dockerfile, run: DockerfileInstruction): string {
  return textOf([...above(dockerfile, run), ...inside(dockerfile, run)]);
}

/** The comment lines between its own. */
function inside({ lines }: Dockerfile, run: DockerfileInstruction): readonly string[] {
  return run.heredocs.length > 0 ? [] : lines.slice(run.startLine, run.endLine).filter(isComment);
}

/** The comment lines between it and the instruction before it. */
function above({ instructions, lines }: Dockerfile, run: DockerfileInstruction): readonly string[] {
  const before = instructions[instructions.indexOf(run) - 1];
  return lines
    .slice(before?.endLine ?? 0, run.startLine - 1)
    .filter(line => !isBlank(line) && isComment(line));
}

/** As one sentence: comments are broken where their lines end. */
function textOf(comments: readonly string[]): string {
  return comments
    .filter(line => !isPragma(line))
    .map(normalized)
    .join(' ')
    .slice(0, MAX_TEXT);
}

function normalized(line: string): string {
  return line
    .trim()
    .replace(/^[#\s]+/, '')
    .replaceAll(/\s+/g, ' ');
}

/** Nobody reads a longer comment to know whether RUNs may be merged. */
const MAX_TEXT = 4000;
