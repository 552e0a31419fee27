import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { namedSources } from '../../dockerfile/mount.ts';
import { expandVariables } from '../../dockerfile/shell-word.ts';
import { globalArguments, type Stage } from '../../dockerfile/stage.ts';
import { memoize } from '../memoize.ts';

/** How the stages of a Dockerfile hang together. */
interface StageGraph {
  /** The stages that are built for the target, in the order of the file. */
  readonly needed: readonly Stage[];
  /** The stage that FROM names; absent where it names an image. */
  readonly parents: ReadonlyMap<Stage, Stage>;
  /** By index of the stage, without FROM. */
  readonly instructions: ReadonlyMap<number, readonly DockerfileInstruction[]>;
}

/**
 * The stages that are built for the target, in the order of the file: those that ship, and those that FROM, COPY or a
 * mount of one of them names.
 */
export function findNeededStages(dockerfile: BuiltDockerfile): readonly Stage[] {
  return graphOf(dockerfile).needed;
}

/** The instructions that make what the stage ends as, those of the stages below it first; without FROM. */
export function findChain(dockerfile: BuiltDockerfile, stage: Stage): readonly DockerfileInstruction[] {
  const { parents, instructions } = graphOf(dockerfile);
  const stages: Stage[] = [];
  for (let each: Stage | undefined = stage; each !== undefined; each = parents.get(each)) stages.push(each);
  return stages.reverse().flatMap(({ index }) => instructions.get(index) ?? []);
}

const graphOf = memoize(readGraph);

function readGraph({ file, buildArgs, shippedStages }: BuiltDockerfile): StageGraph {
  const { stages } = file;
  const globals = globalArguments(file.instructions, buildArgs);
  const instructions = new Map<number, DockerfileInstruction[]>(stages.map(({ index }) => [index, []]));
  for (const instruction of file.instructions) {
    if (instruction.keyword !== 'FROM') instructions.get(instruction.stage ?? -1)?.push(instruction);
  }
  const parents = new Map<Stage, Stage>();
  const needed = new Set(shippedStages);
  // A set is walked through while it grows.
  for (const stage of needed) {
    const parent = stageNamed(stages.slice(0, stage.index), expandVariables(stage.baseImage, globals));
    if (parent !== null) {
      parents.set(stage, parent);
      needed.add(parent);
    }
    for (const name of (instructions.get(stage.index) ?? []).flatMap(namedSources)) {
      const source = sourceNamed(stages, expandVariables(name, globals));
      if (source !== null) needed.add(source);
    }
  }
  return { needed: stages.filter(stage => needed.has(stage)), parents, instructions };
}

/** The stage that `COPY --from` takes its files from; null for other instructions, and where that is an image. */
export function findSourceStage(
  { file, buildArgs }: BuiltDockerfile,
  { keyword, flags }: DockerfileInstruction,
): Stage | null {
  const from = keyword === 'COPY' ? flags.find(({ name }) => name === 'from')?.value : null;
  if (!from) return null;
  return sourceNamed(file.stages, expandVariables(from, globalArguments(file.instructions, buildArgs)));
}

/** By its name, or its number. */
function sourceNamed(stages: readonly Stage[], name: string): Stage | null {
  return stageNamed(stages, name) ?? (/^\d+$/.test(name) ? (stages[Number(name)] ?? null) : null);
}

/** The later of two of the same name, as BuildKit has it. */
function stageNamed(stages: readonly Stage[], name: string): Stage | null {
  const lower = name.toLowerCase();
  return stages.findLast(stage => stage.name === lower) ?? null;
}

/** Instructions that are carried out on top of this one: behind it in its stage, and in stages that are built on that. */
export function buildUpon(
  { file }: BuiltDockerfile,
  { stage: own, startLine }: DockerfileInstruction,
): readonly DockerfileInstruction[] {
  const upon = stagesUpon(file, own);
  return file.instructions.filter(({ stage, startLine: line }) =>
    stage === own ? line > startLine : stage !== null && upon.has(stage),
  );
}

/** What stages that do not ship do on top of a writer, where what a later instruction hides is still there: other targets. */
export function builtElsewhere(
  dockerfile: BuiltDockerfile,
  writer: DockerfileInstruction,
  hider: DockerfileInstruction,
): readonly DockerfileInstruction[] {
  const hidden = new Set(buildUpon(dockerfile, hider));
  return buildUpon(dockerfile, writer).filter(
    each => !(dockerfile.shipped.includes(each) || hidden.has(each)),
  );
}

/** Whether another stage takes files from the stage of this instruction, or from one that is built on it. */
export function isTakenFrom(dockerfile: BuiltDockerfile, instruction: DockerfileInstruction): boolean {
  return takingFrom(dockerfile, instruction).length > 0;
}

/** The instructions that take files from the stage of this instruction, or from one that is built on it. */
export function takingFrom(
  { file }: BuiltDockerfile,
  { stage: own }: DockerfileInstruction,
): readonly DockerfileInstruction[] {
  const upon = stagesUpon(file, own);
  const names = file.stages
    .filter(({ index }) => upon.has(index))
    .flatMap(({ name, index }) => [`${index}`, ...(name === null ? [] : [name])]);
  return file.instructions.filter(instruction =>
    namedSources(instruction).some(name => names.includes(name.toLowerCase())),
  );
}

/** The stage and all that are built on it, by their indexes. */
function stagesUpon(
  { instructions, stages }: BuiltDockerfile['file'],
  own: number | null,
): ReadonlySet<number> {
  const globals = globalArguments(instructions, new Map());
  const upon = new Set<number>();
  const byName = new Map<string, number>();
  for (const { index, name, baseImage } of stages) {
    const below = byName.get(expandVariables(baseImage, globals).toLowerCase());
    if (index === own || (below !== undefined && upon.has(below))) upon.add(index);
    if (name !== null) byName.set(name, index);
  }
  return upon;
}
