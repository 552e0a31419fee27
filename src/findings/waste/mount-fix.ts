import type { WastedFile } from '../../analysis/image-analysis.ts';
import { baseName, isWithin, parentPath, pathAndParents } from '../../base/slash-path.ts';
import type { BuiltDockerfile } from '../../dockerfile/built-dockerfile.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { editProblem } from '../../dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import { instructionWords } from '../../dockerfile/shell-word.ts';
import type { LayerEntry } from '../../layer/layer-entry.ts';
import { mountOf } from '../dockerfile/bind-mount.ts';
import { copiedSources } from '../dockerfile/copied-source.ts';
import { nameByItself, namesBesides } from '../dockerfile/mention.ts';
import { areLinkedTo } from '../dockerfile/removal.ts';
import { builtElsewhere, takingFrom } from '../dockerfile/stage-graph.ts';
import { stageDirectories } from '../dockerfile/stage-variables.ts';
import { copiesAny } from '../later-use/later-need.ts';
import { findOwnScripts } from '../later-use/own-scripts.ts';
import { mayComeAcross } from '../later-use/readable-command.ts';
import { findLookup } from '../later-use/searched-place.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { directoryAges } from './directory-ages.ts';
import { ReadingRun } from './reading-run.ts';

/** Nobody wants more mounts than this in place of one copy. */
const MAX_MOUNTS = 3;

/** Copies that one RUN reads and a RUN deletes: the first is to mount what they bring. */
export const mountFixes = memoize((context: RuleContext) => new MountFixes(context));

class MountFixes {
  readonly #context: RuleContext;
  readonly #known = new Map<string, readonly DockerfileEdit[]>();

  constructor(context: RuleContext) {
    this.#context = context;
  }

  /** Empty where a mount would not surely do the same. */
  editsFor({ writtenBy, hiddenBy, reason }: WastedFile): readonly DockerfileEdit[] {
    if (reason !== 'deleted') return [];
    const key = `${writtenBy} ${hiddenBy}`;
    let edits = this.#known.get(key);
    if (edits === undefined) {
      edits = mountEdits(this.#context, writtenBy, hiddenBy);
      this.#known.set(key, edits);
    }
    return edits;
  }
}

function mountEdits(context: RuleContext, writtenBy: number, hiddenBy: number): readonly DockerfileEdit[] {
  const { dockerfile } = context;
  const [copy, hider] = [context.instructionOf(writtenBy), context.instructionOf(hiddenBy)];
  if (dockerfile === null || copy === null || hider?.keyword !== 'RUN') return [];
  const mounts = mountsOf(context, dockerfile, { copy, writtenBy, hiddenBy });
  if (mounts === null) return [];
  const targets = mounts.map(({ target }) => target);
  const { shipped } = dockerfile;
  const span = shipped.slice(shipped.indexOf(copy) + 1, shipped.indexOf(hider) + 1);
  const directories = stageDirectories(dockerfile);
  const readingRun = (run: DockerfileInstruction): ReadingRun =>
    new ReadingRun(run, directories.get(run) ?? null, targets);
  const readers = span.filter(run => run.keyword === 'RUN' && readingRun(run).isReading);
  const [reader] = readers;
  if (reader === undefined || readers.length > 1 || reader.stage !== copy.stage) return [];
  const others = [
    ...span.filter(each => each !== reader && each !== hider),
    ...builtElsewhere(dockerfile, copy, hider),
  ];
  if (takingFrom(dockerfile, copy).some(each => copiesAny(each, targets))) return [];
  if (mayNeed(context, { copy, others, targets })) return [];
  const directory = directories.get(reader) ?? null;
  if (directory !== null && targets.some(target => `${directory}/`.startsWith(`${target}/`))) return [];
  const read = readingRun(reader).readingEdits();
  const deleted = hider === reader ? [] : readingRun(hider).deletingEdits();
  if (read === null || deleted === null) return [];
  const edits: readonly DockerfileEdit[] = [
    { kind: 'remove-copy', line: copy.startLine },
    ...mounts.map(({ flag }) => ({ kind: 'add-flag', line: reader.startLine, flag }) as const),
    ...read,
    ...deleted,
  ];
  return editProblem(dockerfile.file, edits) === null ? edits : [];
}

interface Span {
  readonly copy: DockerfileInstruction;
  readonly writtenBy: number;
  readonly hiddenBy: number;
}

/** What is to be mounted in place of the copy; null unless that is all of it, and nothing of it stays. */
function mountsOf(
  context: RuleContext,
  { file }: BuiltDockerfile,
  { copy, writtenBy, hiddenBy }: Span,
): readonly { readonly target: string; readonly flag: string }[] | null {
  const sources = copiedSources(context)(writtenBy);
  const count = instructionWords(copy.body, file.escape).length - 1;
  // The mode of the copy would be another than that of the mount.
  const isPlain = copy.flags.every(({ name }) => name === 'from' || name === 'link');
  if (!isPlain || sources.length !== count || count > MAX_MOUNTS) return null;
  const { scans } = context.analysis;
  const whiteouts = new Set(scans[hiddenBy]?.whiteouts);
  const isGone = (path: string): boolean => pathAndParents(path).some(each => whiteouts.has(each));
  const entries = [...(scans[writtenBy]?.entries ?? [])];
  const ages = directoryAges(context);
  // A folder that the copy made would not be there without it.
  const makesFolder = (path: string): boolean => {
    const folder = parentPath(path);
    return ages.wasMadeBy(folder, writtenBy) && !isGone(folder);
  };
  // With `--link` it does not know what is below, and may set a folder's mode and owner anew.
  const isLinked = copy.flags.some(({ name }) => name === 'link');
  const isAsBefore = ({ path, mode, uid, gid }: LayerEntry): boolean => {
    const below = scans
      .slice(0, writtenBy)
      .flatMap(scan => scan.entries.values().find(each => each.path === path) ?? [])
      .at(-1);
    return below !== undefined && below.mode === mode && below.uid === uid && below.gid === gid;
  };
  const isAll = entries.every(entry => {
    const { path, kind, mode } = entry;
    if (makesFolder(path)) return false;
    if (kind === 'directory' && !ages.wasMadeBy(path, writtenBy)) return !isLinked || isAsBefore(entry);
    // Whoever runs the RUN reads a mount with the rights of the others.
    return isGone(path) && (mode & 0o004) !== 0;
  });
  if (!isAll) return null;
  const mounts = sources.flatMap(source => {
    const flag = mountOf(context, writtenBy, source);
    return flag === null ? [] : [{ target: source.target, flag }];
  });
  const isWritten = scans
    .slice(writtenBy + 1, hiddenBy + 1)
    .some(({ entries: later }) =>
      later.values().some(({ path }) => mounts.some(({ target }) => isWithin(path, target))),
    );
  return mounts.length === count && !isWritten ? mounts : null;
}

/** Whether anything but the RUN that reads them, and the one that deletes them, may have to do with the targets. */
function mayNeed(
  context: RuleContext,
  {
    copy,
    others,
    targets,
  }: {
    readonly copy: DockerfileInstruction;
    readonly others: readonly DockerfileInstruction[];
    readonly targets: readonly string[];
  },
): boolean {
  const names = [
    ...targets.map(target => `/${target}`),
    ...targets.map(target => nameByItself(baseName(target))),
  ];
  const settings = (context.dockerfile?.shipped ?? []).filter(
    ({ keyword, startLine }) => startLine < copy.startLine && (keyword === 'ENV' || keyword === 'ARG'),
  );
  const isNamed = [...settings, ...others].some(each => namesBesides(each, names));
  const removed = { paths: targets, lookup: findLookup(context, copy, targets) };
  const isUnreadable = others.some(each => {
    const { form, script } = runScript(each);
    if (each.keyword !== 'RUN') return false;
    const mayFind = script.commands.some(command => mayComeAcross(context, command, removed));
    return form === 'other' || mayFind;
  });
  const isInScript = findOwnScripts(context).some(({ words }) =>
    names.some(name => (typeof name === 'string' ? words.includes(name) : name.test(words))),
  );
  return isNamed || isUnreadable || isInScript || areLinkedTo(context, targets);
}
