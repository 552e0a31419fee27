import { isWithin } from '../../base/slash-path.ts';
import type { DockerfileInstruction } from '../../dockerfile/dockerfile-instruction.ts';
import { type Mount, readMounts } from '../../dockerfile/mount.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { type PackageCommand, packageCommand } from '../../package-managers/package-command.ts';
import {
  isFileless,
  PACKAGE_FILE_ENDINGS,
  SYSTEM_PROGRAMS,
} from '../../package-managers/package-managers.ts';
import { readProgram } from '../../package-managers/program.ts';
import { runCommands } from '../dockerfile/run-commands.ts';
import { memoize } from '../memoize.ts';

/** Where something was put, and where a RUN begins. */
interface Place {
  /** Clean path of what was put there. */
  readonly directory: string;
  /** Clean path of the working directory; null where it is not known. */
  readonly workdir: string | null;
}

/** Programs whose words do not name files, and which read none. */
const WORDLESS: ReadonlySet<string> = new Set([
  ...['true', ':', 'set', 'export', 'echo', 'printf', 'sleep', 'test', '[', 'corepack'],
  ...['useradd', 'adduser', 'usermod', 'groupadd', 'addgroup', 'groupmod', 'ldconfig', 'locale-gen'],
  ...['update-locale', 'update-ca-certificates', 'update-alternatives'],
]);
/** Programs that read no files but those that their words name. */
const SIMPLE: ReadonlySet<string> = new Set([
  ...['cd', 'mkdir', 'touch', 'ln', 'rm', 'rmdir', 'mv', 'cp', 'chmod', 'chown', 'chgrp', 'install', 'tee'],
  ...['cat', 'sed', 'curl', 'wget', 'tar', 'unzip', 'gzip', 'gunzip', 'xz', 'gpg', 'sha256sum', 'sha512sum'],
]);
/** Programs whose first word is a mode, or an owner. */
const OWNERS: ReadonlySet<string> = new Set(['chmod', 'chown', 'chgrp']);
/** The value does not depend on files that anybody would copy. */
const SUBSTITUTION = /\$\((?:uname(?: -[a-z]+)?|dpkg --print-architecture|arch|nproc|lsb_release -[a-z]+)\)/g;

/** What of a RUN does not depend on the place: it is compared with every COPY above it. */
interface Reading {
  /** Clean absolute paths anywhere in it, also in redirections and options. */
  readonly paths: readonly string[];
  /** Whether its commands do without what is in the working directory, and whether they do with it. */
  readonly isFreeHere: boolean;
  readonly isFreeElsewhere: boolean;
}

const UNREADABLE: Reading = { paths: [], isFreeHere: false, isFreeElsewhere: false };

/**
 * Whether the text tells that a RUN would do the same without what is in a directory: it runs only programs of which
 * it is known what they read, and names nothing that is in it. False when unsure.
 */
export function isIndependent(run: DockerfileInstruction, { directory, workdir }: Place): boolean {
  if (isSystemPath(directory)) return false;
  const reading = readingOf(run);
  const isElsewhere = workdir !== null && !overlaps(workdir, directory);
  const isFree = isElsewhere ? reading.isFreeElsewhere : reading.isFreeHere;
  return isFree && !reading.paths.some(path => overlaps(path, directory));
}

const readingOf = memoize((run: DockerfileInstruction): Reading => {
  const { form, script } = runCommands(run);
  if (run.keyword !== 'RUN' || form === 'other' || script.commands.length === 0) return UNREADABLE;
  const text = (form === 'exec' ? run.body : script.text).replace(SUBSTITUTION, '');
  if (/[`<]|\$\(/.test(text) || !readMounts(run.flags).every(isHarmless)) return UNREADABLE;
  return {
    paths: (text.match(/\/[^\s'"=:;|&<>(),]*/g) ?? []).map(cleanPath),
    isFreeHere: script.commands.every(command => doesWithout(command, false)),
    isFreeElsewhere: script.commands.every(command => doesWithout(command, true)),
  };
});

/** Whether the text tells that a RUN does not read a variable: it neither names it nor runs what may read it. */
export function isIndependentOfVariable(run: DockerfileInstruction, name: string): boolean {
  const { form, script } = runCommands(run);
  if (form === 'other' || script.commands.length === 0 || run.text.includes(name)) return false;
  return script.commands.every(command => {
    const program = readProgram(command.words);
    const action = packageCommand(command)?.action ?? 'build';
    const isInstall = action !== 'build' && action !== 'files';
    return isInstall || isWordless(command) || SIMPLE.has(program);
  });
}

/** Mounts that show no files of the context, a stage or an image. */
const EMPTY_MOUNTS: ReadonlySet<string> = new Set(['cache', 'tmpfs', 'secret', 'ssh']);

function isHarmless({ type }: Mount): boolean {
  return EMPTY_MOUNTS.has(type);
}

/** Whether the words do not name files. Of package managers: what installs nothing, such as update and clean. */
function isWordless({ words }: ShellCommand): boolean {
  const program = readProgram(words);
  return words.length === 0 || WORDLESS.has(program) || isFileless(program, words);
}

/** @param isElsewhere whether the working directory is not where the copy was put */
function doesWithout(command: ShellCommand, isElsewhere: boolean): boolean {
  const { words } = command;
  const installed = packageCommand(command);
  if (installed !== null && !['update', 'upgrade'].includes(installed.action)) {
    return installed.action === 'names' && hasPlainNames(installed, isElsewhere);
  }
  const program = readProgram(words);
  if (isWordless(command)) return true;
  if (!SIMPLE.has(program)) return false;
  const operands = words.slice(1).filter(word => !word.startsWith('-'));
  const files = OWNERS.has(program) ? operands.slice(1) : operands;
  return isElsewhere || files.every(word => /^(?:[/$]|[a-z]+:\/\/)/.test(word));
}

/** Endings of packages that are installed by their path; those of other package managers do not name one, either. */
const PACKAGE_FILES = [...PACKAGE_FILE_ENDINGS, '.gz', '.zip'];

/** Whether all that is installed is named, and no file or address. */
function hasPlainNames({ manager, names, isGlobal }: PackageCommand, isElsewhere: boolean): boolean {
  if (manager.scope === 'project' && !isGlobal && !isElsewhere) return false;
  const takesFiles = manager.packageFile !== undefined;
  return names.every(name => {
    if (!/^[\w@][\w.+:=~<>!^@/[\],*-]*$/.test(name)) return false;
    return !takesFiles || !(name.includes('/') || PACKAGE_FILES.some(ending => name.endsWith(ending)));
  });
}

const SYSTEM: ReadonlySet<string> = new Set(['', 'etc', 'bin', 'sbin', 'lib', 'lib32', 'lib64']);
const SYSTEM_STATE = new RegExp(`\\b(?:${[...SYSTEM_PROGRAMS].join('|')})\\b|/etc/`);

/**
 * Whether the clean path is one where programs look of their own accord: what is put there may decide what any of them
 * does. Applications live in some folders below /usr, /var and the homes.
 */
function isSystemPath(path: string): boolean {
  const [first = '', second = '', third] = path.split('/');
  if (first === 'usr') return second !== 'src' && second !== 'app';
  if (first === 'var') return second !== 'www';
  if (first === 'root') return second === '';
  if (first === 'home') return third === undefined;
  return SYSTEM.has(first);
}

/** Whether the RUN may change what the system's package managers do later. */
export function touchesSystem({ keyword, text }: DockerfileInstruction): boolean {
  return keyword === 'RUN' && SYSTEM_STATE.test(text);
}

/** Whether one of two clean paths is the other, or is in it. */
function overlaps(path: string, other: string): boolean {
  return isWithin(path, other) || isWithin(other, path);
}
