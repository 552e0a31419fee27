import type { DockerfileInstruction } from './dockerfile-instruction.ts';
import { isPlatformArgument } from './platform-arguments.ts';
import { expandVariables, shellWords } from './shell-word.ts';
import { WORD_GAP } from './white-space.ts';

/** A build stage: what one FROM begins. */
export interface Stage {
  readonly index: number;
  /** The name after AS, in lower case as BuildKit compares it; null when it has none. */
  readonly name: string | null;
  /** What FROM names, as written: an image, a stage, `scratch`, or a text with variables. */
  readonly baseImage: string;
  /** `--platform` of FROM, as written. */
  readonly platform: string | null;
  readonly from: DockerfileInstruction;
  /** 1-based and inclusive: from the FROM line to the line before the next FROM. */
  readonly startLine: number;
  readonly endLine: number;
}

/** The stages of the instructions, in order. */
export function readStages(
  instructions: readonly DockerfileInstruction[],
  lineCount: number,
): readonly Stage[] {
  const froms = instructions.filter(instruction => instruction.keyword === 'FROM');
  return froms.map((from, index) => {
    const [baseImage = '', as = '', name = ''] = from.body.split(WORD_GAP);
    return {
      index,
      name: as.toLowerCase() === 'as' && name !== '' ? name.toLowerCase() : null,
      baseImage,
      platform: from.flags.find(flag => flag.name === 'platform')?.value ?? null,
      from,
      startLine: from.startLine,
      endLine: (froms[index + 1]?.startLine ?? lineCount + 1) - 1,
    };
  });
}

/**
 * The stage that `--target` names, by name or number; the last one when it is empty.
 * Null when there is no such stage.
 */
export function targetStage(stages: readonly Stage[], target: string): Stage | null {
  if (target === '') return stages.at(-1) ?? null;
  const named = stages.find(stage => stage.name === target.toLowerCase());
  return named ?? (/^\d+$/.test(target) ? (stages[Number(target)] ?? null) : null);
}

/**
 * The stage and those it is built on (`FROM` another stage), nearest first. The last one's FROM names an image or
 * scratch. Variables in FROM are expanded with the global ARGs and the given build arguments.
 */
export function stageAncestry(
  instructions: readonly DockerfileInstruction[],
  stages: readonly Stage[],
  target: Stage,
  buildArguments: ReadonlyMap<string, string> = new Map(),
): readonly Stage[] {
  const globals = globalArguments(instructions, buildArguments);
  const ancestry: Stage[] = [];
  for (let stage: Stage | undefined = target; stage; ) {
    ancestry.push(stage);
    const name = expandVariables(stage.baseImage, globals).toLowerCase();
    const earlier: readonly Stage[] = stages.slice(0, stage.index);
    // Only stages above it, and the later of two of the same name.
    stage = earlier.findLast(each => each.name === name);
  }
  return ancestry;
}

/**
 * What FROM may use: the ARGs before the first one with their values (what the build was given, else the default), and the
 * arguments of platforms, which need no ARG.
 */
export function globalArguments(
  instructions: readonly DockerfileInstruction[],
  buildArguments: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const values = new Map([...buildArguments].filter(([name]) => isPlatformArgument(name)));
  for (const instruction of instructions) {
    if (instruction.stage !== null || instruction.keyword !== 'ARG') continue;
    for (const word of shellWords(instruction.body, '\\')) {
      const [name = '', ...rest] = word.split('=');
      const written = rest.length > 0 ? expandVariables(rest.join('='), values) : undefined;
      const value = buildArguments.get(name) ?? written;
      if (value !== undefined) values.set(name, value);
    }
  }
  return values;
}
