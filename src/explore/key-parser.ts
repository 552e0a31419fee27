/** A key: its name (`up`, `ctrl-a`, `escape`), or the character that it types. */
export interface KeyPress {
  readonly name: string;
  /** What it types; null where it types nothing. */
  readonly text: string | null;
}

const ESCAPE = '\u001b';
/** Longer sequences are none. UTF-16 units. */
const MAX_SEQUENCE = 4096;

const PASTE_START = `${ESCAPE}[200~`;
const PASTE_END = `${ESCAPE}[201~`;

/** By the last character of a sequence (ECMA-48 as xterm, rxvt and kitty write it). */
const BY_FINAL: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  H: 'home',
  F: 'end',
  Z: 'back-tab',
};

/** By the number before `~`. */
const BY_NUMBER: Readonly<Record<string, string>> = {
  1: 'home',
  3: 'delete',
  4: 'end',
  5: 'page-up',
  6: 'page-down',
  7: 'home',
  8: 'end',
};

/** Code points of the kitty protocol, and what control characters stand for. */
const BY_CODE: Readonly<Record<number, string>> = {
  8: 'backspace',
  9: 'tab',
  13: 'enter',
  27: 'escape',
  127: 'backspace',
  57414: 'enter',
  57417: 'left',
  57418: 'right',
  57419: 'up',
  57420: 'down',
  57421: 'page-up',
  57422: 'page-down',
  57423: 'home',
  57424: 'end',
};

/** Bits of a modifier, which is written as one more than their sum. */
const SHIFT = 1;
const CONTROL = 4;
/** Caps lock and num lock change nothing here. */
const LOCKS = 64 | 128;

/**
 * Reads keys from what a terminal sends, in whatever pieces that comes. What is pasted is left out, and so is what no key
 * sends: answers of the terminal, the mouse, keys that are let go.
 */
export class KeyParser {
  #pending = '';
  #isPasting = false;

  /** Whether an escape has come of which nobody knows yet whether more follows. */
  get isWaiting(): boolean {
    return this.#pending !== '' && !this.#isPasting;
  }

  read(chunk: string): readonly KeyPress[] {
    this.#pending += chunk;
    const keys: KeyPress[] = [];
    while (this.#pending !== '') {
      const length = this.#isPasting ? this.#skipPasted() : this.#take(keys);
      if (length === 0) break;
      this.#pending = this.#pending.slice(length);
    }
    return keys;
  }

  /** Nothing has come for a while: an escape that stands alone is the key. */
  flush(): readonly KeyPress[] {
    const pending = this.#pending;
    if (!this.isWaiting) return [];
    this.#pending = '';
    return pending === ESCAPE ? [{ name: 'escape', text: null }] : [];
  }

  /** @returns how much of the pending text that was; 0 where its end has not come yet */
  #take(keys: KeyPress[]): number {
    const text = this.#pending;
    if (!text.startsWith(ESCAPE)) {
      const [character = ''] = text;
      keys.push(keyOf(character));
      return character.length;
    }
    const next = text[1];
    if (next === undefined) return 0;
    if (next === '[') return this.#takeControl(keys);
    if (next === 'O') return takeShort(text, keys);
    if (next === ']' || next === 'P' || next === '_' || next === '^') return stringLength(text);
    // Escape and then a key, however fast: no key here is held with Alt.
    keys.push({ name: 'escape', text: null });
    return 1;
  }

  #takeControl(keys: KeyPress[]): number {
    const text = this.#pending;
    // Linux's console sends function keys as `[[A`; the mouse of X10 has three bytes behind it.
    const odd = /^\u001b\[(?:\[.|M[\s\S]{3})/.exec(text);
    if (odd) return odd[0].length;
    if (/^\u001b\[(?:\[|M[\s\S]{0,2})?$/.test(text)) return 0;
    const found = /^\u001b\[([0-?]*)[ -/]*([@-~])/.exec(text);
    if (found === null) {
      const isOpen = /^\u001b\[[ -?]*$/.test(text) && text.length < MAX_SEQUENCE;
      return isOpen ? 0 : 2;
    }
    const [sequence, parameters = '', final = ''] = found;
    if (sequence === PASTE_START) this.#isPasting = true;
    else {
      const key = controlKey(parameters, final);
      if (key !== null) keys.push(key);
    }
    return sequence.length;
  }

  #skipPasted(): number {
    const end = this.#pending.indexOf(PASTE_END);
    if (end >= 0) {
      this.#isPasting = false;
      return end + PASTE_END.length;
    }
    // The end may be split over two reads.
    return Math.max(0, this.#pending.length - PASTE_END.length + 1);
  }
}

/** `ESC O A`: arrows, Home and End in application mode. */
function takeShort(text: string, keys: KeyPress[]): number {
  const final = text[2];
  if (final === undefined) return 0;
  const name = final === 'M' ? 'enter' : BY_FINAL[final];
  if (name !== undefined) keys.push({ name, text: null });
  return 3;
}

/** An answer of the terminal, up to BEL or ST. */
function stringLength(text: string): number {
  const end = /\u0007|\u001b\\/.exec(text);
  if (end !== null) return end.index + end[0].length;
  return text.length < MAX_SEQUENCE ? 0 : text.length;
}

function controlKey(parameters: string, final: string): KeyPress | null {
  const [first = '', second = '', third = ''] = parameters.split(';');
  const [modifiers = '1', event = '1'] = second.split(':');
  // A key that is let go.
  if (event === '3') return null;
  if (final === 'u') return codedKey(Number(first.split(':')[0]), modifiersOf(modifiers));
  if (final === '~') {
    // xterm's other keys: `27;MODIFIERS;CODE~`.
    if (first === '27') return codedKey(Number(third), modifiersOf(modifiers));
    const name = BY_NUMBER[first];
    return name === undefined ? null : { name, text: null };
  }
  const name = BY_FINAL[final];
  return name === undefined ? null : { name, text: null };
}

function modifiersOf(text: string): number {
  return Math.max(0, (Number(text) || 1) - 1) & ~LOCKS;
}

function codedKey(code: number, modifiers: number): KeyPress | null {
  if (code === 9 && (modifiers & SHIFT) !== 0) return { name: 'back-tab', text: null };
  const named = BY_CODE[code];
  if (named !== undefined) return { name: named, text: null };
  if (!Number.isInteger(code) || code < 32 || code > 0x10ffff || (code >= 57344 && code <= 63743))
    return null;
  const character = String.fromCodePoint(code);
  if ((modifiers & CONTROL) === 0)
    return keyOf((modifiers & SHIFT) === 0 ? character : character.toUpperCase());
  return { name: character === ' ' ? 'ctrl-space' : `ctrl-${character.toLowerCase()}`, text: null };
}

/** A character as terminals send it: control characters are letters with Ctrl. */
function keyOf(character: string): KeyPress {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0) return { name: 'ctrl-space', text: null };
  if (code === 10) return { name: 'enter', text: null };
  // Ctrl-H is what some terminals send for the backspace key.
  const named = code < 32 || code === 127 ? BY_CODE[code] : undefined;
  if (named !== undefined) return { name: named, text: null };
  if (code === 31) return { name: 'ctrl-/', text: null };
  if (code < 27) return { name: `ctrl-${String.fromCharCode(code + 96)}`, text: null };
  if (code < 32 || (code > 126 && code < 160)) return { name: 'unknown', text: null };
  return { name: character === ' ' ? 'space' : character, text: character };
}
