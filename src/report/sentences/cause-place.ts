import { plural } from '../../base/number-text.ts';
import { code, gonePlace, type Phrase, phrase, place, type SourceLines } from '../../base/phrase.ts';
import { MAX_READ } from '../../base/untrusted-text.ts';
import type { InstructionLocation } from '../../dockerfile/dockerfile-instruction.ts';
import { instructionTitle } from '../layer-name.ts';
import type { ReportCause, ReportCausePlace } from '../report.ts';

/** `Dockerfile:3 RUN apt-get install …`, `Dockerfile:3 of the base`, `3 lines, first Dockerfile:3`; empty where nothing tells. */
export function causePlace(cause: ReportCause, max: number): Phrase {
  if (cause.kind === 'base-image') return linePhrase(cause.head[0]?.instruction ?? null);
  if (cause.reason?.kind === 'cache-mount') {
    const { instruction } = cause.reason;
    return phrase`${place(instruction)} ${code(instructionTitle({ instruction, createdBy: '' }, max), max)}`;
  }
  const isGone = cause.head.length === 0;
  const { waste } = cause;
  if (isGone && waste !== null && COPIES.has(waste.reason) && waste.instruction !== null) {
    // The instruction that wrote a file again is the one that is gone.
    return phrase`base’s ${gonePlace(waste.instruction)} ${code(instructionTitle(waste, MAX_READ), max)}`;
  }
  const places = isGone ? cause.baseline : cause.head;
  const [first] = places;
  if (first === undefined) return [];
  const count = cause.layerCounts[isGone ? 'baseline' : 'head'];
  if (count > MAX_NAMED && cause.lines !== null) return rangePhrase(cause.lines, count, isGone);
  const more = count - 1;
  const others = more > 0 ? phrase` and ${plural(more, 'other layer')}` : [];
  // A line of the baseline's Dockerfile is not one of the head's: it is no link to that.
  const line = isGone ? goneLine(first) : linePhrase(first.instruction);
  const title = instructionTitle(first, MAX_READ);
  const what = title === '(unknown)' ? phrase`layer ${first.layer}` : phrase`${code(title, max)}`;
  return phrase`${line}${line.length > 0 ? ' ' : ''}${what}${others}`;
}

/** Of more instructions than that the first says nothing. */
const MAX_NAMED = 3;

/** `60 instructions, Dockerfile:3–62`. */
function rangePhrase({ file, startLine, endLine }: SourceLines, count: number, isGone: boolean): Phrase {
  const first = { file, startLine, endLine: startLine };
  const line = isGone ? phrase`base’s ${gonePlace(first)}` : phrase`${place(first)}`;
  return phrase`${plural(count, 'instruction')}, ${line}–${endLine}`;
}

function linePhrase(instruction: InstructionLocation | null): Phrase {
  return instruction === null ? [] : phrase`${place(instruction)}`;
}

function goneLine({ instruction }: ReportCausePlace): Phrase {
  return instruction === null ? [] : phrase`base’s ${gonePlace(instruction)}`;
}

/** The line that the cause is told at in the head's Dockerfile; null where it is not there. */
export function causeLocation({ head, waste, change }: ReportCause): InstructionLocation | null {
  if (change === 'removed') return null;
  const isCopied = waste !== null && COPIES.has(waste.reason);
  return (isCopied ? waste.instruction : null) ?? head[0]?.instruction ?? null;
}

/** The line that writes a file again is the one to change, not that which wrote it first. */
const COPIES: ReadonlySet<string> = new Set(['overwritten', 'metadata-only', 'identical']);
