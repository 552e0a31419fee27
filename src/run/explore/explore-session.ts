import { resolve } from 'node:path';
import { DeadweightError, sentenceOf } from '../../base/errors.ts';
import { formatSize } from '../../base/number-text.ts';
import { takeTurn } from '../../base/turn.ts';
import { printable } from '../../base/untrusted-text.ts';
import { exploreUnlisted } from '../../explore/exploration.ts';
import type { KeyPress } from '../../explore/key-parser.ts';
import { reduce, resized, waitsForView } from '../../explore/reduce.ts';
import { drawScreen } from '../../explore/screen.ts';
import {
  type ExploreEffect,
  type ExploreState,
  MAX_SLICE,
  placed,
  renewed,
  startState,
} from '../../explore/state.ts';
import type { Environment } from '../environment.ts';
import type { WeighedImages } from '../explore-pipeline.ts';
import { editedPath, editorCommand, runEditor } from './editor.ts';
import { extractFile } from './extract-file.ts';
import type { KeyTerminal } from './key-terminal.ts';

type SessionContext = Pick<Environment, 'cwd' | 'env' | 'unfinished'>;

/** Shows what was weighed until somebody quits. What fails meanwhile is told on the screen. */
export async function runSession(
  weighed: WeighedImages,
  terminal: KeyTerminal,
  context: SessionContext,
): Promise<void> {
  const session = new Session(weighed, terminal, context);
  try {
    await session.run();
  } finally {
    terminal.close();
  }
}

class Session {
  readonly #weighed: WeighedImages;
  readonly #terminal: KeyTerminal;
  readonly #context: SessionContext;
  #state: ExploreState;
  #isOver = false;
  /** Keys for rows of the tree that are not there yet. */
  #waiting: KeyPress[] = [];
  #isRenewing = false;
  /** Whether an editor has the terminal, or is about to. */
  #isEditing = false;
  /** What is being written. */
  #extraction: Promise<void> | null = null;
  /** Breaks off what is being written. */
  readonly #leaving = new AbortController();

  constructor(weighed: WeighedImages, terminal: KeyTerminal, context: SessionContext) {
    this.#weighed = weighed;
    this.#terminal = terminal;
    this.#context = context;
    const { report, title } = weighed;
    this.#state = startState(exploreUnlisted(report, title), terminal.columns, terminal.rows);
  }

  async run(): Promise<void> {
    await new Promise<void>((quit, fail) => {
      const end = (): void => {
        this.#isOver = true;
        this.#leaving.abort();
        quit();
      };
      this.#terminal.open({
        keys: keys => {
          try {
            this.#press(keys, end);
            this.#renew(end).catch(fail);
          } catch (error) {
            fail(error);
          }
        },
        resized: (columns, rows) => {
          this.#state = resized(this.#state, columns, rows);
          this.#draw();
        },
        ended: end,
      });
      this.#list().catch(fail);
    });
    await this.#extraction;
  }

  #press(keys: readonly KeyPress[], end: () => void): void {
    for (const key of keys) {
      // What was typed behind the key that gave the terminal away was not meant for what comes after.
      if (this.#isOver || this.#isEditing) return;
      if (waitsForView(this.#state, key)) {
        this.#waiting.push(key);
        continue;
      }
      // What is urgent is meant now, and not after what was pressed before.
      if (this.#waiting.length > 0) this.#waiting = [];
      const { state, effects } = reduce(this.#state, key);
      this.#state = state;
      for (const effect of effects) this.#carryOut(effect, end);
      if (effects.some(({ kind }) => kind === 'suspend')) return;
    }
    this.#draw();
  }

  /** Makes the view that the state is to have, in slices: what is chosen meanwhile begins it anew. */
  async #renew(end: () => void): Promise<void> {
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    try {
      for (let { renewal } = this.#state; renewal !== null && !this.#isOver; { renewal } = this.#state) {
        const work = renewed(this.#state);
        let result = work.next();
        for (let begun = performance.now(); result.done !== true; result = work.next()) {
          if (performance.now() - begun < MAX_SLICE) continue;
          await takeTurn();
          if (this.#isOver || this.#state.renewal !== renewal) break;
          begun = performance.now();
        }
        if (result.done !== true || this.#isOver) continue;
        this.#state = result.value(this.#state);
        const keys = this.#waiting;
        this.#waiting = [];
        this.#press(keys, end);
      }
    } finally {
      this.#isRenewing = false;
    }
  }

  /** The first screen comes without the files. */
  async #list(): Promise<void> {
    await takeTurn();
    const exploration = this.#weighed.list();
    if (this.#isOver) return;
    const { pane, page } = this.#state;
    const started = startState(exploration, this.#terminal.columns, this.#terminal.rows);
    // What was pressed meanwhile stays.
    this.#state = placed({ ...started, pane, page });
    this.#draw();
  }

  #draw(): void {
    if (!this.#isOver) this.#terminal.draw(drawScreen(this.#state));
  }

  #say(text: string, kind: 'info' | 'error' = 'info'): void {
    this.#state = { ...this.#state, message: { kind, text } };
    this.#draw();
  }

  #carryOut(effect: ExploreEffect, end: () => void): void {
    switch (effect.kind) {
      case 'quit':
        end();
        break;
      case 'suspend':
        this.#terminal.suspend();
        break;
      case 'copy':
        this.#terminal.copy(effect.text);
        break;
      case 'edit':
        void this.#edit(effect.file, effect.line);
        break;
      case 'extract':
        this.#beginExtraction(effect);
    }
  }

  #beginExtraction(effect: ExploreEffect & { readonly kind: 'extract' }): void {
    if (this.#extraction !== null) {
      this.#say('Another file is being written: wait for it.', 'error');
      return;
    }
    this.#extraction = this.#extract(effect).finally(() => {
      this.#extraction = null;
    });
  }

  async #edit(file: string, line: number): Promise<void> {
    const { cwd, env } = this.#context;
    this.#isEditing = true;
    try {
      const command = editorCommand(env, editedPath(file, cwd), line);
      await this.#terminal.lend(() => runEditor(command, cwd));
    } catch (error) {
      this.#tell(error);
    } finally {
      this.#isEditing = false;
    }
  }

  async #extract({ target, ...wanted }: ExploreEffect & { readonly kind: 'extract' }): Promise<void> {
    const path = resolve(this.#context.cwd, target);
    try {
      const { image } = this.#weighed;
      if (image === null) throw new TypeError('only of an image files are extracted');
      this.#say(`Writing ${printable(target)} …`);
      const { unfinished } = this.#context;
      const bytes = await extractFile(image, wanted, path, unfinished, this.#leaving.signal);
      this.#say(`Wrote ${formatSize(bytes)} to ${printable(target)}.`);
    } catch (error) {
      this.#tell(error);
    }
  }

  /** Our own bugs are told as such, when the screen is left. */
  #tell(error: unknown): void {
    if (!(error instanceof DeadweightError)) throw error;
    this.#state = { ...this.#state, failure: sentenceOf(error) };
    this.#say(error.message, 'error');
  }
}
