import { StringDecoder } from 'node:string_decoder';
import { namesCredential } from '../../base/credential-name.ts';
import type { Exec, Log } from '../../base/effects.ts';
import { DeadweightError, messageOf } from '../../base/errors.ts';
import { safeText } from '../../base/untrusted-text.ts';
import {
  REPOSITORY_VARIABLES,
  readSettingVariables,
  settingVariables,
} from '../../baseline/git/git-variables.ts';
import type { BuildInputs } from '../../build/build-inputs.ts';
import { localFolder } from '../../build/dockerfile-source.ts';
import { definedOnly } from '../program-exec.ts';
import { LinesOfOutput } from './build-display.ts';

/** A tree that is to be built. */
interface PreparedTree {
  /** Where the command runs. Absolute. */
  readonly cwd: string;
  /** Of its group in the log. */
  readonly title: string;
  /** Whether it is that of a baseline, which is then what the job's workspace stands for. */
  readonly isBaseline: boolean;
}

/**
 * Makes the generated files of a tree, and logs the output of the command as it comes.
 * @throws DeadweightError `prepare-failed` with its last lines
 */
export type Prepare = (tree: PreparedTree) => Promise<void>;

interface PrepareContext {
  readonly exec: Exec;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Lines of its output that an error shows. */
const MAX_LINES = 10;
/** Bytes kept of its output: the last lines are in them. */
const MAX_OUTPUT = 64 * 1024;

/**
 * The shell of a job's steps where there is one: the first command that fails ends it. A command that asks gets no answer.
 * `--norc`: bash takes the socket that we are for a connection from another machine, for which it reads `.bashrc`.
 */
const SHELL =
  'exec </dev/null; if command -v bash >/dev/null 2>&1; then exec bash --norc -e -c "$0"; fi; exec sh -e -c "$0"';

/**
 * @param command as a shell takes it, several lines are fine; null where there is none
 * @throws DeadweightError `usage` where nothing of what the command makes would be built
 */
export function planPrepare(
  command: string | null,
  { context }: Pick<BuildInputs, 'context'>,
  effects: PrepareContext,
): Prepare | null {
  if (command === null) return null;
  if (localFolder(context) === null) {
    throw new DeadweightError('usage', {
      message: 'prepare makes files on this machine, and the build context is elsewhere.',
      remedy: 'Build from a checkout, or omit prepare.',
    });
  }
  return tree => runPrepare(command, tree, effects);
}

async function runPrepare(
  command: string,
  { cwd, title, isBaseline }: PreparedTree,
  { exec, log, env }: PrepareContext,
): Promise<void> {
  const own = withoutCredentialVariables(env);
  if (isBaseline) {
    // They would point git at the checkout of the head.
    for (const name of REPOSITORY_VARIABLES) delete own[name];
    if (own['GITHUB_WORKSPACE'] !== undefined) own['GITHUB_WORKSPACE'] = cwd;
  }
  const last: string[] = [];
  const output = new LinesOfOutput(line => {
    log.info(safeText(line, 'log'));
    last.push(line);
    if (last.length > MAX_LINES) last.shift();
  });
  await log.group(title, async () => {
    const { exitCode } = await exec
      .run('sh', ['-c', SHELL, command], {
        cwd,
        env: own,
        maxOutput: MAX_OUTPUT,
        onStdout: decoded(text => output.add('stdout', text)),
        onStderr: decoded(text => output.add('stderr', text)),
      })
      .catch((cause: unknown) => {
        throw failed(`could not be started: ${messageOf(cause)}`, [], cause);
      });
    output.end('stdout');
    output.end('stderr');
    if (exitCode !== 0) throw failed(`failed with exit code ${exitCode}`, last);
  });
}

/** A character may be cut in two. */
function decoded(take: (text: string) => void): (chunk: Uint8Array) => void {
  const decoder = new StringDecoder('utf8');
  return chunk => take(decoder.write(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
}

function failed(what: string, excerpt: readonly string[], cause?: unknown): DeadweightError {
  return new DeadweightError('prepare-failed', {
    message: `The command of prepare ${what}.`,
    remedy:
      'Make it succeed in the working directory of the build; the tokens of the job are not in its environment.',
    excerpt: excerpt.map(line => safeText(line, 'message')),
    cause,
  });
}

/**
 * Inputs, the services and command files of the runner, settings of git, which may be authorizations, and the agent that
 * signs with keys.
 */
const OF_THE_RUNNER =
  /^(?:INPUT_.*|ACTIONS_.*|STATE_.*|GITHUB_(?:ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)|GIT_CONFIG_(?:COUNT|PARAMETERS|KEY_\d+|VALUE_\d+)|SSH_(?:AUTH_SOCK|AGENT_PID))$/i;
/** Shorter values may stand in anything. Characters. */
const MIN_CREDENTIAL = 8;

/**
 * The variables of a job that a command of its pull request may see: without those that hold tokens and other credentials,
 * by their names or because one of those has the same value, and without what a runner takes orders from.
 */
export function withoutCredentialVariables(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const variables = Object.entries(definedOnly(env));
  // `secret-envs` has a line for each, `id=NAME`.
  const ofTheBuild = new Set((env['INPUT_SECRET-ENVS'] ?? '').split(/[\n,]/).map(afterEquals));
  const credentials = variables
    .filter(([name]) => namesCredential(name))
    // `secrets` has a line for each, `id=value`.
    .flatMap(([name, value]) =>
      name === 'INPUT_SECRETS' ? value.split('\n').map(afterEquals) : [value.trim()],
    )
    .filter(value => value.length >= MIN_CREDENTIAL);
  const kept = variables.filter(
    ([name, value]) =>
      !OF_THE_RUNNER.test(name) &&
      !namesCredential(name) &&
      !ofTheBuild.has(name) &&
      !credentials.some(credential => value.includes(credential)),
  );
  return { ...Object.fromEntries(kept), ...trustedFolders(env) };
}

/** Of the settings of git those that let it read a checkout of another user. */
function trustedFolders(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const trusted = readSettingVariables(env).filter(([key]) => key.toLowerCase() === 'safe.directory');
  return trusted.length === 0 ? {} : settingVariables({}, trusted);
}

function afterEquals(line: string): string {
  return line.slice(line.indexOf('=') + 1).trim();
}
