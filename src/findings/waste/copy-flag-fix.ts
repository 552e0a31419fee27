import type { WastedFile } from '../../analysis/image-analysis.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { editProblem } from '../../dockerfile/edit/apply-edits.ts';
import type { DockerfileEdit } from '../../dockerfile/edit/dockerfile-edit.ts';
import { runScript } from '../../dockerfile/shell/run-script.ts';
import type { LayerEntry } from '../../layer/layer-entry.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { DirectoryAges } from './directory-ages.ts';
import { type MetadataChange, readMetadataChange } from './metadata-change.ts';

/** A RUN that does nothing to files but change owner or mode of what COPY or ADD wrote, and those instructions. */
interface CopyUp {
  readonly hider: DockerfileInstruction;
  readonly hiddenBy: number;
  readonly writers: readonly Writer[];
}

interface Writer {
  readonly layer: number;
  readonly instruction: DockerfileInstruction;
}

/** The copies of an image that are to set owner or mode themselves. */
export const copyFlagFixes = memoize((context: RuleContext) => new CopyFlagFixes(context));

/**
 * Which COPY and ADD instructions are to set owner or mode themselves (`--chown`, `--chmod`), so that no RUN copies
 * their files to do it.
 */
class CopyFlagFixes {
  readonly #editsOf = new Map<number, readonly DockerfileEdit[]>();

  constructor(context: RuleContext) {
    const { dockerfile, analysis } = context;
    const copyUps = copyUpsOf(context);
    if (dockerfile === null || copyUps.length === 0) return;
    const ages = new DirectoryAges(analysis.scans);
    for (const copyUp of copyUps) {
      const edits = new CopyFlagFix(context, copyUp, ages).edits();
      if (edits.length === 0 || editProblem(dockerfile.file, edits) !== null) continue;
      this.#editsOf.set(copyUp.hiddenBy, edits);
    }
  }

  /** What spares the copies that this layer made; empty where nothing does. */
  editsFor({ hiddenBy }: Pick<WastedFile, 'hiddenBy'>): readonly DockerfileEdit[] {
    return this.#editsOf.get(hiddenBy) ?? [];
  }
}

function copyUpsOf(context: RuleContext): readonly CopyUp[] {
  const writersOf = new Map<number, Set<number>>();
  for (const { reason, writtenBy, hiddenBy } of context.analysis.wastedFiles) {
    if (reason !== 'metadata-only') continue;
    writersOf.set(hiddenBy, (writersOf.get(hiddenBy) ?? new Set()).add(writtenBy));
  }
  return [...writersOf].flatMap(([hiddenBy, layers]) => {
    const hider = context.instructionOf(hiddenBy);
    const writers = [...layers].flatMap((layer): Writer[] => {
      const instruction = context.instructionOf(layer);
      return instruction !== null && isCopy(instruction) ? [{ layer, instruction }] : [];
    });
    // A file of the base, or of a RUN, would keep its owner: the command has to stay as it is.
    const areAll = writers.length === layers.size;
    return hider?.keyword === 'RUN' && areAll ? [{ hider, hiddenBy, writers }] : [];
  });
}

function isCopy({ keyword, heredocs }: DockerfileInstruction): boolean {
  return ['COPY', 'ADD'].includes(keyword) && heredocs.length === 0;
}

/** Decides for one RUN, by the layers that it and the copies really made. */
class CopyFlagFix {
  readonly #context: RuleContext;
  readonly #copyUp: CopyUp;
  readonly #ages: DirectoryAges;
  /** What the RUN wrote, by path. */
  readonly #after: ReadonlyMap<string, LayerEntry>;

  constructor(context: RuleContext, copyUp: CopyUp, ages: DirectoryAges) {
    this.#context = context;
    this.#copyUp = copyUp;
    this.#ages = ages;
    this.#after = new Map(entriesOf(context, copyUp.hiddenBy).map(entry => [entry.path, entry]));
  }

  /** Empty where the flags would not give the same files. */
  edits(): readonly DockerfileEdit[] {
    const { hider, writers } = this.#copyUp;
    const { script, form } = runScript(hider);
    if (form !== 'shell' || !script.isChain) return [];
    const found = script.commands.flatMap((command, index) => {
      const change = readMetadataChange(command);
      return change === null ? [] : [{ index, change, text: script.text.slice(command.start, command.end) }];
    });
    const [only] = found;
    if (only === undefined || found.length > 1 || !this.#changesOnlyCopies(only.change)) return [];
    const flags = writers.flatMap(writer => this.#flagFor(writer, only.change) ?? []);
    if (flags.length < writers.length) return [];
    return [
      ...writers.map(({ instruction: { startLine } }, index) => {
        return { kind: 'add-flag', line: startLine, flag: flags[index] ?? '' } as const;
      }),
      {
        kind: 'replace-command',
        line: hider.startLine,
        index: only.index,
        command: this.#remainder(only.change, only.text),
      },
    ];
  }

  /** Whether all that the RUN wrote is what the copies had written, and directories that they had made. */
  #changesOnlyCopies({ operands }: MetadataChange): boolean {
    const copied = new Set(
      this.#copyUp.writers.flatMap(({ layer }) => entriesOf(this.#context, layer).map(({ path }) => path)),
    );
    return [...this.#after.values()].every(({ path, kind }) => {
      if (kind !== 'directory') return copied.has(path);
      const isInside = operands.some(operand => `/${path}`.startsWith(`${operand}/`));
      return !isInside || this.#copyUp.writers.some(({ layer }) => this.#ages.wasMadeBy(path, layer));
    });
  }

  /** `--chown=app:app`, `--chmod=755`: null unless everything that the copy made got the same. */
  #flagFor({ layer, instruction }: Writer, change: MetadataChange): string | null {
    const made = entriesOf(this.#context, layer).filter(
      ({ kind, path }) => kind === 'file' || (kind === 'directory' && this.#ages.wasMadeBy(path, layer)),
    );
    const changed = made.flatMap(({ path }) => this.#after.get(path) ?? []);
    const [first] = changed;
    if (first === undefined || changed.length < made.length) return null;
    if (change.kind === 'mode') {
      const isOne = changed.every(({ mode }) => mode === first.mode);
      return isOne ? `--chmod=${first.mode.toString(8).padStart(3, '0')}` : null;
    }
    if (!changed.every(({ uid, gid }) => uid === first.uid && gid === first.gid)) return null;
    // A user alone would be given the group of the same number, and the shell command leaves the group as it is.
    const isWhole = /^[^:]+:[^:]+$/.test(change.owner);
    const isKnown = isWhole && !this.#makesUsersAfter(instruction);
    return `--chown=${isKnown ? change.owner : `${first.uid}:${first.gid}`}`;
  }

  /** Whether users are made between the copy and the end of the RUN: the copy does not know their names yet. */
  #makesUsersAfter({ startLine }: DockerfileInstruction): boolean {
    return (this.#context.dockerfile?.shipped ?? []).some(
      instruction =>
        instruction.startLine > startLine &&
        instruction.startLine <= this.#copyUp.hider.startLine &&
        /(?:user|group)(?:add|mod)|add(?:user|group)|\/etc\/(?:passwd|group)/.test(instruction.text),
    );
  }

  /**
   * What is left for the command to do: directories that were there before are not the copies' to change.
   * @returns null when nothing is
   */
  #remainder({ operands, isRecursive }: MetadataChange, text: string): string | null {
    const lowest = Math.min(...this.#copyUp.writers.map(({ layer }) => layer));
    const isLeft = operands.some(operand => {
      const path = operand.slice(1);
      return this.#after.get(path)?.kind === 'directory' && this.#ages.wasThereBelow(path, lowest);
    });
    if (!isLeft) return null;
    return isRecursive ? text.replace(/\s(?:--recursive|-R)(?=\s)/, '') : text;
  }
}

function entriesOf({ analysis }: RuleContext, layer: number): readonly LayerEntry[] {
  return [...(analysis.scans[layer]?.entries ?? [])];
}
