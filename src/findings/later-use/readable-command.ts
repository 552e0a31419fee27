import { isSettled } from '../../dockerfile/shell/chain-part.ts';
import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { cleanPath } from '../../layer/clean-path.ts';
import { SYSTEM_PROGRAMS } from '../../package-managers/package-managers.ts';
import { readProgram } from '../../package-managers/program.ts';
import { memoize } from '../memoize.ts';
import type { RuleContext } from '../rule-context.ts';
import { findOwnScripts } from './own-scripts.ts';
import type { Lookup } from './searched-place.ts';

/** Builtins of which all that they do is in their words. */
const BUILTINS: ReadonlySet<string> = new Set(
  'set cd pushd popd export readonly unset local shift umask exit return break continue read let'.split(' '),
);

/**
 * Whether a command may come across the paths without naming them.
 * @param lookup who finds them by themselves
 */
export function mayComeAcross(
  context: RuleContext,
  command: ShellCommand,
  { paths, lookup }: { readonly paths: readonly string[]; readonly lookup: Lookup },
): boolean {
  return (
    !isReadable(context, command) ||
    findsFiles(context, command) ||
    walksAbove(command, paths) ||
    looksUp(command, lookup)
  );
}

/** Programs that open what their words name, and start no others. */
const SELF_CONTAINED: ReadonlySet<string> = new Set(
  (
    'rm mv cp ln mkdir rmdir touch chmod chown chgrp cat head tail cut sort uniq tr wc tee ls du df stat find grep sed ' +
    'awk gzip gunzip xz unxz bzip2 unzip sha256sum sha512sum md5sum uname basename dirname readlink realpath ' +
    'mktemp sleep'
  ).split(' '),
);
const SHELL_ALONE: ReadonlySet<string> = new Set([
  ...BUILTINS,
  ...'[ [[ test true false : echo printf pwd type wait kill'.split(' '),
]);

/**
 * Whether it may run, load or read what lies where programs look by themselves: tar starts `zstd` for an ending or an
 * option, apt-get the scripts of packages, curl reads the certificates and `~/.curlrc`.
 */
function looksUp({ words }: ShellCommand, lookup: Lookup): boolean {
  const program = readProgram(words);
  if (words.length === 0 || lookup === 'none' || SHELL_ALONE.has(program)) return false;
  return lookup === 'any' || !SELF_CONTAINED.has(program);
}

/**
 * Whether it is known what the command does: a builtin or a program of the system. Of a script only the words are known,
 * and not what they come to: a path may be put together of several.
 */
export function isReadable(context: RuleContext, { words }: ShellCommand): boolean {
  const [first] = words;
  if (first === undefined) return true;
  if (first.includes('$') || first.includes('`') || first.includes('/')) return false;
  const program = readProgram(words);
  if (findOwnScripts(context).some(({ path }) => path.endsWith(`/${program}`))) return false;
  return isSettled(program) || BUILTINS.has(program);
}

/** Programs that run others, or read what their configuration or an index names: `.so.conf`, a keyring, a trust store, sources of locales. */
const FINDING: ReadonlySet<string> = new Set([
  ...['xargs', 'env', 'gpg', 'ldconfig', 'update-ca-certificates', 'locale-gen', 'localedef'],
  ...['dpkg-reconfigure', 'fc-cache', 'update-mime-database', 'mandb'],
]);
/** Options that make a program run others, or open what a file names. */
const OPENING: Readonly<Record<string, RegExp>> = {
  tar: /^-\w*[TIF]|^--(?:files-from|use-compress-program|to-command|.*info-script|checkpoint-action)/,
  find: /^-(?:exec|ok|files0)/,
  curl: /^-\w*K|^--config/,
  sha256sum: /^-\w*c|^--check/,
  sha512sum: /^-\w*c|^--check/,
  md5sum: /^-\w*c|^--check/,
  wc: /^--files0/,
  du: /^--files0/,
  sort: /^--(?:files0|compress-program)/,
};
/** What takes the working directory where no other is named. */
const WALKERS: ReadonlySet<string> = new Set(['find', 'du', 'ls']);

/** Whether a program that is known may open files which its words do not name. */
function findsFiles(context: RuleContext, { words }: ShellCommand): boolean {
  const [, ...rest] = words;
  const program = readProgram(words);
  if (FINDING.has(program)) return true;
  if (SYSTEM_PROGRAMS.has(program)) return rest.some(isLocalPackage) || hasPackageSources(context);
  if (rest.some(word => OPENING[program]?.test(word) === true)) return true;
  const isWalker =
    WALKERS.has(program) || (program === 'grep' && rest.some(word => /^-\w*[rR]|^--recursive/.test(word)));
  return isWalker && !rest.some(word => word.startsWith('/'));
}

/** A file, whose own scripts run as it is installed. */
function isLocalPackage(word: string): boolean {
  return word.includes('/') || /\.(?:deb|rpm|apk)$/.test(word);
}

const SOURCES = /^etc\/(?:apt\/(?:sources\.list|apt\.conf)|apk\/repositories|yum|dnf\/|zypp\/|pacman\.)/;

/** Whether own layers say where packages come from: a directory of the image can be such a place. */
const hasPackageSources = memoize(({ analysis, ownFrom }: RuleContext): boolean =>
  analysis.scans
    .slice(ownFrom)
    .some(({ entries }) =>
      entries.values().some(({ path, kind }) => kind !== 'directory' && SOURCES.test(path)),
    ),
);

/** A directory that one of the paths is in, or what may be one. */
function walksAbove(
  { words: [program = '', ...rest], assignments }: ShellCommand,
  paths: readonly string[],
): boolean {
  if (program === 'mkdir') return false;
  // `PATH=/tmp/tools:$PATH`, `--directory=/tmp`
  const parts = [...rest, ...assignments].flatMap(word => [word, ...word.split(/[=:,]/).slice(1)]);
  return parts.some(word => {
    if (word === '') return false;
    if (/^(?:\.{0,2}\/?|\*.*|(?:\.{1,2}\/|\/)\*.*)$/.test(word)) return true;
    if (!word.startsWith('/')) return false;
    const clean = cleanPath(word.replace(/[*?[$`].*$/s, ''));
    return clean === '' || paths.some(path => path.startsWith(`${clean}/`));
  });
}
