import type { ShellCommand } from '../../dockerfile/shell/shell-command.ts';
import { installsGiven } from '../../package-managers/package-command.ts';
import { findManager, PACKAGE_FILE_ENDINGS } from '../../package-managers/package-managers.ts';
import { readProgram, wordsBehind } from '../../package-managers/program.ts';

/** Programs that read the files which they are given, and write none of them. */
const READERS: ReadonlySet<string> = new Set([
  ...[
    'unzip',
    'zcat',
    'xzcat',
    'zstdcat',
    'bzcat',
    'cat',
    'head',
    'tail',
    'grep',
    'cmp',
    'diff',
    'ls',
    'test',
    '[',
  ],
  ...['md5sum', 'sha1sum', 'sha256sum', 'sha512sum', 'shasum', 'file', 'stat', 'wc'],
]);
/** Modes of tar that write no archive. */
const TAR = /^(?:-?[abd-qstv-zA-Z]*[xt][abd-qstv-zA-Z]*|--extract|--get|--list)$/;
/** Options of cp and install that keep no owner and name no target. */
const COPYING = /^-(?:[rRfvLD]+|m\d*)$/;

/** Whether a command reads what is named, and does nothing else to it. False when unsure. */
export function onlyReads({ words }: ShellCommand, named: readonly string[]): boolean {
  const program = readProgram(words);
  const rest = wordsBehind(words);
  if (READERS.has(program)) return true;
  if (program === 'tar' || program === 'bsdtar') return readsArchive(rest, named);
  if (program === 'cp' || program === 'install') {
    const options = rest.filter(word => word.startsWith('-'));
    return options.every(word => COPYING.test(word)) && !named.includes(rest.at(-1) ?? '');
  }
  const manager = findManager(program);
  if (manager === undefined || !rest.some(word => installsGiven(manager, word))) return false;
  return named.every(word => isPackageFile(word) || isListed(rest, word));
}

/** tar with a mode that reads, unpacking elsewhere. */
function readsArchive(rest: readonly string[], named: readonly string[]): boolean {
  const isMode = (word: string, index: number): boolean =>
    (index === 0 || word.startsWith('-')) && TAR.test(word);
  const at = rest.findIndex(word => /^-[a-zA-Z]*C$/.test(word) || word === '--directory');
  const directory = at < 0 ? undefined : rest[at + 1];
  const isInside = rest.some(word => word.startsWith('--directory=') && named.includes(word));
  return rest.some(isMode) && !isInside && (directory === undefined || !named.includes(directory));
}

/** A folder of sources is built where it is: packages are only read. */
function isPackageFile(word: string): boolean {
  return PACKAGE_FILE_ENDINGS.some(ending => word.endsWith(ending)) || /\.(?:tgz|tar\.gz|gem)$/.test(word);
}

const LISTING: ReadonlySet<string> = new Set([
  '-f',
  '--find-links',
  '-r',
  '--requirement',
  '-c',
  '--constraint',
]);

/** `-r /tmp/requirements.txt`, `--find-links=/wheels`. */
function isListed(rest: readonly string[], word: string): boolean {
  const before = rest[rest.indexOf(word) - 1] ?? '';
  return LISTING.has(before) || LISTING.has(word.split('=', 1)[0] ?? '');
}
