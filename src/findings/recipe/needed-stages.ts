import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { expandVariables } from '../../dockerfile/shell-word.ts';
import { globalArguments, type Stage } from '../../dockerfile/stage.ts';
import type { Recipe } from './recipe.ts';

/** How the stages of a Dockerfile hang together. */
interface StageGraph {
  /** Those that are built for the target, in the order of the file. */
  readonly needed: readonly Stage[];
  /** The stage that FROM names; absent where it names an image. */
  readonly parents: ReadonlyMap<Stage, Stage>;
  /** By index of the stage, without FROM. */
  readonly instructions: ReadonlyMap<number, readonly DockerfileInstruction[]>;
}

const GRAPHS = new WeakMap<Recipe, StageGraph>();

/**
 * The stages that are built for the target, in the order of the file: those that ship, and those that FROM, COPY or a
 * mount of one of them names.
 */
export function neededStages(recipe: Recipe): readonly Stage[] {
  return graphOf(recipe).needed;
}

/** The instructions that make what the stage ends as, those of the stages below it first; without FROM. */
export function chainOf(recipe: Recipe, stage: Stage): readonly DockerfileInstruction[] {
  const { parents, instructions } = graphOf(recipe);
  const stages: Stage[] = [];
  for (let each: Stage | undefined = stage; each !== undefined; each = parents.get(each)) stages.push(each);
  return stages.reverse().flatMap(({ index }) => instructions.get(index) ?? []);
}

function graphOf(recipe: Recipe): StageGraph {
  let graph = GRAPHS.get(recipe);
  if (graph === undefined) {
    graph = readGraph(recipe);
    GRAPHS.set(recipe, graph);
  }
  return graph;
}

function readGraph({ dockerfile, buildArgs, shippedStages }: Recipe): StageGraph {
  const { stages } = dockerfile;
  const globals = globalArguments(dockerfile.instructions, buildArgs);
  const instructions = new Map<number, DockerfileInstruction[]>(stages.map(({ index }) => [index, []]));
  for (const instruction of dockerfile.instructions) {
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
      const text = expandVariables(name, globals);
      const source = stageNamed(stages, text) ?? (/^\d+$/.test(text) ? stages[Number(text)] : undefined);
      if (source !== undefined) needed.add(source);
    }
  }
  return { needed: stages.filter(stage => needed.has(stage)), parents, instructions };
}

/** What `--from=` and `--mount=…,from=` name. */
function namedSources({ flags }: DockerfileInstruction): readonly string[] {
  return flags.flatMap(({ name, value }) => {
    if (value === null) return [];
    if (name === 'from') return [value];
    const from = name === 'mount' ? /(?:^|,)from=([^,]*)/.exec(value)?.[1] : undefined;
    return from === undefined ? [] : [from];
  });
}

/** The later of two of the same name, as BuildKit has it. */
function stageNamed(stages: readonly Stage[], name: string): Stage | null {
  const lower = name.toLowerCase();
  return stages.findLast(stage => stage.name === lower) ?? null;
}
