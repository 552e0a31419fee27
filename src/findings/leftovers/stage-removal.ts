import { resolvePath, workingDirectories } from '../../build/instruction-paths.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { instructionWords } from '../../dockerfile/shell-word.ts';
import { readProgram } from '../../package-managers/program.ts';
import { removalFix } from '../dockerfile/removal.ts';
import { findChain, findSourceStage } from '../dockerfile/stage-graph.ts';
import type { OfferedFix } from '../later-use/later-need.ts';
import type { RuleContext } from '../rule-context.ts';

/**
 * Deletes a cache in the stage that a COPY takes it from: at the end of the last RUN of that stage, behind which nothing
 * writes there. No edits where the stage goes on, or another user may have written it.
 * @param paths clean, as the COPY has them
 */
export function stageRemoval(
  context: RuleContext,
  copy: DockerfileInstruction,
  paths: readonly string[],
): OfferedFix {
  const { dockerfile } = context;
  const stage = dockerfile === null ? null : findSourceStage(dockerfile, copy);
  if (dockerfile === null || stage === null) return { edits: [] };
  const chain = findChain(dockerfile, stage);
  const last = chain.findLastIndex(({ keyword }) => keyword === 'RUN');
  const run = chain[last];
  const isLast = chain.slice(last + 1).every(({ keyword }) => keyword !== 'COPY' && keyword !== 'ADD');
  const isRoot = chain.every(({ keyword }) => keyword !== 'USER');
  const sources = sourcesOf(context, copy, paths);
  if (run === undefined || run.stage !== stage.index || !isLast || !isRoot || sources === null) {
    return { edits: [] };
  }
  const names = sources.map(path => path.split('/').slice(-2).join('/'));
  // What builds there names what it writes.
  const commands = chain.flatMap(each => runScript(each).script.commands);
  const keepers = new Set(commands.map(({ words }) => readProgram(words)));
  return removalFix(context, run, { paths: sources, names, isCache: true, keepers });
}

/** Where the stage has what the COPY of one folder has put at the paths; null where that cannot be told. */
function sourcesOf(
  { dockerfile }: RuleContext,
  copy: DockerfileInstruction,
  paths: readonly string[],
): readonly string[] | null {
  if (dockerfile === null || copy.heredocs.length > 0) return null;
  const { file, shipped } = dockerfile;
  const words = instructionWords(copy.body, file.escape);
  const [source = '', target = ''] = words;
  if (words.length !== 2 || !/^\/[\w./@+-]+$/.test(source)) return null;
  const from = resolvePath(null, source);
  const to = resolvePath(workingDirectories(shipped, file).get(copy) ?? null, target);
  if (from === null || to === null || to === '' || from === '') return null;
  if (!paths.every(path => path.startsWith(`${to}/`))) return null;
  return paths.map(path => `${from}${path.slice(to.length)}`);
}
