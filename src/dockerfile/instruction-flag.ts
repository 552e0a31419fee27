import { isSpace, trimSpaceEnd, trimSpaceStart, WORD_GAP } from './white-space.ts';

/** `--from=builder` before an instruction's arguments, without quotes and escapes. A flag without a value has the value null. */
export interface InstructionFlag {
  readonly name: string;
  readonly value: string | null;
}

/** A logical line in its parts. */
export interface SplitInstruction {
  /** In capitals. */
  readonly keyword: string;
  readonly flags: readonly InstructionFlag[];
  /** All that stands behind the flags, nothing unquoted or expanded. The line ends with it, blanks aside. */
  readonly body: string;
}

/** Splits a logical line as BuildKit does (`frontend/dockerfile/parser/split_command.go`). */
export function splitInstruction(logicalLine: string, escapeChar: string): SplitInstruction {
  const line = trimSpaceEnd(trimSpaceStart(logicalLine));
  const gap = WORD_GAP.exec(line);
  if (gap === null) return { keyword: line.toUpperCase(), flags: [], body: '' };
  const keyword = line.slice(0, gap.index).toUpperCase();
  return { keyword, ...splitFlags(line.slice(gap.index + gap[0].length), escapeChar) };
}

function splitFlags(text: string, escapeChar: string): Omit<SplitInstruction, 'keyword'> {
  const flags: InstructionFlag[] = [];
  let rest = trimSpaceStart(text);
  while (rest.startsWith('--')) {
    const { word, length } = readFlagWord(rest, escapeChar);
    rest = trimSpaceStart(rest.slice(length));
    if (word === '--') break;
    const equals = word.indexOf('=');
    flags.push(
      equals < 0
        ? { name: word.slice(2), value: null }
        : { name: word.slice(2, equals), value: word.slice(equals + 1) },
    );
  }
  return { flags, body: rest };
}

/** The first word without its quotes and escapes, and how many characters of the text it takes. */
function readFlagWord(text: string, escapeChar: string): { readonly word: string; readonly length: number } {
  let word = '';
  let quote = '';
  let index = 0;
  for (; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (quote === '' && endsFlag(character)) break;
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'")) quote = character;
    else if (character === escapeChar) {
      index += 1;
      word += text.charAt(index);
    } else word += character;
  }
  return { word, length: Math.min(index + (endsFlag(text.charAt(index)) ? 1 : 0), text.length) };
}

/** BuildKit looks at the bytes of flags one by one, and takes those of value 85 and A0 for blanks. */
function endsFlag(character: string): boolean {
  if (character === '' || character < '\u0080') return isSpace(character);
  return Buffer.from(character).some(byte => byte === 0x85 || byte === 0xa0);
}
