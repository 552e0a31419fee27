import { Buffer } from 'node:buffer';
import { isAbsolute } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { DeadweightError } from '../../base/errors.ts';
import { pathInside } from '../../base/inside-path.ts';
import { lazy } from '../../base/lazy.ts';
import { printable } from '../../base/untrusted-text.ts';
import type { BytesPlace, RandomAccess } from '../../tar/random-access.ts';
import type { EngineAccess } from './store-access.ts';
import { GO_BETWEEN, HELPER, MAX_ANSWER, MAX_PART } from './sudo-script.ts';
import { type LayerFolder, layerChanged, type NamedSize } from './unpacked-files.ts';

/** Milliseconds that one answer may take: a disk that is asleep, and the first start of a program. */
const MAX_WAIT = 30_000;
/** Files that are looked at with one request. */
const MAX_CHECKED = 2000;
/** What comes with the first part of a file: most are smaller. Bytes. */
const FIRST_PART = 64 * 1024;

const wire = lazy(() => ({
  root: z.object({ real: z.string() }),
  inside: z.object({ isInside: z.boolean() }),
  read: z.object({ size: z.int().nonnegative(), changedAt: z.number(), place: z.string() }),
  check: z.object({ other: z.int() }),
}));

type Wire = ReturnType<typeof wire>;

/**
 * The files below a root by `sudo -n`, which asks for no password: a fixed program reads them, and opens nothing but files of
 * layers, their records and blobs (`HELPER`).
 * @param root of the store; absolute
 * @param maxWait milliseconds
 * @throws DeadweightError `permission-denied` where sudo does not let it run
 */
export function sudoAccess(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  maxWait: number = MAX_WAIT,
): EngineAccess {
  const helper = new Helper(env, maxWait);
  try {
    return new RootAccess(root, helper.ask('root', { path: latin1(root) }).json.real, helper);
  } catch (error) {
    helper.close();
    throw error instanceof Refused ? rootUnread(root, error.message) : error;
  }
}

class RootAccess implements EngineAccess {
  /** As the caller names it. */
  readonly #root: string;
  /** As the helper does, each character a byte. */
  readonly #real: string;
  readonly #helper: Helper;

  constructor(root: string, real: string, helper: Helper) {
    this.#root = root;
    this.#real = real;
    this.#helper = helper;
  }

  /** The helper has resolved it. */
  realRoot(root: string): string | null {
    return root;
  }

  isReal(path: string): boolean {
    return this.#tryAsk('inside', { path: this.#relative(path) })?.json.isInside ?? false;
  }

  readReal(path: string, maxBytes: number): Buffer | null {
    const file = this.#tryAsk('read', { path: this.#relative(path), at: 0, length: MAX_PART });
    if (file === null || file.json.size > maxBytes) return null;
    const bytes = Buffer.alloc(file.json.size);
    bytes.set(file.bytes);
    const open = this.open(path);
    return open.read(bytes.subarray(file.bytes.length), file.bytes.length) + file.bytes.length < bytes.length
      ? null
      : bytes;
  }

  open(path: string): RandomAccess {
    return new SudoFile(this.#helper, this.#real, this.#relative(path));
  }

  folder(path: string): LayerFolder {
    return new SudoFolder(this.#helper, this.#real, this.#relative(path));
  }

  close(): void {
    this.#helper.close();
  }

  /** @returns null where it may not be read, or is not there */
  #tryAsk<Kind extends 'inside' | 'read'>(kind: Kind, request: Record<string, unknown>): Answer<Kind> | null {
    try {
      return this.#helper.ask(kind, { root: this.#real, ...request });
    } catch (error) {
      if (error instanceof Refused) return null;
      throw error;
    }
  }

  #relative(path: string): string {
    const inside = isAbsolute(path) ? pathInside(this.#root, path) : null;
    return latin1(inside ?? path);
  }
}

/** A file that is read by position. */
class SudoFile implements RandomAccess {
  readonly size: number;
  /** As of `place`, when it was opened. */
  readonly changedAt: number;
  readonly #helper: Helper;
  readonly #file: { readonly root: string; readonly path: string };
  #part: { readonly start: number; readonly bytes: Uint8Array };

  constructor(helper: Helper, root: string, path: string) {
    this.#helper = helper;
    this.#file = { root, path };
    const { json, bytes } = ask(helper, { ...this.#file, at: 0, length: FIRST_PART });
    this.size = json.size;
    this.changedAt = json.changedAt;
    this.#part = { start: 0, bytes };
  }

  read(target: Uint8Array, position: number): number {
    let length = 0;
    while (length < target.length && position + length < this.size) {
      const part = this.#partAt(position + length, target.length - length);
      if (part.length === 0) break;
      target.set(part, length);
      length += part.length;
    }
    return length;
  }

  place(): BytesPlace {
    const { place, changedAt } = ask(this.#helper, { ...this.#file, at: 0, length: 0 }).json;
    return { text: place, changedAt };
  }

  close(): void {
    // The helper keeps a few files open, and closes those that were not used for longest.
  }

  #partAt(at: number, length: number): Uint8Array {
    const { start, bytes } = this.#part;
    if (at < start || at >= start + bytes.length) {
      const wanted = Math.min(Math.max(length, FIRST_PART), MAX_PART);
      this.#part = { start: at, bytes: ask(this.#helper, { ...this.#file, at, length: wanted }).bytes };
    }
    const from = at - this.#part.start;
    return this.#part.bytes.subarray(from, from + length);
  }
}

class SudoFolder implements LayerFolder {
  readonly #helper: Helper;
  readonly #root: string;
  readonly #folder: string;

  constructor(helper: Helper, root: string, folder: string) {
    this.#helper = helper;
    this.#root = root;
    this.#folder = folder;
  }

  open(name: Buffer, size: number) {
    const path = `${this.#folder}/${clean(name)}`;
    const file = new SudoFile(this.#helper, this.#root, path);
    return {
      changedAt: file.changedAt,
      read: (target: Uint8Array, at: number): void => {
        if (file.size !== size || file.read(target, at) < target.length) throw layerChanged(path);
      },
      close: () => file.close(),
    };
  }

  check(files: Iterable<NamedSize>): void {
    const all = [...files].map(({ name, size }) => [clean(name), size] as const);
    for (let from = 0; from < all.length; from += MAX_CHECKED) {
      const some = all.slice(from, from + MAX_CHECKED);
      const { other } = this.#helper.ask('check', {
        root: this.#root,
        folder: this.#folder,
        files: some,
      }).json;
      if (other >= 0) throw layerChanged(some[other]?.[0] ?? '');
    }
  }
}

/** As tars write names: `./etc/a`. */
function clean(name: Buffer): string {
  return name.toString('latin1').replace(/^(?:\.?\/)+/, '');
}

function latin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function ask(helper: Helper, request: Record<string, unknown>): Answer<'read'> {
  try {
    return helper.ask('read', request);
  } catch (error) {
    throw error instanceof Refused ? layerChanged(String(request['path'])) : error;
  }
}

interface Answer<Kind extends keyof Wire> {
  readonly json: z.infer<Wire[Kind]>;
  readonly bytes: Uint8Array;
}

/** The helper does not read that. */
class Refused extends Error {}

class Helper {
  readonly #worker: Worker;
  readonly #state: Int32Array;
  readonly #bytes: Uint8Array;
  readonly #maxWait: number;

  constructor(env: Readonly<Record<string, string | undefined>>, maxWait: number) {
    this.#maxWait = maxWait;
    const shared = new SharedArrayBuffer(16 + MAX_ANSWER + MAX_PART);
    this.#state = new Int32Array(shared, 0, 4);
    this.#bytes = new Uint8Array(shared, 16);
    const workerData = {
      program: 'sudo',
      args: ['-n', '--', process.execPath, '-e', HELPER],
      // Nothing else of it is anything of root's.
      env: { PATH: env['PATH'] ?? '' },
      shared,
    };
    this.#worker = new Worker(GO_BETWEEN, { eval: true, workerData });
    this.#worker.unref();
  }

  /** @throws DeadweightError `permission-denied` @throws Refused */
  ask<Kind extends keyof Wire>(kind: Kind, request: Record<string, unknown>): Answer<Kind> {
    Atomics.store(this.#state, 0, 0);
    this.#worker.postMessage(JSON.stringify({ is: kind, ...request }));
    const isLate = Atomics.wait(this.#state, 0, 0, this.#maxWait) === 'timed-out';
    if (isLate) {
      this.close();
      throw helperFailed('it does not answer');
    }
    const [code, length, count] = [this.#state[0], this.#state[1] ?? 0, this.#state[2] ?? 0];
    const text = Buffer.from(this.#bytes.subarray(0, length)).toString('utf8');
    if (code !== 1) throw helperFailed(text);
    const bytes = this.#bytes.slice(MAX_ANSWER, MAX_ANSWER + count);
    const answer: unknown = JSON.parse(text);
    const json = wire()[kind].safeParse(answer);
    if (!json.success) throw new Refused(text);
    return { json: json.data as z.infer<Wire[Kind]>, bytes };
  }

  close(): void {
    this.#worker.postMessage(null);
  }
}

/** @param answer of the helper */
function rootUnread(root: string, answer: string): DeadweightError {
  const isAway = answer.includes('"ENOENT"');
  const why = isAway ? 'the folder is not on this machine' : answer;
  return new DeadweightError(isAway ? 'input-missing' : 'permission-denied', {
    message: `The engine's files in ${printable(root)} cannot be read with sudo: ${printable(why)}.`,
    remedy: isAway
      ? 'Use engine-store: auto: an engine in a virtual machine is read through its API.'
      : 'Check the folder that docker info shows, or use engine-store: auto.',
  });
}

function helperFailed(words: string): DeadweightError {
  // What sudo warns of first has a line of its own.
  const sentence = words.replace(/\s*\n\s*/g, '; ');
  return new DeadweightError('permission-denied', {
    message: `The engine's files cannot be read with sudo: ${printable(sentence)}.`,
    remedy: 'Let this user run sudo without a password, or use engine-store: auto.',
  });
}
