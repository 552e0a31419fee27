import { isWithin } from '../../base/slash-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { findManager } from '../../package-managers/package-managers.ts';
import { readProgram } from '../../package-managers/program.ts';
import { removalFix } from '../dockerfile/removal.ts';
import type { OfferedFix } from '../later-use/later-need.ts';
import type { RuleContext } from '../rule-context.ts';
import type { LeftoverGroup } from './leftover-defect.ts';
import { findLeftoverRoot, type LeftoverKind } from './leftover-files.ts';
import { stageRemoval } from './stage-removal.ts';

/**
 * Deletes at the end of a RUN what its tools left, by their directories and files; none where anything else is in these,
 * or where another instruction has written there.
 */
export function leftoverEdits(
  context: RuleContext,
  instruction: DockerfileInstruction,
  { files }: LeftoverGroup,
  kind: LeftoverKind,
): OfferedFix {
  if (kind === 'build-cache' && !files.every(({ path }) => isOfBuildTool(path))) return { edits: [] };
  const paths = [...new Set(files.map(({ path }) => findLeftoverRoot(path, kind) ?? path))].sort();
  if (instruction.keyword === 'COPY' && kind === 'build-cache') {
    const known = new Set(files.map(({ path }) => path));
    const isAll = context.analysis.visibleFiles
      .values()
      .every(({ path, bytes }) => bytes === 0 || known.has(path) || !isAt(path, paths));
    return isAll ? stageRemoval(context, instruction, paths) : { edits: [] };
  }
  if (!areOwn(context, instruction, paths, new Set(files.map(({ path }) => path)))) return { edits: [] };
  const names = paths.map(path => path.split('/').slice(-2).join('/'));
  const isCache = kind === 'build-cache';
  return removalFix(context, instruction, {
    paths,
    names,
    isCache,
    keepers: writersOf(instruction, isCache),
  });
}

/**
 * The programs that the RUN runs: they name what they write, and would write it anew. Other files than those of a cache
 * only package managers do without.
 */
function writersOf(instruction: DockerfileInstruction, isCache: boolean): ReadonlySet<string> {
  const programs = runScript(instruction).script.commands.map(({ words }) => readProgram(words));
  return new Set(programs.filter(program => isCache || findManager(program) !== undefined));
}

/** What is in node_modules/.cache may be anybody's: a program reads there what a script of a package has fetched. */
function isOfBuildTool(path: string): boolean {
  const [, name] = /(?:^|\/)node_modules\/\.cache\/([^/]+)/.exec(path) ?? [];
  return name === undefined || BUILD_TOOL.test(name);
}

const BUILD_TOOL =
  /(?:^|[-.@])(?:babel|terser|uglify|swc|webpack|rollup|rpt2|parcel|vite|nx|turbo|metro|jest|nyc|ava|eslint\w*|tslint|stylelint|prettier|typescript|tsbuildinfo|vue-loader|angular|storybook|nuxt|nitro|postcss|css-minimizer|loader|hard-source|fork-ts-checker|react-scripts|vitest|snowpack|workbox)(?:$|[-.])/;

/** Whether all that is at the paths was written by the instruction, and is to go. */
function areOwn(
  context: RuleContext,
  instruction: DockerfileInstruction,
  paths: readonly string[],
  files: ReadonlySet<string>,
): boolean {
  return context.analysis.scans.every(({ entries }, layer) => {
    const isOfRun = context.instructionOf(layer) === instruction;
    return entries
      .values()
      .every(
        ({ kind, path, size }) =>
          kind === 'directory' || !isAt(path, paths) || (isOfRun && (size === 0 || files.has(path))),
      );
  });
}

function isAt(path: string, paths: readonly string[]): boolean {
  return paths.some(each => isWithin(path, each));
}
