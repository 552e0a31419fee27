import type { Dockerfile } from '../../dockerfile/dockerfile.ts';
import type { DockerfileInstruction, InstructionLocation } from '../../dockerfile/dockerfile-instruction.ts';
import { editProblem } from '../../dockerfile/edit/apply-edits.ts';
import { cacheUse } from '../../package-managers/cache-use.ts';
import { findCache } from '../../package-managers/package-managers.ts';
import { findUses } from '../dockerfile/run-commands.ts';
import type { Finding } from '../finding.ts';
import { deletedLater } from '../rules/deleted-later.ts';
import { metadataOnlyCopy } from '../rules/metadata-only-copy.ts';
import { RULES } from '../rules.ts';

/**
 * Why a finding has no edit, as far as its Dockerfile tells: a sentence without its full stop.
 * @param dockerfile null where its text is not there
 */
export function findFixProblem(dockerfile: Dockerfile | null, finding: Finding): string {
  const { neededBy, neededLine, linkedPath } = finding.args;
  if (typeof neededBy === 'string') {
    const line = typeof neededLine === 'number' ? ` (line ${neededLine})` : '';
    return `${neededBy}${line} may need what an edit would take away`;
  }
  if (typeof linkedPath === 'string')
    return `${linkedPath} has other names (hard links), which would change with it`;
  const byHand = RULES.find(({ id }) => id === finding.rule)?.byHand;
  if (byHand) return byHand;
  const writer = instructionAt(dockerfile, finding.location);
  const hider = instructionAt(dockerfile, finding.related);
  if (dockerfile === null || writer === null) return 'nothing tells which instruction wrote the files';
  const isWasted = typeof finding.args['hiddenBy'] === 'number' && hider !== null && hider !== writer;
  if (isWasted) return wasteProblem(dockerfile, writer, hider, finding.rule);
  return leftoverProblem(dockerfile, writer, finding);
}

function instructionAt(
  dockerfile: Dockerfile | null,
  location: InstructionLocation | null,
): DockerfileInstruction | null {
  return dockerfile?.instructions.find(({ startLine }) => startLine === location?.startLine) ?? null;
}

/** What one instruction wrote and another hid. */
function wasteProblem(
  dockerfile: Dockerfile,
  writer: DockerfileInstruction,
  hider: DockerfileInstruction,
  rule: string,
): string {
  const [line, lastLine] = [writer.startLine, hider.startLine];
  if (writer.keyword !== 'RUN' && rule === metadataOnlyCopy.id) {
    return `line ${lastLine} changes more than what line ${line} copies, or something needs the files as they are copied`;
  }
  if (writer.keyword !== 'RUN') {
    return rule === deletedLater.id
      ? `a mount in place of the ${writer.keyword} at line ${line} would not surely do the same`
      : `the layer of the ${writer.keyword} at line ${line} keeps what it copied, whatever comes later`;
  }
  if (writer.stage !== hider.stage) return `lines ${line} and ${lastLine} are of different stages`;
  if (hider.keyword !== 'RUN') return `line ${lastLine} is ${hider.keyword}, which no RUN can be merged with`;
  const other = dockerfile.instructions.find(
    ({ startLine, keyword }) => startLine > line && startLine < lastLine && keyword !== 'RUN',
  );
  if (other !== undefined) {
    return `between lines ${line} and ${lastLine} stands ${other.keyword} (line ${other.startLine}), and what runs there may use the files`;
  }
  const problem = editProblem(dockerfile, [{ kind: 'merge-runs', line, lastLine }]);
  if (problem !== null) return `lines ${line} to ${lastLine} cannot become one RUN: ${problem}`;
  const leaving = findLeaving(dockerfile, writer, lastLine);
  return leaving === null
    ? `merging lines ${line} to ${lastLine} would tie together more than it saves`
    : `line ${leaving} takes away or moves the directory in which the next RUN begins`;
}

/** The RUN that has to do with its own directory, as its text tells; null where none does. */
function findLeaving(
  { instructions }: Dockerfile,
  { startLine: line, stage }: DockerfileInstruction,
  lastLine: number,
): number | null {
  const directory = instructions.findLast(
    each => each.keyword === 'WORKDIR' && each.stage === stage && each.startLine < line,
  )?.body;
  if (directory === undefined || directory.length < 2) return null;
  const leaving = instructions.find(
    ({ startLine, text }) =>
      startLine >= line &&
      startLine < lastLine &&
      /\b(?:rm|rmdir|mv)\b/.test(text) &&
      text.includes(directory),
  );
  return leaving?.startLine ?? null;
}

function leftoverProblem(
  dockerfile: Dockerfile,
  writer: DockerfileInstruction,
  { rule, args }: Finding,
): string {
  const { keyword, startLine: line } = writer;
  if (typeof args['unpackedAt'] === 'number')
    return `line ${args['unpackedAt']} unpacks them: until then they have to be there`;
  if (args['mayBeRead'] === true) return 'something in the build may read the history';
  if (keyword !== 'RUN') return `only its author knows what the ${keyword} at line ${line} is to leave out`;
  const problem = editProblem(dockerfile, [{ kind: 'append-command', line, command: 'true' }]);
  if (problem !== null) return `line ${line} takes no other command: ${problem}`;
  const cache = findCache(rule);
  if (cache !== null && findUses(writer, cacheUse(cache.cache.kind).writers).writing.length === 0) {
    return `line ${line} does not name the program that fills the cache: a script may use it later`;
  }
  return `nobody can tell from the text of line ${line} whether something needs them later`;
}
