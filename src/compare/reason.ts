import type { BuiltDockerfile } from '../dockerfile/built-dockerfile.ts';
import { type DockerfileInstruction, locationOf } from '../dockerfile/dockerfile-instruction.ts';
import { readMounts } from '../dockerfile/mount.ts';
import { runScript } from '../dockerfile/shell/run-script.ts';
import { removalTitle } from '../package-managers/package-command.ts';
import { PACKAGE_MANAGERS } from '../package-managers/package-managers.ts';
import type { ComparedImages } from './compared-images.ts';
import type { Cause, Reason } from './comparison.ts';
import type { ComparedFile } from './file-changes.ts';
import type { ImageSources } from './image-sources.ts';
import { isNamedIn } from './instruction-words.ts';

type ReasonedCause = Omit<Cause, 'reason'>;

/** Tells why content came or went, from the instructions and the files that both builds read. */
export class Reasons {
  readonly #images: ComparedImages;
  readonly #baseline: ImageSources;
  readonly #head: ImageSources;

  constructor(images: ComparedImages) {
    this.#images = images;
    this.#baseline = images.sources.baseline;
    this.#head = images.sources.head;
  }

  ofPackages(cause: ReasonedCause): Reason | null {
    if (cause.change === 'removed') return this.#buildStage(cause);
    if (cause.change !== 'added') return null;
    const [before, after] = this.#matched(cause);
    if (before === null || after === null || !areOnlyBroughtAlong(cause, before, after)) return null;
    return packagesLeft(cause, before, after) ?? optionGone(before, after);
  }

  /** @param items all that the cause tells */
  ofPaths(cause: ReasonedCause, items: readonly ComparedFile[]): Reason | null {
    if (cause.change === 'removed') return this.#cacheMount(cause) ?? this.#ignoreFile(items);
    if (cause.change !== 'added') return null;
    const [before, after] = this.#matched(cause);
    // What a later instruction deletes has its reason there.
    const isKnown = before !== null && after !== null && cause.kind !== 'waste';
    const left = isKnown ? filesLeft(cause, before, after) : null;
    return left ?? this.#ignoreFile(items);
  }

  /** The instruction of the head that has most of it, and what it was in the baseline. */
  #matched({ head }: ReasonedCause): readonly [DockerfileInstruction | null, DockerfileInstruction | null] {
    const layer = head[0]?.layer;
    const before = layer === undefined ? null : this.#images.baselineLayerOf(layer);
    if (layer === undefined || before === null) return [null, null];
    return [this.#baseline.instructionOf(before), this.#head.instructionOf(layer)];
  }

  #cacheMount({ files, baseline }: ReasonedCause): Reason | null {
    const isHeldBy = (instruction: DockerfileInstruction | null): boolean =>
      instruction !== null && files.length > 0 && isCached(instruction, files);
    if (baseline.some(({ layer }) => isHeldBy(this.#baseline.instructionOf(layer)))) return null;
    for (const instruction of this.#head.ownInstructions()) {
      if (isHeldBy(instruction)) return { kind: 'cache-mount', instruction: locationOf(instruction) };
    }
    return null;
  }

  /** Of packages that the baseline's instruction names: a stage that does not ship names them now. */
  #buildStage({ packages, baseline }: ReasonedCause): Reason | null {
    const [place] = baseline;
    const isNamed = isNamedIn(place);
    const names = packages.map(({ name }) => name).filter(isNamed);
    if (names.length === 0 || place === undefined) return null;
    const { dockerfile } = this.#baseline;
    if (dockerfile === null || findUnshipped(dockerfile, names) !== null) return null;
    return this.#head.dockerfile && findUnshipped(this.#head.dockerfile, names);
  }

  #ignoreFile(items: readonly ComparedFile[]): Reason | null {
    const [before, after] = [this.#baseline.ignoreText, this.#head.ignoreText];
    if (before === null || after === null || before === after || items.length > MAX_ITEMS) return null;
    const { sides } = this.#images;
    const isProven = items.every(({ node, before: old, after: recent }) => {
      const isGone = old !== null;
      if (isGone === (recent !== null)) return false;
      const [with_, without] = isGone ? [this.#baseline, this.#head] : [this.#head, this.#baseline];
      const file = old ?? recent ?? 0;
      const inContext = with_.contextPath(
        sides[isGone ? 'baseline' : 'head'].layerOf(file),
        sides.paths.pathOf(node),
      );
      return (
        inContext !== null && without.excludes(inContext) === true && with_.excludes(inContext) === false
      );
    });
    if (!isProven) return null;
    return { kind: 'ignore-file', change: before === '' ? 'added' : after === '' ? 'removed' : 'changed' };
  }
}

/** Paths whose way from the context is looked at. */
const MAX_ITEMS = 20_000;

function isCached(instruction: DockerfileInstruction, files: ReasonedCause['files']): boolean {
  const targets = readMounts(instruction.flags).flatMap(({ type, target }) =>
    type === 'cache' && target?.startsWith('/') ? [`${target.slice(1)}/`] : [],
  );
  return files.every(({ path }) => targets.some(target => path.startsWith(target)));
}

function findUnshipped(dockerfile: BuiltDockerfile, names: readonly string[]): Reason | null {
  const { file, shippedStages } = dockerfile;
  for (const instruction of file.instructions) {
    const stage = file.stages[instruction.stage ?? -1];
    if (instruction.keyword !== 'RUN' || stage === undefined || shippedStages.includes(stage)) continue;
    if (!names.every(isNamedIn({ instruction, createdBy: '' }))) continue;
    return {
      kind: 'build-stage',
      stage: stage.name ?? `${stage.index}`,
      instruction: locationOf(instruction),
    };
  }
  return null;
}

/** Whether nothing of them is named by the head's instruction alone: that is reason enough. */
function areOnlyBroughtAlong(
  { packages }: ReasonedCause,
  before: DockerfileInstruction,
  after: DockerfileInstruction,
): boolean {
  const [wasNamed, isNamed] = [before, after].map(instruction => isNamedIn({ instruction, createdBy: '' }));
  return packages.every(({ name }) => isNamed?.(name) !== true || wasNamed?.(name) === true);
}

/** The baseline's instruction installed them, too, and took them away again. */
function packagesLeft(
  { packages }: ReasonedCause,
  before: DockerfileInstruction,
  after: DockerfileInstruction,
): Reason | null {
  const isNamed = isNamedIn({ instruction: before, createdBy: '' });
  if (!packages.some(({ name }) => isNamed(name))) return null;
  const [command] = removals(before);
  return command === undefined || removals(after).length > 0 ? null : { kind: 'command-gone', command };
}

function removals(instruction: DockerfileInstruction): readonly string[] {
  return runScript(instruction).script.commands.flatMap(command => removalTitle(command) ?? []);
}

/** The baseline's instruction deleted them. */
function filesLeft(
  { files }: ReasonedCause,
  before: DockerfileInstruction,
  after: DockerfileInstruction,
): Reason | null {
  const command = deletion(before, files);
  return command === null || deletion(after, files) !== null ? null : { kind: 'command-gone', command };
}

/** `rm -rf /var/lib/apt/lists/*`, where it deletes all of the files; null where none does. */
function deletion(instruction: DockerfileInstruction, files: ReasonedCause['files']): string | null {
  for (const { words } of runScript(instruction).script.commands) {
    if (words[0] !== 'rm') continue;
    const options = words.slice(1).filter(word => word.startsWith('-'));
    const deleted = words.slice(1).find(word => {
      const path = word
        .replace(/^\//, '')
        .replace(/\/?\*$/, '')
        .replace(/\/$/, '');
      return (
        word.startsWith('/') && path !== '' && files.every(each => `${each.path}/`.startsWith(`${path}/`))
      );
    });
    if (deleted !== undefined) return ['rm', ...options, deleted].join(' ');
  }
  return null;
}

/** An option that left out what packages only recommend. */
function optionGone(before: DockerfileInstruction, after: DockerfileInstruction): Reason | null {
  const option = RECOMMENDS_OPTIONS.find(each => before.text.includes(each) && !after.text.includes(each));
  return option === undefined ? null : { kind: 'option-gone', option };
}

const RECOMMENDS_OPTIONS = PACKAGE_MANAGERS.flatMap(({ recommends }) =>
  recommends === undefined ? [] : Object.values(recommends.options),
);
