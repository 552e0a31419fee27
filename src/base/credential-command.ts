import type { CredentialKind } from './credential-kinds.ts';
import { isSecretSetting } from './credential-name.ts';
import { FED_OPTION, PROGRAM_HINT, type ProgramRule, RULES_OF } from './credential-programs.ts';
import { commandsIn, type Word } from './credential-words.ts';
import { isPlaceholder } from './placeholder.ts';
import { baseName } from './slash-path.ts';

/** Where a command line has a password for a program. */
export interface CommandCredential {
  readonly kind: CredentialKind;
  readonly start: number;
  readonly end: number;
}

/** A shell in a shell (`sh -c '…'`), and that in an array. */
const MAX_DEPTH = 2;
/** `echo` commands in a row that are looked at: a password is typed twice. */
const MAX_WRITTEN = 4;

/** The passwords that programs are given on their command lines and by pipes. Linear. */
export function findCommandCredentials(text: string): readonly CommandCredential[] {
  if (!PROGRAM_HINT.test(text)) return [];
  const found: Word[] = [];
  read(text, 0, text.length, 0, found);
  return found.flatMap(word => {
    const { start, end } = trimmed(text, word);
    const value = text.slice(start, end);
    return isPlaceholder(value) || /^(?:-|stdin$)/.test(value)
      ? []
      : [{ kind: 'command-password', start, end }];
  });
}

function read(text: string, from: number, to: number, depth: number, found: Word[]): void {
  let before: readonly Word[] = [];
  // What `echo` and its like have written one after the other: a pipe may read all of a group.
  let written: Word[] = [];
  let heredoc: string | null = null;
  for (const { words: quoted, isPiped } of commandsIn(text, from, to)) {
    if (heredoc === null && !isTelling(text, quoted)) {
      [before, written] = [quoted, []];
      continue;
    }
    const words = quoted.map(word => trimmed(text, word));
    const texts = words.map(({ start, end }) => text.slice(start, end));
    if (heredoc !== null) {
      if (texts[0] === heredoc) heredoc = null;
      else found.push(...words.flatMap(word => pairsIn(text, word)));
      continue;
    }
    const names = texts.map(nameOf);
    let isFed = texts.some(each => FED_OPTION.test(each));
    for (const rule of new Set(names.flatMap(name => RULES_OF.get(name) ?? []))) {
      const at = names.findIndex(name => RULES_OF.get(name)?.includes(rule)) + 1;
      const behind = behindWords(rule, texts, at);
      const isByPlace = rule.isFed || rule.isSetting || rule.operand !== undefined;
      if (behind === null || (isByPlace && !isRun(texts, at - 1))) continue;
      if (rule.isFed) isFed = true;
      else found.push(...given(text, rule, words.slice(at), behind - at));
    }
    const hereString = hereStringOf(words, texts);
    if (names.includes('chpasswd')) {
      const given = [...(isPiped ? [...written, ...before.map(word => trimmed(text, word))] : []), ...words];
      const format = given.findIndex(({ start, end }) => text.slice(start, end).includes(':%s'));
      found.push(...given.flatMap(word => pairsIn(text, word)));
      if (format >= 0) found.push(...given.slice(format + 1));
      heredoc = /^<<-?["']?(\w+)/.exec(texts.find(each => each.startsWith('<<')) ?? '')?.[1] ?? null;
    } else if (isFed) {
      // A sentence is none.
      const isWord = ({ start, end }: Word): boolean => !/\s/.test(text.slice(start, end));
      found.push(...hereString, ...(isPiped ? written.filter(isWord) : []));
    }
    if (depth < MAX_DEPTH) {
      for (const [index, inner] of words.entries()) {
        const isQuoted = inner.start > (quoted[index]?.start ?? inner.start);
        if (isQuoted && /\s/.test(text.slice(inner.start, inner.end)))
          read(text, inner.start, inner.end, depth + 1, found);
      }
    }
    before = quoted;
    written = writtenBy(names, words, written);
  }
}

/** Whether a command may have a password, or write one for the next. */
function isTelling(text: string, words: readonly Word[]): boolean {
  const command = text.slice(words[0]?.start, words.at(-1)?.end);
  return /\b(?:echo|printf|yes|tee|cat)\b/.test(command) || PROGRAM_HINT.test(command);
}

function writtenBy(names: readonly string[], words: readonly Word[], before: readonly Word[]): Word[] {
  const at = names.findIndex(name => /^(?:echo|printf|yes)$/.test(name));
  // What stands between passes it on.
  if (at < 0 && names.some(name => name === 'tee' || name === 'cat')) return [...before];
  const [first, ...others] = at < 0 ? [] : words.slice(at + 1);
  if (first === undefined) return [];
  // `printf '%s\n' A B` writes each.
  const isFormat = names[at] === 'printf' && names[at + 1]?.includes('%') === true;
  return [...before, ...(isFormat ? others : [others.at(-1) ?? first])].slice(-MAX_WRITTEN);
}

/** What `<<<` gives to a command. */
function hereStringOf(words: readonly Word[], texts: readonly string[]): readonly Word[] {
  const at = texts.findIndex(each => each.startsWith('<<<'));
  const sign = words[at];
  if (sign === undefined) return [];
  const next = words[at + 1];
  if (texts[at] === '<<<') return next === undefined ? [] : [next];
  return [{ start: sign.start + 3, end: sign.end }];
}

/** What stands before the name of a program where it is run, and is not only spoken of: `sudo`, `A=b`, `then`. */
const BEFORE_PROGRAM =
  /^(?:then|do|else|if|elif|while|until|!|time|nohup|exec|env|command|sudo|npx|bunx|pnpx|npm|pnpm|yarn|xargs|python3?|php|-\S*|[A-Za-z_]\w*=.*|(?:\/\S+\/)?(?:ba|da|a|z|k)?sh)$/;
/** Where a command begins in what is told of one: `#7 [2/4] RUN …`. */
const INSTRUCTION = /^(?:RUN|CMD|ENTRYPOINT|HEALTHCHECK|ONBUILD)$/;

function isRun(texts: readonly string[], at: number): boolean {
  if (/^["']?\$\(/.test(texts[at] ?? '') || /^(?:-[a-z]*c|\/c|-command)$/i.test(texts[at - 1] ?? ''))
    return true;
  const before = texts.slice(0, at);
  return before
    .slice(before.findLastIndex(word => INSTRUCTION.test(word)) + 1)
    .every(word => BEFORE_PROGRAM.test(word));
}

function nameOf(word: string): string {
  const bare = word.replace(/^["'[\s$(]{1,4}/, '').replace(/["',\]\s]{1,3}$/, '');
  return baseName(bare);
}

/** `user:password`, several of them with line breaks between. Who has his name as his password has none. */
function pairsIn(text: string, { start, end }: Word): readonly Word[] {
  const pairs = text
    .slice(start, end)
    .matchAll(
      /(?:^|\n|\\n|<<<)(?<user>(?:\$\{[^}\s]{1,80}\}|[^\s:<\\]){1,100}):["']?(?<value>[^\s"'\\:][^\s"'\\]{0,500})/dg,
    );
  return [...pairs].flatMap(({ indices, groups }) => {
    const [from, to] = indices?.groups?.['value'] ?? [0, 0];
    return groups?.['user']?.replaceAll(/["']/g, '') === groups?.['value']
      ? []
      : [{ start: start + from, end: start + to }];
  });
}

/** Where the words are that a rule speaks of: behind those that must follow the program; null where they do not. */
function behindWords(
  { behind = [], unless }: ProgramRule,
  texts: readonly string[],
  from: number,
): number | null {
  if (unless !== undefined && texts.slice(from).some(each => unless.test(each))) return null;
  let at = from;
  for (const pattern of behind) {
    const next = texts.findIndex((each, index) => index >= at && pattern.test(each));
    if (next < 0) return null;
    at = next + 1;
  }
  return at;
}

/** @param operandsFrom index of the first word that may be an operand */
function given(
  text: string,
  rule: ProgramRule,
  words: readonly Word[],
  operandsFrom: number,
): readonly Word[] {
  const found: Word[] = [];
  for (const [index, word] of words.entries()) {
    const each = text.slice(word.start, word.end);
    const next = words[index + 1];
    if (next !== undefined && rule.next?.test(each)) found.push(next);
    const attached = rule.attached?.exec(each)?.[0];
    if (attached !== undefined && attached.length < each.length)
      found.push({ start: word.start + attached.length, end: word.end });
    if (rule.login !== undefined) found.push(...loginOf(text, rule, word, next));
    if (
      rule.isSetting &&
      next !== undefined &&
      !each.startsWith('-') &&
      isSecretSetting(lastName(each), text.slice(next.start, next.end))
    )
      found.push(next);
  }
  if (rule.operand === undefined) return found;
  const rest = words.slice(operandsFrom);
  const next = rest.findIndex(({ start }) => text[start] === '+');
  const behind = next < 0 ? rest : rest.slice(0, next);
  const isGiven = ({ start, end }: Word): boolean => isOperand(text.slice(start, end));
  const first = behind.filter(isGiven)[rule.operand - 1];
  if (first === undefined) return found;
  // What comes right behind it may be it, where the first is the value of an option.
  const last = behind.slice(behind.indexOf(first));
  const end = last.findIndex(word => !isGiven(word));
  return [...found, ...last.slice(0, end < 0 ? last.length : end)];
}

function isOperand(word: string): boolean {
  return !/^(?:-|<<|[A-Za-z_]\w{0,80}=(?!=?$))/.test(word);
}

/** `_authToken` of `//registry.test/:_authToken`, `aws_secret_access_key` of `profile.a.aws_secret_access_key`. */
function lastName(word: string): string {
  return word.slice(Math.max(...[':', '.', '/'].map(sign => word.lastIndexOf(sign))) + 1);
}

/** The password of `-u user:password`, `-uuser:password` and `--user=user:password`. */
function loginOf(text: string, rule: ProgramRule, word: Word, next: Word | undefined): readonly Word[] {
  const each = text.slice(word.start, word.end);
  const match = rule.login?.exec(each)?.[0];
  if (match === undefined) return [];
  const login = match.length < each.length ? { start: word.start + match.length, end: word.end } : next;
  if (login === undefined) return [];
  const value = text.slice(login.start, login.end);
  const user = /^(?:\$\{[^}\s]{0,100}\}|[^\s:%,$]|\$(?!\{)){0,200}/.exec(value)?.[0] ?? '';
  if (value[user.length] !== (rule.separator ?? ':')) return [];
  const from = login.start + user.length + 1;
  // A token in the place of the user: `-u TOKEN:`, `-u TOKEN:x-oauth-basic`.
  const isToken =
    /^["']?[\w-]{16,200}$/.test(user) &&
    /^(?:x-oauth-basic|api_token)?["']?$/.test(value.slice(user.length + 1));
  return [isToken ? { start: login.start, end: from - 1 } : { start: from, end: closing(text, login) }];
}

/** Without the quote that the word begins with. */
function closing(text: string, { start, end }: Word): number {
  return /["']/.test(text.charAt(start)) && text[end - 1] === text[start] ? end - 1 : end;
}

/** Without the quotes around it, those of a shell in a shell as well, and without what ends an array. */
function trimmed(text: string, { start, end }: Word): Word {
  const value = text.slice(start, end);
  const before = /^(?:\$?\\?["'])?/.exec(value)?.[0] ?? '';
  const after = before === '' ? '' : (/\\?["']$/.exec(value.slice(before.length))?.[0] ?? '');
  return { start: start + before.length, end: end - after.length };
}
