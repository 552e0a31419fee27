import { parseDockerfile } from '../../../src/dockerfile/dockerfile.ts';
import { runScript } from '../../../src/dockerfile/shell/run-script.ts';
import type { LayerSpec } from '../../support/fabricate/analysis.ts';

/** A file as a build has it: `stamp` is new whenever it is written. */
interface SimulatedFile {
  readonly size: number;
  readonly content: string;
  readonly mode: number;
  readonly stamp: number;
}

type Files = Map<string, SimulatedFile>;

/** What a command that the build knows by its first words does: `w3` writes, `m3` changes a mode. */
export interface Effect {
  readonly path: string;
  readonly size: number;
  readonly content: string;
  readonly mode: number;
}

/** Builds Dockerfiles whose commands are known, without running anything. */
export class SimulatedBuild {
  readonly #effects: ReadonlyMap<string, readonly Effect[]>;
  #stamp = 0;

  /** @param effects by the text of a command */
  constructor(effects: ReadonlyMap<string, readonly Effect[]>) {
    this.#effects = effects;
  }

  /** The layers on top of the base, those of RUN and COPY, lowest first. */
  layers(text: string): readonly LayerSpec[] {
    const files: Files = new Map();
    return parseDockerfile(text, 'Dockerfile').instructions.flatMap((instruction): LayerSpec[] => {
      const { keyword, startLine } = instruction;
      if (keyword !== 'RUN' && keyword !== 'COPY') return [];
      const before = new Map(files);
      const commands =
        keyword === 'COPY'
          ? [instruction.text]
          : runScript(instruction).script.commands.map(({ words }) => words.join(' '));
      for (const command of commands) this.#run(command, files);
      return [layerBetween(before, files, startLine)];
    });
  }

  #run(command: string, files: Files): void {
    const effects = this.#effects.get(command);
    if (effects !== undefined) {
      for (const { path, ...file } of effects) {
        this.#stamp += 1;
        files.set(path, { ...file, stamp: this.#stamp });
      }
      return;
    }
    const patterns = removedBy(command);
    if (patterns === null) throw new Error(`a command without effect: ${command}`);
    for (const path of [...files.keys()]) {
      if (patterns.some(pattern => pattern.test(path))) files.delete(path);
    }
  }
}

function removedBy(command: string): readonly RegExp[] | null {
  if (command === 'npm cache clean --force') return [/^root\/\.npm\/_cacache\//];
  const [, operands] = /^rm -rf (.+)$/.exec(command) ?? [];
  return (
    operands?.split(' ').map(operand => {
      const path = operand.slice(1).replaceAll('.', '\\.').replaceAll('*', '[^/]*');
      return new RegExp(`^${path}(?:/|$)`);
    }) ?? null
  );
}

function layerBetween(before: Files, after: Files, line: number): LayerSpec {
  const written = [...after].filter(([path, file]) => before.get(path)?.stamp !== file.stamp);
  return {
    line,
    files: Object.fromEntries(
      written.map(([path, { stamp, ...file }]) => [path, { ...file, mtime: 1_700_000_000 + stamp }]),
    ),
    deletes: [...before.keys()].filter(path => !after.has(path)),
  };
}
