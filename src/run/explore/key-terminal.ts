import { StringDecoder } from 'node:string_decoder';
import type { ScreenLine } from '../../explore/cells.ts';
import { KeyParser, type KeyPress } from '../../explore/key-parser.ts';
import { paintScreen } from '../../explore/paint.ts';

/** The part of standard input that keys are read from. */
export interface KeySource extends NodeJS.EventEmitter {
  readonly isTTY?: boolean;
  setRawMode(isRaw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** The part of standard output that a screen is drawn on. */
export interface ScreenTarget extends NodeJS.EventEmitter {
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Who uses the terminal. */
export interface TerminalUser {
  keys(keys: readonly KeyPress[]): void;
  resized(columns: number, rows: number): void;
  /** Nobody types any more: the terminal is gone. */
  ended(): void;
}

/** The alternate screen, no cursor, no line that goes on in the next, pasted text in brackets (xterm's private modes). */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h';
/** All of it undone, whatever was being written. */
const LEAVE = '\u001b[?2026l\u001b[?2004l\u001b[?7h\u001b[0m\u001b[?25h\u001b[?1049l';

/** What follows an escape of a key comes within so many milliseconds. */
const ESCAPE_WAIT = 50;
/** What was not stopped by then will not be. Milliseconds. */
const STOP_WAIT = 200;

/**
 * Signals whose default action ends the process, and that a program can catch (signal(7)): those that nobody else handles here.
 * Not among them: SIGPIPE and SIGXFSZ, which Node.js ignores, SIGPROF and SIGUSR1, which its profiler and its inspector need, and
 * what a fault of the program raises.
 */
const ENDING_SIGNALS = [
  'SIGABRT',
  'SIGALRM',
  'SIGIO',
  'SIGPWR',
  'SIGQUIT',
  'SIGSTKFLT',
  'SIGSYS',
  'SIGTRAP',
  'SIGUSR2',
  'SIGVTALRM',
  'SIGXCPU',
] as const;

/**
 * The terminal while keys are read and a screen is drawn. However the program ends, but by SIGKILL or a crash, the terminal is as
 * it was: who handles a signal calls `process.exit`, and an exception is told after the screen is left.
 */
export class KeyTerminal {
  readonly #input: KeySource;
  readonly #output: ScreenTarget;
  readonly #hasColour: boolean;
  #user: TerminalUser | null = null;
  #isEntered = false;
  /** Whether another program has the terminal. */
  #isLent = false;
  /** Enters again where the system did not stop the process. */
  #stopTimer: NodeJS.Timeout | null = null;
  #shown: readonly ScreenLine[] | null = null;
  #parser = new KeyParser();
  #decoder = new StringDecoder('utf8');
  #escapeTimer: NodeJS.Timeout | null = null;
  readonly #onData = (chunk: Uint8Array): void => this.#read(chunk);
  readonly #onEnd = (): void => this.#user?.ended();
  readonly #onResize = (): void => this.#resize();
  readonly #onLeave = (): void => this.#leave();
  readonly #onStop = (): void => this.#stop(process.pid);
  readonly #onContinue = (): void => this.#continue();
  readonly #onEnding = (signal: NodeJS.Signals): void => this.#die(signal);

  constructor(input: KeySource, output: ScreenTarget, hasColour: boolean) {
    this.#input = input;
    this.#output = output;
    this.#hasColour = hasColour;
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  get rows(): number {
    return this.#output.rows || 24;
  }

  /** Takes the terminal over, until `close`. */
  open(user: TerminalUser): void {
    this.#user = user;
    process.on('exit', this.#onLeave);
    process.on('uncaughtExceptionMonitor', this.#onLeave);
    this.#controlJob();
    this.#output.on('resize', this.#onResize);
    this.#input.on('end', this.#onEnd);
    this.#input.on('error', this.#onEnd);
    this.#enter();
  }

  /** Twice is harmless. */
  close(): void {
    this.#leave();
    if (this.#stopTimer !== null) clearTimeout(this.#stopTimer);
    this.#user = null;
    process.off('exit', this.#onLeave);
    process.off('uncaughtExceptionMonitor', this.#onLeave);
    this.#leaveJob();
    this.#output.off('resize', this.#onResize);
    this.#input.off('end', this.#onEnd);
    this.#input.off('error', this.#onEnd);
  }

  /** In one write, and nothing where nothing changed. */
  draw(lines: readonly ScreenLine[]): void {
    if (!this.#isEntered) return;
    const painted = paintScreen(this.#shown, lines, this.#hasColour);
    this.#shown = lines;
    if (painted !== '') this.#output.write(painted);
  }

  /** Hands a text to the terminal's clipboard (OSC 52). */
  copy(text: string): void {
    this.#output.write(`\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`);
  }

  /**
   * Gives the terminal to another program for as long as `body` runs. What is typed meanwhile is for that program: Ctrl-Z stops
   * this process with it, without a word to the terminal, and Ctrl-C and Ctrl-\\ do not end this process (as `system(3)` has it).
   */
  async lend(body: () => Promise<void>): Promise<void> {
    this.#leave();
    this.#isLent = true;
    this.#leaveJob();
    const heedSignals = ignoreTypedSignals();
    try {
      await body();
    } finally {
      this.#isLent = false;
      heedSignals();
      // Whoever closed it meanwhile wants no signals either.
      if (this.#user !== null) this.#controlJob();
      this.#enter();
    }
  }

  /** As Ctrl-Z does in other programs: all of the job stops, also what started this one. */
  suspend(): void {
    this.#stop(0);
  }

  #controlJob(): void {
    process.on('SIGTSTP', this.#onStop);
    process.on('SIGCONT', this.#onContinue);
    for (const signal of ENDING_SIGNALS) process.on(signal, this.#onEnding);
  }

  #leaveJob(): void {
    process.off('SIGTSTP', this.#onStop);
    process.off('SIGCONT', this.#onContinue);
    for (const signal of ENDING_SIGNALS) process.off(signal, this.#onEnding);
  }

  /** What a signal does without a handler, once the screen is left. */
  #die(signal: NodeJS.Signals): void {
    this.#leave();
    this.#leaveJob();
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  }

  /**
   * SIGSTOP stops the process without a word, and the shell then has the terminal in its own mode. Node.js sets no mode that it
   * believes to be set already: the mode is left first.
   */
  #continue(): void {
    if (this.#isEntered) {
      this.#isEntered = false;
      this.#input.off('data', this.#onData);
      this.#input.setRawMode(false);
    }
    this.#enter();
  }

  /**
   * Without a shell that would go on meanwhile, the system stops nothing.
   * @param target a process, or 0 for the process group
   */
  #stop(target: number): void {
    if (!this.#isEntered) return;
    this.#leave();
    process.off('SIGTSTP', this.#onStop);
    process.kill(target, 'SIGTSTP');
    process.on('SIGTSTP', this.#onStop);
    // Nothing else keeps the process alive, when it goes on.
    this.#stopTimer = setTimeout(() => this.#enter(), STOP_WAIT);
  }

  #enter(): void {
    if (this.#isEntered || this.#isLent || this.#user === null) return;
    if (this.#stopTimer !== null) clearTimeout(this.#stopTimer);
    this.#isEntered = true;
    this.#shown = null;
    this.#parser = new KeyParser();
    this.#input.setRawMode(true);
    this.#input.on('data', this.#onData);
    this.#input.resume();
    this.#output.write(ENTER);
    this.#user.resized(this.columns, this.rows);
  }

  #leave(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    if (this.#escapeTimer !== null) clearTimeout(this.#escapeTimer);
    this.#input.off('data', this.#onData);
    try {
      this.#output.write(LEAVE);
      this.#input.setRawMode(false);
      this.#input.pause();
    } catch {
      // The terminal is gone.
    }
  }

  #read(chunk: Uint8Array): void {
    if (this.#escapeTimer !== null) clearTimeout(this.#escapeTimer);
    const keys = this.#parser.read(this.#decoder.write(Buffer.from(chunk)));
    if (this.#parser.isWaiting)
      this.#escapeTimer = setTimeout(() => this.#tell(this.#parser.flush()), ESCAPE_WAIT);
    this.#tell(keys);
  }

  #tell(keys: readonly KeyPress[]): void {
    if (keys.length > 0) this.#user?.keys(keys);
  }

  #resize(): void {
    if (!this.#isEntered) return;
    // What the terminal made of the lines that it shows, nobody knows.
    this.#shown = null;
    this.#user?.resized(this.columns, this.rows);
  }
}

/** Signals that the terminal sends to all programs of the job for a key. */
const TYPED_SIGNALS = ['SIGINT', 'SIGQUIT'] as const;

/** Keeps typed signals from this process; programs that it starts get them. @returns what undoes it */
function ignoreTypedSignals(): () => void {
  const ignore = (): void => undefined;
  const heeded = TYPED_SIGNALS.map(signal => {
    const listeners = process.listeners(signal);
    process.removeAllListeners(signal);
    process.on(signal, ignore);
    return () => {
      process.off(signal, ignore);
      for (const listener of listeners) process.on(signal, listener);
    };
  });
  return () => {
    for (const heed of heeded) heed();
  };
}
