import { resolvePath, workingDirectories } from '../../build/instruction-paths.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import { readContextCopy } from '../../dockerfile/context-copy.ts';
import type { Dockerfile } from '../../dockerfile/dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { findNamedInstall, runCommands } from '../dockerfile/run-commands.ts';
import { findChain, findNeededStages } from '../dockerfile/stage-graph.ts';
import { memoize } from '../memoize.ts';
import { isIndependent, touchesSystem } from './independent-run.ts';

/** What a COPY or ADD takes from the build context, and where it puts it. */
interface CopiedSources {
  /** As written. */
  readonly sources: readonly string[];
  /** Whether all of the context is copied. */
  readonly isWhole: boolean;
  /** Clean path in the image; null where the text does not tell. */
  readonly destination: string | null;
}

/** A COPY or ADD from the context, with the RUN instructions behind it. */
export interface CopyPlace extends CopiedSources {
  readonly instruction: DockerfileInstruction;
  /** Whether it copies what people write: all of the context, or a directory that is called like sources. */
  readonly isOfSources: boolean;
  /** The instructions that its stage is made of, lowest first, and its own place among them. */
  readonly chain: readonly DockerfileInstruction[];
  readonly place: number;
  /** RUN instructions of its stage behind it, in order. */
  readonly later: readonly LaterRun[];
}

interface LaterRun {
  readonly instruction: DockerfileInstruction;
  /** Whether the text tells that it needs nothing of what is copied. */
  readonly isIndependent: boolean;
}

/** What nobody writes by hand, and takes long to look through: every COPY is compared with every RUN. */
const MAX_INSTRUCTIONS = 500;
const SOURCES = /(?:^|\/)(?:src|sources?|tests?|spec|public|static|templates|views|cmd|internal)\/?$/i;

const WHOLE: ReadonlySet<string> = new Set(['', '*']);

/** Of all stages that the target needs, in the order of the file. Each COPY once. */
export const copyPlaces = memoize((dockerfile: BuiltDockerfile): readonly CopyPlace[] =>
  dockerfile.file.instructions.length > MAX_INSTRUCTIONS ? [] : findPlaces(dockerfile),
);

/** RUN instructions behind sources that need none of them and install what they name, and the updates that these need. */
export function independentInstalls({ isOfSources, later }: CopyPlace): readonly DockerfileInstruction[] {
  const runs = isOfSources ? later.filter(run => run.isIndependent).map(run => run.instruction) : [];
  if (!runs.some(run => findNamedInstall(run) !== null)) return [];
  return runs.filter(run => runCommands(run).packages.length > 0);
}

function findPlaces(dockerfile: BuiltDockerfile): readonly CopyPlace[] {
  return findNeededStages(dockerfile).flatMap(stage => {
    const chain = findChain(dockerfile, stage);
    const directories = workingDirectories(chain, dockerfile.file);
    return chain.flatMap((instruction, place): CopyPlace[] => {
      const workdir = directories.get(instruction) ?? null;
      const copied = readSources(instruction, dockerfile.file, workdir);
      // What is of a stage below is listed there.
      if (copied === null || instruction.stage !== stage.index) return [];
      const isOfSources = copied.isWhole || copied.sources.some(source => SOURCES.test(source));
      const later = laterRuns(chain.slice(place + 1), copied, directories);
      return [{ ...copied, instruction, isOfSources, chain, place, later }];
    });
  });
}

function laterRuns(
  behind: readonly DockerfileInstruction[],
  { destination }: CopiedSources,
  directories: ReadonlyMap<DockerfileInstruction, string | null>,
): readonly LaterRun[] {
  const runs: LaterRun[] = [];
  // What the sources did to the system, its package managers may need.
  let isSystemTouched = false;
  for (const instruction of behind) {
    if (instruction.keyword !== 'RUN') continue;
    const needsSystem: boolean =
      isSystemTouched && runCommands(instruction).packages.some(({ manager }) => manager.scope === 'system');
    const workdir = directories.get(instruction) ?? null;
    const isFree: boolean =
      destination !== null && !needsSystem && isIndependent(instruction, { directory: destination, workdir });
    isSystemTouched ||= !isFree && touchesSystem(instruction);
    runs.push({ instruction, isIndependent: isFree });
  }
  return runs;
}

/** @param workdir clean path of the working directory; null where it is not known */
function readSources(
  instruction: DockerfileInstruction,
  { escape: escapeChar }: Pick<Dockerfile, 'escape'>,
  workdir: string | null,
): CopiedSources | null {
  const copy = readContextCopy(instruction, escapeChar);
  if (copy === null) return null;
  const { sources, destination } = copy;
  return {
    sources,
    isWhole: sources.some(source => WHOLE.has(cleanPath(source))),
    destination: resolvePath(workdir, destination),
  };
}
