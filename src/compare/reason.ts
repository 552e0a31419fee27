import type { BuiltDockerfile } from '../dockerfile/built-dockerfile.ts';
import { type DockerfileInstruction, locationOf } from '../dockerfile/dockerfile-instruction.ts';
import { namedSources, readMounts } from '../dockerfile/mount.ts';
import { type RunScript, runScript } from '../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../dockerfile/shell/shell-command.ts';
import type { Stage } from '../dockerfile/stage.ts';
import { packageCommand, removalTitle } from '../package-managers/package-command.ts';
import { readProgram } from '../package-managers/program.ts';
import type { Cause, Reason } from './comparison.ts';
import type { ComparedFile } from './file-changes.ts';
import type { ImageSources } from './image-sources.ts';
import { isNamedIn } from './instruction-words.ts';
import type { AttributedImages } from './own-changes.ts';

type ReasonedCause = Omit<Cause, 'reason'>;

/** Tells why content came or went, from the instructions and the files that both builds read. */
export class Reasons {
  readonly #images: AttributedImages;
  readonly #baseline: ImageSources;
  readonly #head: ImageSources;

  constructor(images: AttributedImages) {
    this.#images = images;
    this.#baseline = images.sources.baseline;
    this.#head = images.sources.head;
  }

  ofPackages(cause: ReasonedCause): Reason | null {
    if (cause.change === 'removed') return this.#buildStage(cause);
    const matched = cause.change === 'added' ? this.#matched(cause) : null;
    if (matched === null) return null;
    return packagesLeft(cause, matched) ?? optionGone(matched);
  }

  /** @param items all that the cause tells */
  ofPaths(cause: ReasonedCause, items: readonly ComparedFile[]): Reason | null {
    if (cause.change === 'removed') return this.#cacheMount(cause) ?? this.#ignoreFile(items);
    if (cause.change !== 'added') return null;
    // What a later instruction deletes has its reason there.
    const matched = cause.kind === 'waste' ? null : this.#matched(cause);
    const left = matched === null ? null : filesLeft(cause, matched);
    return left ?? this.#ignoreFile(items);
  }

  /** The instruction of the head that has all of it, and what it was in the baseline; null where there is no such pair. */
  #matched({ head, layerCounts }: ReasonedCause): MatchedRuns | null {
    const layer = head[0]?.layer;
    const other = layer === undefined ? null : this.#images.baselineLayerOf(layer);
    if (layer === undefined || other === null || layerCounts.head > 1) return null;
    const [before, after] = [this.#baseline.instructionOf(other), this.#head.instructionOf(layer)];
    if (before === null || after === null) return null;
    return { before: runScript(before), after: runScript(after) };
  }

  /** The same instruction has them in a cache mount now. */
  #cacheMount({ files, baseline, layerCounts }: ReasonedCause): Reason | null {
    const [place] = baseline;
    if (place === undefined || layerCounts.baseline > 1 || files.length === 0) return null;
    const layer = this.#images.headLayerOf(place.layer);
    const before = this.#baseline.instructionOf(place.layer);
    const after = layer === null ? null : this.#head.instructionOf(layer);
    if (before === null || after === null || isCached(before, files) || !isCached(after, files)) return null;
    return { kind: 'cache-mount', instruction: locationOf(after) };
  }

  /** Of packages that the baseline's instruction names: a stage that does not ship installs all of these now. */
  #buildStage({ packages, baseline, layerCounts }: ReasonedCause): Reason | null {
    const [place] = baseline;
    const isNamed = isNamedIn(place);
    const names = packages.map(({ name }) => name).filter(isNamed);
    if (names.length === 0 || layerCounts.baseline > 1) return null;
    const { dockerfile } = this.#baseline;
    if (dockerfile === null || findBuildStage(dockerfile, names) !== null) return null;
    return this.#head.dockerfile && findBuildStage(this.#head.dockerfile, names);
  }

  /** The other image makes the same copy, and its ignore file alone decides. */
  #ignoreFile(items: readonly ComparedFile[]): Reason | null {
    const [before, after] = [this.#baseline.ignoreFile, this.#head.ignoreFile];
    if (before === null || after === null || before.text === after.text || items.length > MAX_ITEMS)
      return null;
    const path = after.path ?? before.path;
    if (path === null || !items.every(item => this.#isIgnored(item))) return null;
    const change = before.path !== after.path && after.path !== null ? 'added' : 'changed';
    return { kind: 'ignore-file', change: after.path === null ? 'removed' : change, path };
  }

  #isIgnored({ node, before, after }: ComparedFile): boolean {
    const { sides, attributedLayerOf } = this.#images;
    const side = before === null ? 'head' : 'baseline';
    const file = before ?? after;
    if (file === null || (before !== null && after !== null)) return false;
    const [having, lacking] = side === 'head' ? [this.#head, this.#baseline] : [this.#baseline, this.#head];
    const layer = attributedLayerOf[side](file);
    const copy = having.instructionOf(layer);
    if (copy === null || !lacking.hasInstruction(copy)) return false;
    const path = having.contextPath(layer, sides.paths.pathOf(node));
    return path !== null && lacking.excludes(path) === true && having.excludes(path) === false;
  }
}

/** What one instruction of the head runs, and what it ran in the baseline. */
interface MatchedRuns {
  readonly before: RunScript;
  readonly after: RunScript;
}

/** Paths whose way from the context is looked at. */
const MAX_ITEMS = 20_000;

function isCached(instruction: DockerfileInstruction, files: ReasonedCause['files']): boolean {
  const targets = readMounts(instruction.flags).flatMap(({ type, target }) =>
    type === 'cache' && target?.startsWith('/') ? [`${target.slice(1)}/`] : [],
  );
  return targets.length > 0 && files.every(({ path }) => targets.some(target => path.startsWith(target)));
}

/** A RUN of a stage that others take from, and that does not ship, which installs all of the packages by their names. */
function findBuildStage({ file, shippedStages }: BuiltDockerfile, names: readonly string[]): Reason | null {
  for (const instruction of file.instructions) {
    const stage = file.stages[instruction.stage ?? -1];
    if (instruction.keyword !== 'RUN' || stage === undefined || shippedStages.includes(stage)) continue;
    if (!names.every(name => instruction.text.includes(name))) continue;
    const words = runScript(instruction).script.commands.flatMap(
      command => packageCommand(command)?.names ?? [],
    );
    if (!names.every(namesIn(words)) || !isTakenFrom(file, stage)) continue;
    const name = stage.name ?? `${stage.index}`;
    return { kind: 'build-stage', stage: name, instruction: locationOf(instruction) };
  }
  return null;
}

function isTakenFrom({ instructions, stages }: BuiltDockerfile['file'], stage: Stage): boolean {
  const isMeant = (name: string): boolean => name.toLowerCase() === stage.name || name === `${stage.index}`;
  return (
    stages.some(({ baseImage }) => isMeant(baseImage)) || instructions.flatMap(namedSources).some(isMeant)
  );
}

/** By their names, whatever version stands behind them. */
function namesIn(words: readonly string[]): (name: string) => boolean {
  return isNamedIn({ instruction: null, createdBy: words.join(' ') });
}

/** The baseline's instruction installed them, too, and took them away again: the head's is the same without that. */
function packagesLeft({ packages }: ReasonedCause, { before, after }: MatchedRuns): Reason | null {
  const isNamed = namesIn([before.script.text]);
  if (!packages.some(({ name }) => isNamed(name))) return null;
  const { commands } = before.script;
  const removal = droppedCommands(before, after).find(command => {
    if (removalTitle(command) === null || !isCertain(command, before)) return false;
    return commands.slice(0, commands.indexOf(command)).some(install => takesAway(command, install));
  });
  return removal === undefined ? null : { kind: 'command-gone', command: removalTitle(removal) ?? '' };
}

/** Whether the packages that a command installs are named by the removal, or nothing needs them any more when it is done. */
function takesAway(removal: ShellCommand, install: ShellCommand): boolean {
  const installed = packageCommand(install);
  if (installed?.action !== 'names') return false;
  const programs: readonly string[] = installed.manager.programs;
  if (!programs.includes(readProgram(removal.words))) return false;
  const words = removal.words.slice(1);
  if (words.some(word => /^(?:--)?auto-?(?:remove|purge)$/.test(word))) return true;
  return words.slice(1).some(word => !word.startsWith('-') && install.words.includes(word));
}

/** The baseline's instruction deleted them: the head's is the same without that. */
function filesLeft({ files }: ReasonedCause, { before, after }: MatchedRuns): Reason | null {
  for (const command of droppedCommands(before, after)) {
    const text = deletionOf(command.words, files);
    if (text !== null && isLast(command, before)) return { kind: 'command-gone', command: text };
  }
  return null;
}

/** Commands of the baseline that the head runs no more, where it runs all others in the same order and none that is new. */
function droppedCommands(before: RunScript, after: RunScript): readonly ShellCommand[] {
  const left = after.script.commands.map(textOf);
  const dropped = before.script.commands.filter(command => {
    if (textOf(command) !== left[0]) return true;
    left.shift();
    return false;
  });
  return left.length > 0 || after.script.commands.length === 0 ? [] : dropped;
}

function textOf({ words }: ShellCommand): string {
  return words.join(' ');
}

/** Whether it is run whatever the command before it did. */
function isCertain({ operator, depth }: ShellCommand, { script }: RunScript): boolean {
  return operator !== '||' && depth === 0 && script.isUnderstood;
}

/** Whether it is run for certain, and nothing but other clean-up comes after it. */
function isLast(command: ShellCommand, run: RunScript): boolean {
  const { script } = run;
  const index = script.commands.indexOf(command);
  return isCertain(command, run) && script.commands.slice(index + 1).every(({ words }) => isTidying(words));
}

function isTidying(words: readonly string[]): boolean {
  return words[0] === 'rm' || words.includes('clean') || removalTitle({ words }) !== null;
}

/** `rm -rf /var/lib/apt/lists/*`, where it deletes all of the files; null for another command. */
function deletionOf(words: readonly string[], files: ReasonedCause['files']): string | null {
  if (words[0] !== 'rm') return null;
  const options = words.slice(1).filter(word => word.startsWith('-'));
  const isRecursive = options.some(option => option === '--recursive' || /^-[a-zA-Z]*[rR]/.test(option));
  const deleted = words.slice(1).find(word => {
    const path = word
      .replace(/^\//, '')
      .replace(/\/?\*$/, '')
      .replace(/\/$/, '');
    if (!word.startsWith('/') || path === '') return false;
    return files.every(each => each.path === path || (isRecursive && each.path.startsWith(`${path}/`)));
  });
  return deleted === undefined ? null : ['rm', ...options, deleted].join(' ');
}

/** The same packages are installed, and no longer without what they only recommend. */
function optionGone({ before, after }: MatchedRuns): Reason | null {
  const installs = after.script.commands.flatMap(command => packageCommand(command) ?? []);
  for (const command of before.script.commands) {
    const installed = packageCommand(command);
    const recommends = installed?.manager.recommends;
    if (installed === null || recommends === undefined || recommends.decided.test(after.script.text))
      continue;
    const option = Object.values(recommends.options).find(each => command.words.includes(each));
    const isSame = installs.some(
      ({ title, names }) => title === installed.title && names.join(' ') === installed.names.join(' '),
    );
    if (option !== undefined && isSame) return { kind: 'option-gone', option };
  }
  return null;
}
