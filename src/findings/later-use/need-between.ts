import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { namesBesides } from '../dockerfile/mention.ts';
import { builtElsewhere, takingFrom } from '../dockerfile/stage-graph.ts';
import type { RuleContext } from '../rule-context.ts';
import { copiesAny, type LaterNeed, type Removed } from './later-need.ts';
import { mayComeAcross } from './readable-command.ts';
import { findLookup, type Lookup } from './searched-place.ts';

/** Two RUNs of one stage, of which the second takes away what the first one wrote. */
export interface RemovalSpan {
  readonly writer: DockerfileInstruction;
  readonly hider: DockerfileInstruction;
  /** Commands of the second that take it away, and are not to be there any more or do not mind. */
  readonly removing: ReadonlySet<ShellCommand>;
  /** Whether they name it by its path: else any other command may be what took it away. */
  readonly areExact: boolean;
}

/**
 * What may need it between the two, where the first is to take it away itself: behind the second nothing finds it, as
 * things are. Programs that nobody can read here may need anything.
 */
export function findNeedBetween(
  context: RuleContext,
  span: RemovalSpan,
  { paths, names }: Removed,
): LaterNeed | null {
  const { dockerfile } = context;
  if (dockerfile === null) return { line: null, by: 'the Dockerfile' };
  const { writer, hider, removing, areExact } = span;
  const { shipped } = dockerfile;
  const [from, to] = [shipped.indexOf(writer), shipped.indexOf(hider)];
  const all = [...names, ...paths.map(path => `/${path}`)];
  const removed = { paths, lookup: findLookup(context, writer, paths) };
  const isGone = (command: ShellCommand): boolean => removing.has(command);
  for (const each of shipped.slice(from + 1, to + 1)) {
    const commands = each === hider && areExact ? commandsBefore(each, isGone) : commandsOf(each, removing);
    const isNamed = namesBesides(each, all, each === hider ? isGone : undefined);
    if (isNamed || (each.keyword === 'RUN' && mayFind(context, each, commands, removed))) return needOf(each);
  }
  const elsewhere = builtElsewhere(dockerfile, writer, hider).find(
    each =>
      namesBesides(each, all) ||
      (each.keyword === 'RUN' && mayFind(context, each, commandsOf(each, removing), removed)),
  );
  const taking = takingFrom(dockerfile, writer).find(each => copiesAny(each, paths));
  const other = elsewhere ?? taking;
  return other === undefined ? findSetting(shipped, { from, to }, all) : needOf(other);
}

function needOf({ startLine, keyword }: DockerfileInstruction): LaterNeed {
  return { line: startLine, by: keyword };
}

/** What settings of the image make programs look for. */
const SETTING: ReadonlySet<string> = new Set(['ENV', 'SHELL']);

function findSetting(
  shipped: BuiltDockerfile['shipped'],
  { from, to }: { readonly from: number; readonly to: number },
  names: readonly (string | RegExp)[],
): LaterNeed | null {
  const before = shipped.slice(0, Math.max(from, 0));
  const directory = shipped.slice(0, to).findLast(({ keyword }) => keyword === 'WORKDIR');
  const settings = before.filter(({ keyword }) => SETTING.has(keyword));
  const found = [...settings, ...(directory === undefined ? [] : [directory])].find(each =>
    namesBesides(each, names),
  );
  return found === undefined ? null : needOf(found);
}

function commandsOf(
  run: DockerfileInstruction,
  removing: ReadonlySet<ShellCommand>,
): readonly ShellCommand[] {
  return runScript(run).script.commands.filter(command => !removing.has(command));
}

/** The commands that the hider runs before it takes anything away. */
function commandsBefore(
  hider: DockerfileInstruction,
  isGone: (command: ShellCommand) => boolean,
): readonly ShellCommand[] {
  const { commands } = runScript(hider).script;
  return commands.slice(0, commands.findLastIndex(isGone) + 1).filter(command => !isGone(command));
}

/** Whether a RUN may come across the paths without naming them. */
function mayFind(
  context: RuleContext,
  run: DockerfileInstruction,
  commands: readonly ShellCommand[],
  removed: { readonly paths: readonly string[]; readonly lookup: Lookup },
): boolean {
  const { form, script } = runScript(run);
  if (form === 'other' || !script.isUnderstood) return commands.length > 0;
  return commands.some(command => mayComeAcross(context, command, removed));
}
