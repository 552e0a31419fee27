import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { COMMAND_LINE, COMPILE_CACHE, inherited } from '../e2e/child-process.ts';

export const HAS_TMUX = spawnSync('tmux', ['-V']).status === 0;

/** What nothing takes: the machine may be busy. Milliseconds. */
const PATIENCE = 60_000;

/** A shell in a real terminal of so many columns and rows, of which tmux tells what is on its screen. */
export class TmuxShell {
  readonly #folder: string;
  readonly #env: Record<string, string>;
  #count = 0;

  /** @param folder where the shell is, and what it writes */
  constructor(folder: string, columns: number, rows: number, env: Readonly<Record<string, string>> = {}) {
    this.#folder = folder;
    this.#env = {
      ...inherited('PATH', 'TMPDIR'),
      ...{ HOME: folder, LANG: 'C.UTF-8', NODE_COMPILE_CACHE: COMPILE_CACHE, DEADWEIGHT_CACHE_DIR: '' },
      ...{ TERM: 'xterm-256color', PS1: '$ ', HISTFILE: '' },
      ...env,
    };
    const size = ['-x', String(columns), '-y', String(rows)];
    this.#tmux('-f', '/dev/null', 'new-session', '-d', ...size, '-c', folder, 'bash --norc --noprofile');
  }

  close(): void {
    spawnSync('tmux', ['-S', join(this.#folder, 'tmux'), 'kill-server']);
  }

  /** What is on the screen. */
  get screen(): string {
    return this.#tmux('capture-pane', '-p', '-t', '0');
  }

  /** Whether the alternate screen is shown, and whether the cursor is. */
  get modes(): { readonly isAlternate: boolean; readonly isCursorShown: boolean } {
    const told = this.#tmux('display-message', '-p', '-t', '0', '#{alternate_on}#{cursor_flag}').trim();
    return { isAlternate: told[0] === '1', isCursorShown: told[1] === '1' };
  }

  /** @param keys names as tmux has them: `C-a`, `Down`, `q` */
  press(...keys: readonly string[]): void {
    this.#tmux('send-keys', '-t', '0', ...keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-t', '0', '-x', String(columns), '-y', String(rows));
  }

  /** Starts a line in the shell, without waiting for its end. */
  start(line: string): void {
    this.#tmux('send-keys', '-t', '0', '-l', line);
    this.press('Enter');
  }

  /** Starts the command line. Its process is `pid`, and its exit code is written when it ends. */
  explore(...args: readonly string[]): void {
    const words = [process.execPath, COMMAND_LINE, 'explore', ...args].map(word => `'${word}'`).join(' ');
    this.start(`clear; bash -c 'echo $$ >pid; exec "$@"' sh ${words}; echo $? >code`);
  }

  get pid(): number {
    return Number(readFileSync(join(this.#folder, 'pid'), 'utf8'));
  }

  /** The exit code of what was started last. */
  async code(): Promise<number> {
    const path = join(this.#folder, 'code');
    await until(
      () => existsSync(path) && readFileSync(path, 'utf8').trim() !== '',
      () => this.screen,
    );
    const code = Number(readFileSync(path, 'utf8'));
    await this.run(`rm ${path}`);
    return code;
  }

  /** Runs a line to its end. @returns what it prints */
  async run(line: string): Promise<string> {
    this.#count += 1;
    const out = join(this.#folder, `out-${this.#count}`);
    this.start(`{ ${line}; } >${out} 2>&1; echo done >${out}.done`);
    await until(
      () => existsSync(`${out}.done`) && readFileSync(`${out}.done`, 'utf8') !== '',
      () => this.screen,
    );
    return readFileSync(out, 'utf8');
  }

  /** Waits until the screen has a text, or matches. */
  async shows(text: string | RegExp): Promise<string> {
    await until(
      () => (typeof text === 'string' ? this.screen.includes(text) : text.test(this.screen)),
      () => `${text} is not on the screen:\n${this.screen}`,
    );
    return this.screen;
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-S', join(this.#folder, 'tmux'), ...args], {
      env: this.#env,
      encoding: 'utf8',
    });
  }
}

async function until(holds: () => boolean, describe: () => string): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!holds()) {
    if (Date.now() > end) throw new Error(describe());
    await wait(25);
  }
}
