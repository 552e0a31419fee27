import { maskTextCredentials } from '../base/text-credentials.ts';
import type { FileCollector } from '../layer/collector.ts';
import { APT } from '../package-managers/apt.ts';
import { isOfOthers, isTellingWord, MAX_SCRIPT } from './script-words.ts';

/** Programs in languages that are not scripts of a shell, and what configures programs. */
const TEXT =
  /\.(?:[cm]?[jt]sx?|php\d?|phtml|lua|ya?ml|json5?|toml|ini|conf|cfg|cnf|config|xml|properties|service|socket|timer|env|rules|tcl|r|jl|exs?|clj|groovy|awk|nix|vcl|hcl|plist)$/i;
/** What servers and timers are configured with, in files that need no ending: sites of nginx, jobs of cron. */
const CONFIGURATION =
  /^etc\/(?:nginx|apache2|httpd|lighttpd|caddy|haproxy|supervisor|cron\.\w+|logrotate\.d|default|init\.d)\/|(?:^|\/)Caddyfile$/;
/** Paths of one file that are kept: who names more lists the files of something. Characters. */
const MAX_PATHS = 4096;

/** Whether it is a text of the kinds that `pathCollector` reads. */
export function isPlainText(path: string): boolean {
  return TEXT.test(path);
}

/** Of these, programs: one that is too large to be read may open anything, as bundles of whole applications do. */
const PROGRAM = /\.(?:[cm]?[jt]sx?|php\d?|lua|py|rb|pl|exs?|clj|r|jl)$/i;

/** Whether it is a program in a text that no collector reads, for its size. */
export function isUnreadProgram({ path, bytes }: { readonly path: string; readonly bytes: number }): boolean {
  return bytes > MAX_SCRIPT && PROGRAM.test(path) && !isOfOthers(path);
}

/**
 * What texts may open: the absolute paths in them, and the names of files that stand in quotes; and of calls of apt the
 * program with its verbs. No word that looks like a secret is kept, as scans are stored.
 */
export const pathCollector: FileCollector = {
  id: 'named-paths',
  version: 5,

  wants({ path, size }) {
    return (
      size > 0 && size <= MAX_SCRIPT && (TEXT.test(path) || CONFIGURATION.test(path)) && !isOfOthers(path)
    );
  },

  collect(_entry, content) {
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    if (bytes.includes(0)) return null;
    const text = maskTextCredentials(bytes.toString('latin1'));
    const names = new Set(aptWords(text));
    let length = 0;
    for (const [word] of text.matchAll(NAMED)) {
      if (names.has(word) || !isTellingWord(word)) continue;
      length += word.length + 1;
      if (length > MAX_PATHS) break;
      names.add(word);
    }
    return names.size === 0 ? null : [...names].join(' ');
  },
};

/** Not of an address, and no end of an element. */
const NAMED =
  /(?<![\w./<-])(?:\/[\w.+@-]{1,64}){1,16}|(?<=["'`/])[\w-]{1,64}(?:\.[\w-]{1,16}){1,3}(?=["'`])/g;

/** apt with what follows it, in a command or in a list of words: `execFileSync('apt-get', ['install', '-y', name])`. */
const APT_CALL =
  /(?<![\w.-])(apt-get|aptitude|apt(?=["'`]?[\s,[]{1,4}["'`]?(?:-[\w-]{1,30}["'`]?[\s,]{1,4}["'`]?){0,3}(?:re)?install\b))(?![\w.-])([\s\S]{0,80})/g;
const MAX_LOOK_BACK = 200;
const COMMENT = /^[ \t]*(?:\/\/|\*|\/\*|#|--)/;
const APT_VERBS: ReadonlySet<string> = new Set([...APT.verbs.names, ...APT.verbs.update]);

/** `apt-get`, `install` and `update`, as far as the text calls them. */
function* aptWords(text: string): Generator<string> {
  for (const { 1: program = '', 2: rest = '', index } of text.matchAll(APT_CALL)) {
    const before = text.slice(Math.max(index - MAX_LOOK_BACK, 0), index);
    if (COMMENT.test(before.slice(before.lastIndexOf('\n') + 1))) continue;
    yield program;
    for (const word of rest.match(/[a-z]+/g) ?? []) if (APT_VERBS.has(word)) yield word;
  }
}
