import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { DeadweightError, systemErrorCode, systemReason } from '../base/errors.ts';
import { printable } from '../base/untrusted-text.ts';

/** What programs unpack: node:zlib has neither. */
export type ForeignCompression = 'xz' | 'bzip2';

/** A program needs 65 MiB for what `xz -9` wrote; a dictionary may claim to need 4 GiB. */
export const MAX_XZ_MEMORY = '512MiB';
/** Milliseconds without a byte in or out, while we have bytes for it and ask for more. */
const MAX_STALL = 60_000;
/** Characters of what a program says. */
const MAX_SAID = 4096;

const ARGUMENTS: Readonly<Record<ForeignCompression, readonly string[]>> = {
  xz: ['-d', '-c', '-q', '-M', MAX_XZ_MEMORY],
  // Its -q conceals that data ends too early.
  bzip2: ['-d', '-c'],
};

const PACKAGES: Readonly<Record<ForeignCompression, string>> = {
  xz: 'xz (the package xz-utils or xz)',
  bzip2: 'bzip2',
};

/**
 * Unpacks with the program `xz` or `bzip2`. docker load calls `xz` as well; the libraries for Node are native, WebAssembly
 * or unmaintained, and slower. The program ends with whoever reads: on the last byte, on an error and when it is left.
 * @throws DeadweightError `program-missing`, `input-truncated`, `input-corrupt`, `limit-exceeded`; and whatever `chunks` throws
 */
export async function* unpackWithProgram(
  chunks: AsyncIterable<Uint8Array>,
  program: ForeignCompression,
): AsyncIterable<Uint8Array> {
  const child = spawn(program, ARGUMENTS[program], { stdio: 'pipe' });
  const watch = new StallWatch(() => child.kill('SIGKILL'));
  let failure: unknown;
  let said = '';
  const ended = new Promise<number | null>(resolve => child.on('close', resolve));
  child.on('error', cause => {
    failure ??= cannotStart(program, cause);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(0, MAX_SAID);
  });
  // Why it reads no more is told at its end.
  child.stdin.on('error', () => undefined);
  const feeding = feed(chunks, child.stdin, watch).catch((error: unknown) => {
    failure ??= error;
    child.kill('SIGKILL');
  });
  try {
    for await (const chunk of child.stdout) {
      watch.pause();
      yield chunk;
      watch.resume();
    }
    const exitCode = await ended;
    if (watch.hasStalled) failure ??= stalled(program);
    // bzip2 ignores what follows its data, and says so.
    if (exitCode !== 0 || /trailing garbage/.test(said)) failure ??= failed(program, said);
    if (failure !== undefined) throw failure;
  } finally {
    watch.stop();
    child.kill('SIGKILL');
    // What feeds it waits for it no longer, and closes what it reads.
    child.stdin.destroy();
    await feeding;
  }
}

/** Writes all chunks, until nobody reads them. */
async function feed(chunks: AsyncIterable<Uint8Array>, stdin: Writable, watch: StallWatch): Promise<void> {
  const source = chunks[Symbol.asyncIterator]();
  try {
    for (;;) {
      watch.pause();
      const next = await source.next();
      watch.resume();
      if (next.done === true) break;
      const isWritten = await new Promise(resolve => {
        stdin.write(next.value, error => resolve(!error));
      });
      if (!isWritten) return;
    }
    stdin.end();
  } finally {
    await source.return?.();
  }
}

/** Looks whether a program does nothing with what it was given, which no input makes it do. */
class StallWatch {
  hasStalled = false;
  /** Those who make the program wait: who brings its bytes, who takes what it writes. */
  #paused = 0;
  #last = performance.now();
  readonly #timer: NodeJS.Timeout;

  constructor(stop: () => void) {
    this.#timer = setInterval(() => {
      if (this.#paused > 0 || performance.now() - this.#last < MAX_STALL) return;
      this.hasStalled = true;
      stop();
    }, MAX_STALL / 10);
  }

  pause(): void {
    this.#paused += 1;
  }

  resume(): void {
    this.#paused -= 1;
    this.#last = performance.now();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function cannotStart(program: ForeignCompression, cause: unknown): DeadweightError {
  const isMissing = systemErrorCode(cause) === 'ENOENT';
  return new DeadweightError('program-missing', {
    message: isMissing
      ? `The data is compressed with ${program}, and the program ${program} is not there to unpack it.`
      : `The program ${program} could not be started to unpack the data: ${systemReason(cause)}.`,
    remedy: `Install ${PACKAGES[program]}, or save the image again with gzip or zstd.`,
    cause,
  });
}

function stalled(program: ForeignCompression): DeadweightError {
  return new DeadweightError('input-corrupt', {
    message: `The program ${program} has done nothing for ${MAX_STALL / 1000} seconds, and was ended.`,
    remedy: `Try ${program} -dc on the file, or save the image again with gzip or zstd.`,
  });
}

/** The programs say what is wrong in their own words, and have one exit code for all of it. */
function failed(program: ForeignCompression, said: string): DeadweightError {
  const why = printable(said.trim()).slice(0, 200);
  if (/memory usage limit/i.test(why)) {
    return new DeadweightError('limit-exceeded', {
      message: `The ${program} data needs more than ${MAX_XZ_MEMORY} of memory to unpack.`,
      remedy: 'Check where the image comes from; if you trust it, save it again with gzip or zstd.',
    });
  }
  const isTruncated = /unexpected end of input|ends unexpectedly|unexpected eof/i.test(why);
  return new DeadweightError(isTruncated ? 'input-truncated' : 'input-corrupt', {
    message: isTruncated
      ? `The ${program} data ends too early.`
      : `The ${program} data is damaged${why === '' ? '' : ` (${why})`}.`,
    remedy: 'Save or download the image again.',
  });
}
