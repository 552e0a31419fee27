import { workingDirectories } from '../../build/instruction-paths.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { expandVariables, shellWords } from '../../dockerfile/shell-word.ts';
import { globalArguments } from '../../dockerfile/stage.ts';
import { memoize } from '../memoize.ts';

/**
 * The text as BuildKit expands it where an instruction that ships stands; null where one of its variables is not set by
 * ARG or ENV of the Dockerfile: the base image may set it. Values may be secret: for paths that the image shows anyway.
 */
export function expandAt(
  dockerfile: BuiltDockerfile,
  instruction: DockerfileInstruction,
  text: string,
): string | null {
  return text.includes('$') ? variables(dockerfile).expand(text, instruction) : text;
}

/** The working directory behind each instruction that ships, its variables expanded; null where it is not known. */
export const stageDirectories = memoize((dockerfile: BuiltDockerfile) =>
  workingDirectories(dockerfile.shipped, dockerfile.file, (instruction, text) =>
    expandAt(dockerfile, instruction, text),
  ),
);

const variables = memoize((dockerfile: BuiltDockerfile) => new StageVariables(dockerfile));

/** Paths are shorter, and values that are made of values grow fast. Characters. */
const MAX_VALUE = 4096;
const VARIABLE = /\$\{?(\w+)/g;

interface Setting {
  /** Place of the instruction among those that ship. */
  readonly at: number;
  /** null where it cannot be told. */
  readonly value: string | null;
}

class StageVariables {
  readonly #places: ReadonlyMap<DockerfileInstruction, number>;
  /** By name, in the order of the instructions. ENV wins over ARG, and is handed on to the stages built on its own. */
  readonly #env = new Map<string, Setting[]>();
  /** By stage and name. */
  readonly #args = new Map<string, Setting[]>();

  constructor({ shipped, file, buildArgs }: BuiltDockerfile) {
    this.#places = new Map(shipped.map((instruction, at) => [instruction, at]));
    const globals = globalArguments(file.instructions, buildArgs);
    for (const [at, instruction] of shipped.entries()) {
      const { keyword, stage, body } = instruction;
      if (keyword !== 'ENV' && keyword !== 'ARG') continue;
      for (const { name, text } of settingsOf(keyword, body)) {
        const written = text === null ? (globals.get(name) ?? null) : this.expand(text, instruction);
        const value = keyword === 'ARG' ? (buildArgs.get(name) ?? written) : written;
        const [settings, key] = keyword === 'ENV' ? [this.#env, name] : [this.#args, `${stage} ${name}`];
        const known = settings.get(key) ?? [];
        known.push({ at, value: value !== null && value.length <= MAX_VALUE ? value : null });
        settings.set(key, known);
      }
    }
  }

  expand(text: string, instruction: DockerfileInstruction): string | null {
    const values = new Map<string, string>();
    for (const [, name = ''] of text.matchAll(VARIABLE)) {
      const value = this.#valueOf(name, instruction);
      if (value === null) return null;
      values.set(name, value);
    }
    // `$(…)` and the like are no variables, and nothing of BuildKit's.
    return values.size === 0 && text.includes('$') ? null : expandVariables(text, values);
  }

  #valueOf(name: string, instruction: DockerfileInstruction): string | null {
    const at = this.#places.get(instruction);
    if (at === undefined) return null;
    const setting =
      lastBefore(this.#env.get(name), at) ?? lastBefore(this.#args.get(`${instruction.stage} ${name}`), at);
    return setting?.value ?? null;
  }
}

function lastBefore(settings: readonly Setting[] | undefined, at: number): Setting | undefined {
  if (settings === undefined) return undefined;
  let [low, high] = [0, settings.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((settings[middle]?.at ?? at) < at) low = middle + 1;
    else high = middle;
  }
  return settings[low - 1];
}

/** `A=1 B="2 3"`; of ENV also `A 1`, as it was written once; of ARG a name alone, whose text is null. */
function settingsOf(keyword: 'ENV' | 'ARG', body: string) {
  const words = shellWords(body, '\\');
  const [first = '', ...rest] = words;
  if (keyword === 'ENV' && !first.includes('=')) return [{ name: first, text: rest.join(' ') }];
  return words.map(word => {
    const equals = word.indexOf('=');
    return equals < 0
      ? { name: word, text: null }
      : { name: word.slice(0, equals), text: word.slice(equals + 1) };
  });
}
