import { Buffer } from 'node:buffer';
import { withoutCredentials } from '../../base/credentials.ts';
import {
  type Exec,
  type ExecResult,
  type Progress,
  SilentProgram,
  silentProgress,
} from '../../base/effects.ts';
import { DeadweightError, messageOf } from '../../base/errors.ts';
import { type GitSetting, REPOSITORY_VARIABLES, settingVariables } from './git-variables.ts';

export interface GitContext {
  readonly exec: Exec;
  /** The environment that git runs in. Variables that would point it at another repository are dropped. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds; half an hour when absent. */
  readonly maxSilence?: number;
  /** Shows what git does where that takes long. */
  readonly progress?: Progress;
}

const DROPPED: ReadonlySet<string> = new Set(REPOSITORY_VARIABLES);

const SETTINGS = [
  // paths as they are, not quoted
  'core.quotePath=false',
  // no hook of the repository runs because we look at it
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  // files of a commit can be those of a git directory, whose settings name commands; git before 2.38 does not know it
  'safe.bareRepository=explicit',
  'maintenance.auto=false',
  'gc.auto=0',
  'advice.detachedHead=false',
  'submodule.recurse=false',
  // a server that is silent for ten seconds has gone: one that works says so every five
  'http.lowSpeedLimit=1',
  'http.lowSpeedTime=10',
].flatMap(setting => ['-c', setting]);

/** A list of a million files. Bytes. */
const MAX_OUTPUT = 256 * 1024 * 1024;

/**
 * Milliseconds without a word of git or of what it runs. It ends connections that are silent by itself, much earlier;
 * filters, credential helpers and file systems may hang. A large fetch or checkout says nothing while it works.
 */
const MAX_SILENCE = 1_800_000;

/** Runs git in one directory: arguments as an array, no prompt, no hook, no translation. */
export class Git {
  readonly directory: string;
  readonly #context: GitContext;
  readonly #own: Readonly<Record<string, string>>;

  /** @param own variables that may point git at a repository of ours */
  constructor(context: GitContext, directory: string, own: Readonly<Record<string, string>> = {}) {
    this.#context = context;
    this.directory = directory;
    this.#own = own;
  }

  /** Shows what takes long. */
  get progress(): Progress {
    return this.#context.progress ?? silentProgress;
  }

  in(directory: string): Git {
    return new Git(this.#context, directory, this.#own);
  }

  /** @param own variables on top of those that it has */
  with(own: Readonly<Record<string, string>>): Git {
    return new Git(this.#context, this.directory, { ...this.#own, ...own });
  }

  /** A variable as git gets it. */
  variable(name: string): string | undefined {
    return this.#environment()[name];
  }

  /** @param settings on top of those that variables hold: nothing writes them down */
  withSettings(settings: readonly GitSetting[]): Git {
    return settings.length === 0 ? this : this.with(settingVariables(this.#environment(), settings));
  }

  /**
   * @param input for its standard input
   * @throws DeadweightError `git-failed` only when git cannot be started at all, or does not end.
   */
  async attempt(args: readonly string[], input = ''): Promise<ExecResult> {
    const { exec, maxSilence = MAX_SILENCE } = this.#context;
    const options = {
      env: this.#environment(),
      maxOutput: MAX_OUTPUT,
      maxSilence,
      ...(input === '' ? {} : { input: Buffer.from(input) }),
    };
    try {
      return await this.progress.show({ label: labelOf(args) }, () =>
        exec.run('git', ['-C', this.directory, ...SETTINGS, ...args], options),
      );
    } catch (cause) {
      if (cause instanceof SilentProgram) throw gitSilent(this.directory, args, cause);
      throw new DeadweightError('git-failed', {
        message: `git could not be started: ${messageOf(cause)}.`,
        remedy: 'Install git and make sure that it is on the PATH.',
        cause,
      });
    }
  }

  /**
   * Standard output without its last line feed.
   * @throws DeadweightError `git-failed` with git's own words when it exits with anything but 0.
   */
  async run(args: readonly string[], input = ''): Promise<string> {
    const result = await this.attempt(args, input);
    if (result.exitCode !== 0) throw gitFailed(this.directory, args, result);
    return result.stdout.replace(/\n$/, '');
  }

  /**
   * Runs another program in the directory, in git's environment.
   * @throws an Error when it cannot be started
   */
  async attemptProgram(program: string, args: readonly string[]): Promise<ExecResult> {
    const options = { cwd: this.directory, env: this.#environment(), input: new Uint8Array() };
    return this.#context.exec.run(program, args, options);
  }

  #environment(): Record<string, string> {
    const env: Record<string, string> = {};
    for (const [name, value] of Object.entries(this.#context.env)) {
      if (value !== undefined && !DROPPED.has(name)) env[name] = value;
    }
    return { ...env, ...this.#own, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' };
  }
}

function gitSilent(directory: string, args: readonly string[], cause: SilentProgram): DeadweightError {
  return new DeadweightError('git-failed', {
    message: `git ${commandOf(args)} did not end in ${directory}: ${messageOf(cause)}.`,
    remedy:
      'Check what git runs there (filters, credential helpers) and the disk and network that it reads from.',
    cause,
  });
}

/** What is shown while the files of a commit are laid out. */
export const LAYING_OUT = 'Laying out the files of the base';

/** What takes long of git, in words: its command is shown of the rest. */
const LABELS: Readonly<Record<string, string>> = {
  fetch: 'Fetching commits from the remote repository',
  'ls-remote': 'Asking the remote repository',
  'read-tree': LAYING_OUT,
  'checkout-index': LAYING_OUT,
};

function labelOf(args: readonly string[]): string {
  const command = commandOf(args);
  return LABELS[command] ?? `Running git ${command}`;
}

function commandOf(args: readonly string[]): string {
  return args.find(argument => !argument.startsWith('-')) ?? '';
}

/** What git said, as an error with the remedy that fits it. */
export function gitFailed(directory: string, args: readonly string[], result: ExecResult): DeadweightError {
  // Git repeats the address that it was given.
  const lines = withoutCredentials(result.stderr).trim().split('\n').filter(Boolean);
  const command = commandOf(args);
  const { message, remedy } = explain(directory, command, result.stderr);
  return new DeadweightError('git-failed', { message, remedy, excerpt: lines.slice(-5) });
}

/** Of a folder that git would take for a repository by files which a commit can hold. */
export function posesAsRepository(directory: string): { message: string; remedy: string } {
  return {
    message: `${directory} has the files of a git directory in it: git does not run there.`,
    remedy: 'Name a folder of a clone, whose git directory is `.git`.',
  };
}

function explain(directory: string, command: string, stderr: string): { message: string; remedy: string } {
  if (/dubious ownership/.test(stderr)) {
    return {
      message: `git does not trust ${directory}: another user owns it.`,
      remedy: `Run \`git config --global --add safe.directory ${directory}\` first.`,
    };
  }
  if (/cannot use bare repository/.test(stderr)) return posesAsRepository(directory);
  if (/not a git repository/.test(stderr)) {
    return {
      message: `${directory} is not in a git repository.`,
      remedy:
        'Run it inside a clone (in a workflow, add actions/checkout before), or compare with an image or a snapshot instead.',
    };
  }
  const asksRemote = command === 'fetch' || command === 'ls-remote';
  if (
    asksRemote &&
    /could not read Username|Authentication failed|terminal prompts disabled|Permission denied/.test(stderr)
  ) {
    return {
      message: `git ${command} was refused by the remote repository.`,
      remedy:
        'Keep the credentials of actions/checkout (`persist-credentials: true`), or check out with `fetch-depth: 0`.',
    };
  }
  const { remedy } = REMEDIES.find(({ words }) => words.test(stderr)) ?? {
    remedy: 'Fix what git reports, and run the command again.',
  };
  const words = lastWords(stderr);
  return { message: `git ${command} failed in ${directory}${words && `: ${words}`}.`, remedy };
}

/** What to do about what git says most often of a checkout that it cannot make. */
const REMEDIES: readonly { readonly words: RegExp; readonly remedy: string }[] = [
  {
    words: /smudge filter|external filter|clean filter/,
    remedy:
      'Install what the filter runs (for Git LFS, `git lfs install`), and see that its files can be had.',
  },
  {
    words: /No space left on device|Disk quota exceeded/,
    remedy: 'Free some space, or point TMPDIR (RUNNER_TEMP in a workflow) at a larger disk.',
  },
  {
    words: /Permission denied|Read-only file system/,
    remedy: 'Run as a user who may read the repository, with a TMPDIR that can be written.',
  },
  {
    words: /unable to read|bad object|missing blob|could not parse|is corrupt|loose object/,
    remedy: 'Check the clone with `git fsck`, or check out anew with `fetch-depth: 0`.',
  },
];

/** Git's own words: the line that says what ended it. Empty where there are none. */
export function lastWords(stderr: string): string {
  const lines = withoutCredentials(stderr).split('\n');
  const line =
    lines.find(each => each.startsWith('fatal: ')) ??
    lines.find(each => each.startsWith('error: ')) ??
    lines.findLast(each => each.trim() !== '');
  if (line === undefined) return '';
  const words = line
    .replace(/^(?:fatal|error): /, '')
    .trim()
    .replace(/\.$/, '');
  return words.slice(0, MAX_WORDS);
}

/** Of git's words in a sentence. */
const MAX_WORDS = 300;
