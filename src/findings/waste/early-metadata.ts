import { parentPath } from '../../base/slash-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { type DockerfileEdit, editKey } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import type { LayerEntry } from '../../layer/layer-entry.ts';
import { readProgram } from '../../package-managers/program.ts';
import { nameByItself, namesBesides } from '../dockerfile/mention.ts';
import { changesUser, isMounted, MAX_COMMAND_PATHS, PLAIN_PATH } from '../dockerfile/removal.ts';
import { expandAt } from '../dockerfile/stage-variables.ts';
import type { RuleContext } from '../rule-context.ts';
import type { DirectoryAges } from './directory-ages.ts';
import { type MetadataChange, type Operand, readMetadataChange } from './metadata-change.ts';
import { isQuiet } from './quiet-command.ts';

/** A RUN that changes owner or mode of what instructions below it wrote. */
export interface CopyUp {
  readonly hider: DockerfileInstruction;
  readonly hiddenBy: number;
  /** Lowest first. */
  readonly writers: readonly MetadataWriter[];
}

export interface MetadataWriter {
  readonly layer: number;
  readonly instruction: DockerfileInstruction;
}

export interface EarlyFix {
  readonly edits: readonly DockerfileEdit[];
  /** The layers whose files are no longer copied. */
  readonly layers: readonly number[];
  /** Of their files, those that the RUN still copies: a command for few of them stays where it is. */
  readonly stays: (path: string) => boolean;
}

export const NO_EARLY_FIX: EarlyFix = { edits: [], layers: [], stays: () => false };
/** Of the bytes that the RUN copies, what it may go on to copy where the rest is spared. */
const MOST_STAYING = 0.1;

/** A `chown` or `chmod` of the RUN. */
interface PlacedChange extends MetadataChange {
  readonly index: number;
}

/** What sets owner or mode of an operand where its files are written. */
interface EarlyEdits extends Pick<EarlyFix, 'edits' | 'layers'> {
  /** Directories that nobody does it for. */
  readonly rest: readonly string[];
}

interface MovedOperand {
  readonly change: PlacedChange;
  readonly operand: Operand;
}

/** Decides for one RUN, by the layers that it and the writers really made. */
export class EarlyMetadata {
  readonly #context: RuleContext;
  readonly #copyUp: CopyUp;
  readonly #ages: DirectoryAges;
  /** What the RUN wrote, by path. */
  readonly #after: ReadonlyMap<string, LayerEntry>;
  readonly #commands: readonly ShellCommand[];

  constructor(context: RuleContext, copyUp: CopyUp, ages: DirectoryAges) {
    this.#context = context;
    this.#copyUp = copyUp;
    this.#ages = ages;
    this.#after = new Map(entriesOf(context, copyUp.hiddenBy).map(entry => [entry.path, entry]));
    this.#commands = runScript(copyUp.hider).script.commands;
  }

  /** Without edits where the files would not be the same. */
  fix(): EarlyFix {
    const { hider } = this.#copyUp;
    const { script, form } = runScript(hider);
    if (form !== 'shell' || !script.isChain) return NO_EARLY_FIX;
    const changes = this.#commands.flatMap((command, index): PlacedChange[] => {
      const change = readMetadataChange(command);
      return change === null ? [] : [{ ...change, index }];
    });
    const operands = changes.flatMap(change => change.operands.map(operand => ({ change, operand })));
    // Of what several commands change, the last word is not that of one of them.
    const moved = operands.filter(each => this.#copies(each));
    const [first] = moved;
    if (first === undefined || !this.#areApart(moved) || !this.#isQuietBefore(moved)) return NO_EARLY_FIX;
    const fixed = moved.map(place => ({ place, made: this.#editsFor(place) }));
    const made = fixed.flatMap(each => (each.made === null ? [] : [{ ...each.made, place: each.place }]));
    const staying = fixed.flatMap(each => (each.made === null ? [each.place] : []));
    const stays = (path: string): boolean => staying.some(place => reaches(place, path));
    // A chown behind it takes setuid away, and would no longer do so.
    const areKnown = !staying.some(({ change: { kind, value } }) => kind === 'mode' && SETS_ID.test(value));
    if (made.length === 0 || !areKnown || !this.#areFew(moved, stays)) return NO_EARLY_FIX;
    const rewritten = changes.flatMap(change => this.#rewritten(change, made));
    const all = [...made.flatMap(each => each.edits), ...rewritten];
    const unique = new Map(all.map(edit => [editKey(edit), edit]));
    const layers = new Set(made.flatMap(each => each.layers));
    return { edits: [...unique.values()], layers: [...layers], stays };
  }

  /** Whether what stays is hardly any of the bytes. */
  #areFew(moved: readonly MovedOperand[], stays: (path: string) => boolean): boolean {
    const files = new Set(moved.flatMap(place => this.#reached(place)));
    const bytes = sumSizes([...files]);
    return sumSizes([...files].filter(({ path }) => stays(path))) <= bytes * MOST_STAYING;
  }

  /**
   * Whether no two of them change the same of the same files. Owner and mode are no matter to each other, but for setuid and
   * setgid, which a chown takes away.
   */
  #areApart(moved: readonly MovedOperand[]): boolean {
    return moved.every(place =>
      moved.every(other => {
        const path = (other.operand.path ?? '').slice(1);
        if (other === place || !reaches(place, path)) return true;
        return (
          other.change.kind !== place.change.kind &&
          this.#reached(place).every(({ mode }) => (mode & SET_ID) === 0)
        );
      }),
    );
  }

  /** Whether files lie there that the RUN copied. */
  #copies(place: MovedOperand): boolean {
    return this.#reached(place).some(({ kind, size }) => kind === 'file' && size > 0);
  }

  #reached(place: MovedOperand): readonly LayerEntry[] {
    return [...this.#after.values()].filter(({ path }) => reaches(place, path));
  }

  /** What sets it where it is written; null where that is not possible for all that is there. */
  #editsFor(place: MovedOperand): EarlyEdits | null {
    const { change } = place;
    const handled = new Set<string>();
    const edits: DockerfileEdit[] = [];
    const layers: number[] = [];
    for (const writer of this.#copyUp.writers) {
      const made = this.#madeBy(writer, place);
      if (made.length === 0) continue;
      // The copies are files of their own; where they are written they are one file with several names.
      if (this.#areLinked(writer, made)) return null;
      const edit = this.#isUndisturbed(writer) ? this.#earlyEdit(writer, made, change) : null;
      if (edit === null) return null;
      edits.push(edit);
      layers.push(writer.layer);
      for (const { path } of made) handled.add(path);
    }
    const rest = this.#reached(place).filter(({ path }) => !handled.has(path));
    if (rest.some(({ kind }) => kind !== 'directory') || rest.length > MAX_COMMAND_PATHS) return null;
    const paths = rest.map(({ path }) => `/${path}`);
    if (!paths.every(path => PLAIN_PATH.test(path))) return null;
    return { edits, layers, rest: paths };
  }

  /** Of what the RUN wrote at the operand, what the writer had made. */
  #madeBy({ layer }: MetadataWriter, place: MovedOperand): readonly LayerEntry[] {
    return entriesOf(this.#context, layer).filter(
      ({ kind, path }) =>
        reaches(place, path) &&
        this.#after.has(path) &&
        (kind !== 'directory' || this.#ages.wasMadeBy(path, layer)),
    );
  }

  #areLinked({ layer }: MetadataWriter, made: readonly LayerEntry[]): boolean {
    const paths = new Set(made.map(({ path }) => path));
    return entriesOf(this.#context, layer).some(
      ({ kind, path, linkname = '' }) => kind === 'hardlink' && (paths.has(path) || paths.has(linkname)),
    );
  }

  #earlyEdit(
    writer: MetadataWriter,
    made: readonly LayerEntry[],
    change: PlacedChange,
  ): DockerfileEdit | null {
    const { keyword, heredocs, startLine: line } = writer.instruction;
    if (keyword === 'RUN') return this.#earlyCommand(writer, made, change);
    if ((keyword !== 'COPY' && keyword !== 'ADD') || heredocs.length > 0) return null;
    // What becomes of an archive's own owners and modes is the builder's to say.
    if (keyword === 'ADD' && ARCHIVE.test(writer.instruction.body)) return null;
    const flag = change.kind === 'mode' ? this.#modeFlag(writer) : this.#ownerFlag(writer, change);
    return flag === null ? null : { kind: 'add-flag', line, flag };
  }

  /** The same command, for what the RUN has made. */
  #earlyCommand(
    { layer, instruction }: MetadataWriter,
    made: readonly LayerEntry[],
    { value, kind, isRecursive }: PlacedChange,
  ): DockerfileEdit | null {
    const isSame = instruction.stage === this.#copyUp.hider.stage;
    const isKnown = kind === 'mode' || this.#isNameKnown(value, instruction, layer + 1) === true;
    if (!isSame || changesUser(instruction) || !isKnown) return null;
    if (value.includes('$') && this.#setsAfter(instruction)) return null;
    const paths = new Set(made.map(({ path }) => path));
    const roots = made.filter(({ path }) => !paths.has(parentPath(path))).map(({ path }) => path);
    const isPossible =
      roots.length <= MAX_COMMAND_PATHS &&
      roots.every(path => PLAIN_PATH.test(path) && !isMounted(instruction, path)) &&
      // A directory that others have written in, too, is theirs as well.
      !made.some(({ kind, path }) => kind === 'directory' && !this.#ages.wasMadeBy(path, layer));
    if (!isPossible) return null;
    const program = kind === 'owner' ? 'chown' : 'chmod';
    const command = [program, ...(isRecursive ? ['-R'] : []), value, ...roots.map(path => `/${path}`)].join(
      ' ',
    );
    return { kind: 'append-command', line: instruction.startLine, command };
  }

  /** `--chmod=755`: null unless everything that the copy made got the same. */
  #modeFlag({ layer }: MetadataWriter): string | null {
    const all = entriesOf(this.#context, layer);
    const files = all.filter(({ kind }) => kind !== 'directory');
    const directories = all.filter(
      ({ kind, path }) => kind === 'directory' && this.#ages.wasMadeBy(path, layer),
    );
    // Directories above a single file are made with their usual mode, whatever the flag says.
    const isAbove =
      files.length === 1 && directories.every(({ path }) => isAt(files[0]?.path ?? '', `/${path}`));
    const changed = [...files, ...(isAbove ? [] : directories)].map(({ path }) => this.#after.get(path));
    const [first] = changed;
    if (first === undefined || !changed.every(each => each?.mode === first.mode)) return null;
    return `--chmod=${first.mode.toString(8).padStart(3, '0')}`;
  }

  /** `--chown=app:app`: null unless everything that the copy made got the same. */
  #ownerFlag({ layer, instruction }: MetadataWriter, { value }: PlacedChange): string | null {
    const before = entriesOf(this.#context, layer).filter(
      ({ kind, path }) => kind !== 'directory' || this.#ages.wasMadeBy(path, layer),
    );
    const changed = before.map(({ path }) => this.#after.get(path));
    const [first] = changed;
    if (first === undefined) return null;
    // A chown takes setuid and setgid away, and a copy would keep them.
    if (before.some(({ kind, mode }) => kind === 'file' && (mode & SET_ID) !== 0)) return null;
    if (!changed.every(each => each?.uid === first.uid && each.gid === first.gid)) return null;
    // A user alone would be given the group of the same number, and the shell command leaves the group as it is.
    const isWhole = /^[^:]+:[^:]+$/.test(value);
    const isVaried = value.includes('$') && this.#setsAfter(instruction);
    // With --link nothing is there to look a name up in.
    const isLinked = instruction.flags.some(({ name }) => name === 'link');
    const isNumber = this.#isNumber(value, instruction);
    const isNameKnown = isNumber || this.#isNameKnown(value, instruction, layer);
    if (isNameKnown === null) return null;
    if (isWhole && !isVaried && (isNumber || !isLinked) && isNameKnown) return `--chown=${value}`;
    return this.#isFixed(value, first) ? `--chown=${first.uid}:${first.gid}` : null;
  }

  /** Whether the value is numbers at the instruction, with the variables that are set there. */
  #isNumber(value: string, instruction: DockerfileInstruction): boolean {
    const { dockerfile } = this.#context;
    const expanded = dockerfile === null ? null : expandAt(dockerfile, instruction, value);
    return expanded !== null && NUMBERS.test(expanded);
  }

  /** Whether users that the Dockerfile makes have these numbers whatever else changes: it says them. */
  #isFixed(value: string, { uid, gid }: Pick<LayerEntry, 'uid' | 'gid'>): boolean {
    if (value.includes('$')) return false;
    const names = value.split(':').filter(name => name !== '' && !NUMBERS.test(name));
    const makers = (this.#context.dockerfile?.shipped ?? []).filter(
      each => makesUsers(each) && names.some(name => nameByItself(name).test(each.text)),
    );
    if (makers.length === 0) return true;
    const says = (id: number): boolean =>
      id === 0 || makers.some(({ text }) => new RegExp(`(?<![\\w.])${id}(?![\\w.])`).test(text));
    return says(uid) && (gid === uid || says(gid));
  }

  /**
   * Whether the names mean the same at the instruction as in the RUN. false where the text makes users behind it: numbers
   * do there. null where a package or a script may have made them: their numbers are nobody's choice.
   * @param from the first layer whose users are not known there
   */
  #isNameKnown(value: string, instruction: DockerfileInstruction, from: number): boolean | null {
    if (NUMBERS.test(value)) return true;
    if ([...this.#between(instruction), this.#copyUp.hider].some(makesUsers)) return false;
    const { scans } = this.#context.analysis;
    const isChanged = scans
      .slice(from, this.#copyUp.hiddenBy + 1)
      .some(({ entries }) => entries.values().some(({ path }) => USERS.test(path)));
    if (!isChanged) return true;
    const before = (this.#context.dockerfile?.shipped ?? []).filter(
      each => each.startLine < instruction.startLine && makesUsers(each),
    );
    const names = value.split(':').filter(name => name !== '');
    const isMade = names.every(name => before.some(({ text }) => nameByItself(name).test(text)));
    return isMade || null;
  }

  /** Whether variables are set behind the instruction, so that a value may not be the same there. */
  #setsAfter(instruction: DockerfileInstruction): boolean {
    return this.#between(instruction).some(({ keyword }) => ['ARG', 'ENV', 'FROM'].includes(keyword));
  }

  #between({ startLine }: DockerfileInstruction): readonly DockerfileInstruction[] {
    const { hider } = this.#copyUp;
    return (this.#context.dockerfile?.file.instructions ?? []).filter(
      each => each.startLine > startLine && each.startLine < hider.startLine,
    );
  }

  /**
   * Whether nobody minds what becomes of the files before the RUN: the same user, and programs of which it is known that
   * they look at no owner; of modes, that they do not name the files.
   */
  #isUndisturbed({ instruction }: MetadataWriter): boolean {
    return this.#between(instruction).every(each => {
      if (each.stage !== instruction.stage) return false;
      if (each.keyword === 'USER') return false;
      return (
        each.keyword !== 'RUN' || runScript(each).script.commands.every(command => this.#isQuiet(command))
      );
    });
  }

  #isQuiet(command: ShellCommand): boolean {
    const entries = this.#copyUp.writers.map(({ layer }) => entriesOf(this.#context, layer));
    return isQuiet(this.#context, command, entries);
  }

  /** Whether what the RUN does before says nothing of the files. */
  #isQuietBefore(moved: readonly MovedOperand[]): boolean {
    const indexes = new Set(moved.map(({ change }) => change.index));
    const last = Math.max(...indexes);
    const others = this.#commands.slice(0, last).filter((_, index) => !indexes.has(index));
    const names = moved.flatMap(({ operand: { path } }) => (path === null ? [] : [path]));
    // A directory is made there whoever owns what is around it.
    const isOther = (command: ShellCommand): boolean =>
      !others.includes(command) || readProgram(command.words) === 'mkdir';
    return (
      others.every(command => readMetadataChange(command) !== null || this.#isQuiet(command)) &&
      (others.length === 0 || !namesBesides(this.#copyUp.hider, names, isOther))
    );
  }

  /** The command without what is done early; directories that nobody does it for stay, by themselves. */
  #rewritten(
    change: PlacedChange,
    made: readonly (EarlyEdits & { readonly place: MovedOperand })[],
  ): readonly DockerfileEdit[] {
    const own = made.flatMap(({ place, rest }) =>
      place.change === change ? [{ operand: place.operand, rest }] : [],
    );
    if (own.length === 0) return [];
    const gone = new Set(own.map(({ operand }) => operand));
    const kept = change.operands.filter(operand => !gone.has(operand)).map(({ word }) => word);
    const rest = own.flatMap(each => each.rest);
    const program = change.kind === 'owner' ? 'chown' : 'chmod';
    const line = (isRecursive: boolean, paths: readonly string[]): string[] =>
      paths.length === 0 ? [] : [[program, ...(isRecursive ? ['-R'] : []), change.value, ...paths].join(' ')];
    const commands = [...line(change.isRecursive, kept), ...line(false, rest)];
    const command = commands.length === 0 ? null : commands.join(' && ');
    return [{ kind: 'replace-command', line: this.#copyUp.hider.startLine, index: change.index, command }];
  }
}

/** Of a mode: setuid and setgid. */
const SET_ID = 0o6000;
/** `u+s`, `4755` */
const SETS_ID = /s|^0?[2-7]\d{3}$/;
/** `1000`, `1000:1000`. */
const NUMBERS = /^\d+(?::\d+)?$/;

/** Where users and groups are told. */
const USERS = /^etc\/(?:passwd|group)$/;

function makesUsers({ text }: DockerfileInstruction): boolean {
  return /(?:user|group)(?:add|mod)|add(?:user|group)|\/etc\/(?:passwd|group)/.test(text);
}

const ARCHIVE = /\.(?:tar|t[gbx]z|tbz2|gz|bz2|xz|zst|zip)\b/i;

function sumSizes(entries: readonly LayerEntry[]): number {
  return entries.reduce((sum, { size }) => sum + size, 0);
}

function reaches({ change, operand }: MovedOperand, path: string): boolean {
  if (operand.path === null) return false;
  return change.isRecursive ? isAt(path, operand.path) : `/${path}` === operand.path;
}

/** Whether a clean path is the absolute one, or in it. */
function isAt(path: string, operand: string): boolean {
  return `/${path}` === operand || `/${path}`.startsWith(`${operand}/`);
}

function entriesOf({ analysis }: RuleContext, layer: number): readonly LayerEntry[] {
  return [...(analysis.scans[layer]?.entries ?? [])];
}
