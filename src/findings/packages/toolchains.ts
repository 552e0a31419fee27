import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { baseName } from '../../base/slash-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { isSystemPackage } from '../../packages/installed-package.ts';
import { nameByItself } from '../dockerfile/mention.ts';
import { findOwnScripts } from '../later-use/own-scripts.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';

/** A compiler with all that belongs to it, in a directory of its own, which no package of the system has. */
interface Toolchain {
  readonly language: 'Go' | 'Rust';
  /** Its files in own layers. */
  readonly files: readonly VisibleFile[];
}

/** How a language's own distribution is laid out. */
interface Layout {
  readonly language: Toolchain['language'];
  /** What runs it. */
  readonly programs: readonly string[];
  /** The compiler's path: the group is the directory that has all of it. */
  readonly compiler: RegExp;
  /** A program of it, from there. */
  readonly program: string;
}

const LAYOUTS: readonly Layout[] = [
  {
    language: 'Go',
    programs: ['go', 'gofmt'],
    compiler: /^((?:[^/]+\/)+)pkg\/tool\/[^/]+\/compile$/,
    program: 'bin/go',
  },
  {
    language: 'Rust',
    programs: ['cargo', 'rustc', 'rustup', 'rustdoc'],
    compiler: /^((?:[^/]+\/)*toolchains\/[^/]+\/)bin\/rustc$/,
    program: 'bin/cargo',
  },
];

/**
 * Toolchains that built what the image runs, and that nothing uses when it runs. What the image runs has to be a program
 * that a RUN wrote which runs the toolchain, or one behind it: an image that only brings the toolchain is there to build in.
 */
export const findSpareToolchains = memoize((context: RuleContext): readonly Toolchain[] => {
  const { dockerfile, ownFiles, analysis } = context;
  if (dockerfile === null) return [];
  return LAYOUTS.flatMap(({ language, programs, compiler, program }) => {
    const roots = new Set(ownFiles.flatMap(({ path }) => compiler.exec(path)?.[1] ?? []));
    const own = [...roots].filter(root => {
      const owner = analysis.packages.ownerOf(`${root}${program}`);
      return owner === null || !isSystemPackage(owner);
    });
    if (own.length === 0 || !isSpare(context, programs, own)) return [];
    const files = ownFiles.filter(({ path }) => own.some(root => path.startsWith(root)));
    return [{ language, files }];
  });
});

const RUNS: ReadonlySet<string> = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);
/** Verbs of `go` and `cargo` that write programs. */
const BUILDS: ReadonlySet<string> = new Set(['build', 'install', 'b', 'rustc']);

function isSpare(context: RuleContext, programs: readonly string[], roots: readonly string[]): boolean {
  const shipped = context.dockerfile?.shipped ?? [];
  const build = shipped.find(each => builds(each, programs));
  if (build === undefined) return false;
  const running = shipped.filter(({ keyword }) => RUNS.has(keyword));
  const names = new Set(running.flatMap(({ body }) => body.match(/[\w.+-]+/g) ?? []));
  const isBuilt = context.ownFiles.some(({ path, layer }) => {
    if (!names.has(baseName(path)) || roots.some(root => path.startsWith(root))) return false;
    const instruction = context.instructionOf(layer);
    return instruction?.keyword === 'RUN' && instruction.startLine >= build.startLine;
  });
  const uses = [...programs.map(nameByItself), ...roots.map(root => nameByItself(`/${root.slice(0, -1)}`))];
  const texts = [...running.map(({ body }) => body), ...scriptsRun(context, names), ...loadedFrom(shipped)];
  return isBuilt && !texts.some(text => uses.some(use => use.test(text)));
}

function builds(instruction: DockerfileInstruction, programs: readonly string[]): boolean {
  if (instruction.keyword !== 'RUN') return false;
  return runScript(instruction).script.commands.some(({ words }) => {
    const at = words.findIndex(word => programs.includes(baseName(word)));
    return at >= 0 && words.slice(at + 1).some(word => BUILDS.has(word));
  });
}

/** How often a script may run another. */
const MAX_ROUNDS = 5;

/** The words of the scripts that the image runs, and of those that they run. */
function scriptsRun(context: RuleContext, names: ReadonlySet<string>): readonly string[] {
  const known = new Set(names);
  let scripts = findOwnScripts(context).map(({ path, words }) => ({
    name: baseName(path),
    words,
  }));
  const run: string[] = [];
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = scripts.filter(({ name }) => known.has(name));
    if (next.length === 0) return run;
    scripts = scripts.filter(({ name }) => !known.has(name));
    for (const { words } of next) {
      run.push(words);
      for (const word of words.match(/[\w.+-]+/g) ?? []) known.add(word);
    }
  }
  // Nobody can tell what the others run.
  return [...run, ...scripts.map(({ words }) => words)];
}

/** Variables that have libraries loaded: a path of programs is one that the build needed, too. */
function loadedFrom(shipped: readonly DockerfileInstruction[]): readonly string[] {
  return shipped
    .filter(({ keyword, body }) => keyword === 'ENV' && /\bLD_\w+/.test(body))
    .map(({ body }) => body);
}
