import { withoutCredentials } from '../base/credentials.ts';
import { DeadweightError, systemErrorCode } from '../base/errors.ts';
import { safeText } from '../base/untrusted-text.ts';
import { EXIT, exitCodeOf } from '../run/exit-code.ts';
import { VERSION } from '../run/version.ts';
import type { Invocation } from './invocation.ts';
import { PlainAnswer, parseArguments } from './program.ts';

/** An expected failure in three parts; our own bug with its stack. */
async function tell(error: unknown): Promise<void> {
  if (!(error instanceof DeadweightError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(
      `deadweight ${VERSION} has a bug: please report it with this text.\n${withoutCredentials(text)}\n`,
    );
    return;
  }
  const [message = '', ...others] = error.lines;
  const lines = [`deadweight: ${message}`, ...others].map(withoutCredentials);
  const text = process.stderr.isTTY ? await wrapForTerminal(lines) : lines.join('\n');
  process.stderr.write(safeText(`${text}\n`, 'error'));
}

/** Loaded only where there is something to wrap: the start of the program has no need of it. */
async function wrapForTerminal(lines: readonly string[]): Promise<string> {
  const { wrapErrorLines } = await import('./error-text.ts');
  return wrapErrorLines(lines, process.stderr.columns || 80);
}

async function main(args: readonly string[]): Promise<number> {
  let invocation: Invocation | PlainAnswer;
  try {
    invocation = parseArguments(args, VERSION);
  } catch (error) {
    await tell(error);
    return exitCodeOf(error, false);
  }
  if (invocation instanceof PlainAnswer) {
    process.stdout.write(invocation.text);
    return EXIT.fine;
  }
  try {
    // Not before there is something to run: the help, the version and a wrong option answer at once. All of it at once
    // then: a bundler makes one scope of what is loaded together, and calls between scopes cost a tenth of the time.
    const { runInvocation } = await import('./run-invocation.ts');
    return await runInvocation(invocation);
  } catch (error) {
    await tell(error);
    return exitCodeOf(error, ['build', 'fix'].includes(invocation.request.command));
  }
}

/** Whether standard output could not be written: what was asked for is not there then. */
let hasLostOutput = false;

process.stdout.on('error', error => {
  // A reader that closed the pipe (head, less) wants no more: that is no failure.
  if (systemErrorCode(error) === 'EPIPE') process.exit(EXIT.fine);
  if (hasLostOutput) return;
  hasLostOutput = true;
  endWith(process.exitCode === undefined ? EXIT.fine : Number(process.exitCode));
  import('../base/partial-output.ts').then(({ outputError }) => tell(outputError('standard output', error)));
});

// Where errors cannot be told, the exit code still tells.
process.stderr.on('error', () => undefined);

// What is thrown where nobody waits for it is our own bug.
process.on('uncaughtException', error => {
  tell(error).finally(() => process.exit(EXIT.bug));
});

/** An error that was told before outweighs a lost output. */
function endWith(code: number): void {
  const isVerdict = code === EXIT.fine || code === EXIT.budgetFailed;
  process.exitCode = hasLostOutput && isVerdict ? EXIT.unreadable : code;
}

// Node ends with 0 where nothing is left to wait for, also in the middle of the work: no verdict is no success.
process.on('exit', () => {
  if (process.exitCode !== undefined) return;
  process.exitCode = EXIT.bug;
  process.stderr.write(`deadweight ${VERSION} has a bug: it ended without a result. Please report it.\n`);
});

// No top-level await: index.cts loads this with `require`.
main(process.argv.slice(2)).then(endWith);
