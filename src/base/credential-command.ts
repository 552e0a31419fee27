import type { CredentialKind } from './credential-kinds.ts';
import { namesSecret } from './credential-name.ts';
import { PROGRAM_HINT, type ProgramRule, RULES_OF } from './credential-programs.ts';
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

/** The passwords that programs are given on their command lines and by pipes. Linear. */
export function findCommandCredentials(text: string): readonly CommandCredential[] {
  if (!PROGRAM_HINT.test(text)) return [];
  const found: Word[] = [];
  read(text, 0, text.length, 0, found);
  return found.flatMap(word => {
    const { start, end } = trimmed(text, word);
    const value = text.slice(start, end);
    return isPlaceholder(value) || value.startsWith('-') ? [] : [{ kind: 'command-password', start, end }];
  });
}

function read(text: string, from: number, to: number, depth: number, found: Word[]): void {
  let before: readonly Word[] = [];
  let heredoc: string | null = null;
  for (const { words, isPiped } of commandsIn(text, from, to)) {
    const texts = words.map(({ start, end }) => text.slice(start, end));
    if (heredoc !== null) {
      if (texts[0] === heredoc) heredoc = null;
      else found.push(...words.flatMap(word => pairsIn(text, word)));
      continue;
    }
    const rules = new Set(texts.flatMap(each => RULES_OF.get(nameOf(each)) ?? []));
    for (const rule of rules) {
      const at = texts.findIndex(each => RULES_OF.get(nameOf(each))?.includes(rule)) + 1;
      found.push(...given(text, rule, words.slice(at), texts.slice(at)));
    }
    if (texts.some(each => nameOf(each) === 'chpasswd')) {
      found.push(...[...(isPiped ? before : []), ...words].flatMap(word => pairsIn(text, word)));
      heredoc = /^<<-?["']?(\w+)/.exec(texts.find(each => each.startsWith('<<')) ?? '')?.[1] ?? null;
    } else if (isPiped && isFed(texts)) found.push(...echoed(text, before));
    if (depth < MAX_DEPTH) {
      for (const word of words) {
        const inner = trimmed(text, word);
        if (inner.start > word.start && /\s/.test(text.slice(inner.start, inner.end)))
          read(text, inner.start, inner.end, depth + 1, found);
      }
    }
    before = words;
  }
}

function nameOf(word: string): string {
  const bare = word.replace(/^["'[\s]{1,3}/, '').replace(/["',\]\s]{1,3}$/, '');
  return baseName(bare);
}

/** `echo PASSWORD | docker login --password-stdin`. */
function isFed(texts: readonly string[]): boolean {
  return texts.some(
    (each, index) =>
      /^--(?:password-stdin|pass-stdin|with-token|stdin)$/.test(each) ||
      (/^-S$/.test(each) && texts.slice(0, index).some(name => nameOf(name) === 'sudo')),
  );
}

function echoed(text: string, words: readonly Word[]): readonly Word[] {
  const at = words.findIndex(({ start, end }) => /^(?:echo|printf)$/.test(nameOf(text.slice(start, end))));
  return at < 0 ? [] : words.slice(at + 1).slice(-1);
}

/** `user:password`, several of them with line breaks between. */
function pairsIn(text: string, { start, end }: Word): readonly Word[] {
  const pairs = text
    .slice(start, end)
    .matchAll(/(?:^|["'\n]|\\n|<<<)[A-Za-z_][\w.-]{0,60}:(?<value>[^:\s"'\\]{1,500})/dg);
  return [...pairs].flatMap(({ indices }) => {
    const [from, to] = indices?.groups?.['value'] ?? [0, 0];
    return [{ start: start + from, end: start + to }];
  });
}

function given(
  text: string,
  rule: ProgramRule,
  words: readonly Word[],
  texts: readonly string[],
): readonly Word[] {
  const found: Word[] = [];
  const behind = rule.behind === undefined ? 0 : texts.findIndex(each => rule.behind?.test(each));
  if (behind < 0) return found;
  for (const [index, each] of texts.entries()) {
    const word = words[index];
    const next = words[index + 1];
    if (word === undefined) continue;
    const bare = each.replace(/^["']/, '');
    if (next !== undefined && rule.next?.test(bare.replace(/["']$/, ''))) found.push(next);
    const attached = rule.attached?.exec(each)?.[0];
    if (attached !== undefined && attached.length < each.length)
      found.push({ start: word.start + attached.length, end: closing(text, word, attached) });
    if (rule.login !== undefined) found.push(...loginOf(text, rule.login, word, next));
    if (rule.isSetting && next !== undefined && namesSecret(lastName(bare))) found.push(next);
  }
  const last = words.at(-1);
  if (last !== undefined && words.length - 1 - behind >= (rule.last ?? Infinity)) found.push(last);
  return found;
}

/** `_authToken` of `//registry.test/:_authToken`, `aws_secret_access_key` of `profile.a.aws_secret_access_key`. */
function lastName(word: string): string {
  return word.slice(Math.max(word.lastIndexOf(':'), word.lastIndexOf('.')) + 1);
}

/** The password of `-u user:password`, `-uuser:password` and `--user=user:password`. */
function loginOf(text: string, option: RegExp, word: Word, next: Word | undefined): readonly Word[] {
  const each = text.slice(word.start, word.end);
  const match = option.exec(each)?.[0];
  if (match === undefined) return [];
  const login = match.length < each.length ? { start: word.start + match.length, end: word.end } : next;
  if (login === undefined) return [];
  const user = /^["']?[\w.@$%{}+-]{0,200}:/.exec(text.slice(login.start, login.end))?.[0];
  return user === undefined ? [] : [{ start: login.start + user.length, end: closing(text, login, user) }];
}

/** Without the quote that the word begins with. */
function closing(text: string, { end }: Word, begin: string): number {
  return /^["']/.test(begin) && text[end - 1] === begin[0] ? end - 1 : end;
}

/** Without the quotes around it, those of a shell in a shell as well, and without what ends an array. */
function trimmed(text: string, { start, end }: Word): Word {
  const value = text.slice(start, end);
  const before = /^(?:\\?["'])?/.exec(value)?.[0] ?? '';
  const after = before === '' ? '' : (/\\?["']$/.exec(value.slice(before.length))?.[0] ?? '');
  return { start: start + before.length, end: end - after.length };
}
