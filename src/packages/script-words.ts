import { maskTextCredentials } from '../base/text-credentials.ts';
import type { FileCollector } from '../layer/collector.ts';

/** Programs that somebody wrote into the image are small; what is larger is generated. Bytes. */
export const MAX_SCRIPT = 64 * 1024;
/** Of all words of a script together. Characters. */
const MAX_WORDS = 16 * 1024;

const EXECUTABLE = 0o111;
const ENDINGS = /\.(?:sh|bash|zsh|ksh|py|pl|rb)$|(?:^|\/)(?:Makefile|Procfile|crontab|supervisord?\.conf)$/;
/**
 * Where systems, package managers and caches keep programs of others: `usr/` also in a directory that a system's package
 * was unpacked to. `/usr/src/app` is where many keep their own.
 */
const OF_OTHERS =
  /^(?:lib|lib64|proc|sys|dev|run|var\/(?:lib|cache))\/|(?:^|\/)usr\/(?:lib|libexec|share(?!\/nginx\/html\/)|include|src\/(?:linux|nvidia|googletest|gtest|gmock|kernels|debug|rpm|packages)[^/]*)\/|(?:^|\/)(?:node_modules|site-packages|dist-packages|vendor|\.git|\.cache|gems)\//;

/** Whether a path is where others than the image's author keep their files. */
export function isOfOthers(path: string): boolean {
  return OF_OTHERS.test(path);
}

/**
 * The words of scripts: which programs, libraries and paths they may use, without saying what they do with them. No word
 * that looks like a secret is kept, as scans are stored.
 */
export const scriptCollector: FileCollector = {
  id: 'scripts',
  version: 6,

  wants({ path, size, mode }) {
    if (size === 0 || size > MAX_SCRIPT) return false;
    return ((mode & EXECUTABLE) !== 0 || ENDINGS.test(path)) && !isOfOthers(path);
  },

  collect({ path }, content) {
    const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
    const isScript = (bytes[0] === 0x23 && bytes[1] === 0x21) || ENDINGS.test(path);
    if (!isScript || bytes.includes(0)) return null;
    return wordsOf(maskTextCredentials(bytes.toString('latin1')));
  },
};

/** And what stands in the place of credentials. */
const WORD = /[A-Za-z0-9_.+/-]{1,200}|\*{3}/g;
const NAME = /^[A-Za-z][A-Za-z0-9_.+-]{0,29}$/;
const VARIABLE = /^[A-Z0-9_]{3,}$/;
/** More digits than versions have: tokens, keys, checksums. */
const MANY_DIGITS = /(?:\d[^\d]*){6}/;

/** Options with a password written to them, as far as no other form of them is known: `-pSECRET`. */
const PASSWORD = /^-[pP][^/]{3,}$/;
/** Their `-p` is none: what follows is a folder, or nothing of it. */
const MAKERS = /^(?:mkdir|install|cp|tar|ps|rm)$/;

/** Each word once, with blanks between; what a comment line says is left out, but for the program that the first names. */
function wordsOf(text: string): string {
  const words = new Set<string>();
  let length = 0;
  for (const line of text.split('\n')) {
    if (/^[ \t]*#(?!!)/.test(line)) continue;
    let before = '';
    let isMade = false;
    for (const [word] of line.matchAll(WORD)) {
      const last = before;
      before = word;
      isMade ||= MAKERS.test(word);
      if (words.has(word) || !isTellingWord(word)) continue;
      // Elsewhere `-p` is a password, of programs that nobody knows as well.
      if (PASSWORD.test(word) || (!isMade && last === '-p' && !word.includes('/'))) continue;
      length += word.length + 1;
      if (length > MAX_WORDS) return [...words, TRUNCATED].join(' ');
      words.add(word);
    }
  }
  return [...words].join(' ');
}

/** Stands for the words of a script that has more of them than are kept. */
export const TRUNCATED = '…';

/** Whether a word is a name or a path, and does not look like a secret. */
export function isTellingWord(word: string): boolean {
  const parts = word.split('/');
  return parts.every(part => part === '' || (part.length <= 64 && isPlain(part)));
}

function isPlain(part: string): boolean {
  if (MANY_DIGITS.test(part) || VARIABLE.test(part)) return false;
  return NAME.test(part) || /^[._-][\w.-]{0,30}$/.test(part) || /^[\d.-]{1,12}$/.test(part);
}
