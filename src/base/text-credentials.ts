import { findCommandCredentials } from './credential-command.ts';
import type { CredentialKind } from './credential-kinds.ts';
import { loginSecretsIn } from './credential-login.ts';
import { isSecretSetting, looksMade, mayHoldSecret } from './credential-name.ts';
import { CREDENTIAL_PATTERNS, type CredentialPattern, VALUE } from './credential-patterns.ts';
import { settingsIn } from './credential-setting.ts';
import { joinContinued } from './joined-lines.ts';
import { isPlaceholder } from './placeholder.ts';
import { findTokens } from './token-shapes.ts';

/** A credential in a command, an instruction or a setting. What it is stays in the text: nobody is given it. */
export interface TextCredential {
  readonly kind: CredentialKind;
  /** What it is assigned to; null where nothing is. */
  readonly name: string | null;
  /** Where its value stands. */
  readonly start: number;
  readonly end: number;
}

/** What stands in or near all that the patterns find; most lines have none. */
const HINT =
  /pass|pwd|secret|token|key|cred|auth|identified|pat\b|pw\b|bearer|cookie|securestring|machine|conda|bundle|login|dsn|echo|printf|crypt|:\d{1,5}:|:\*:|pgpass|salt|sig=|signature|jfrog|@(?:tcp|udp|unix)\(/gi;
/** Characters from a hint on in which a value begins, at most. */
const MAX_DISTANCE = 300;

/** The lines of a text in which patterns may find something. */
function* hintedParts(text: string): Generator<readonly [start: number, end: number]> {
  let [start, end] = [0, 0];
  HINT.lastIndex = 0;
  for (let hint = HINT.exec(text); hint !== null; hint = HINT.exec(text)) {
    const first = text.lastIndexOf('\n', hint.index) + 1;
    if (first > end) {
      if (end > start) yield [start, end];
      start = first;
    }
    const last = text.indexOf('\n', hint.index + MAX_DISTANCE);
    end = last < 0 ? text.length : last;
    HINT.lastIndex = Math.max(end, hint.index + 1);
  }
  if (end > start) yield [start, end];
}

/** The credentials of a text, each once: by their shape, by the name they are assigned to, by where they stand. Linear. */
export function findTextCredentials(text: string): readonly TextCredential[] {
  const found = findIn(text);
  const joined = joinContinued(text);
  if (joined === null) return found;
  // Both: a comment may end as a line that goes on does.
  const acrossLines = findIn(joined.text).map(each => ({
    ...each,
    start: joined.offsetOf(each.start),
    // Where its last character is: what joins the lines behind it is no part of it.
    end: joined.offsetOf(each.end - 1) + 1,
  }));
  return withoutOverlaps([...found, ...acrossLines]);
}

function findIn(text: string): readonly TextCredential[] {
  const found: TextCredential[] = [];
  let hasHint = false;
  for (const [start, end] of hintedParts(text)) {
    hasHint = true;
    const part = text.slice(start, end);
    for (const each of CREDENTIAL_PATTERNS) {
      if (each.needs !== undefined && !part.includes(each.needs)) continue;
      for (const credential of findByPattern(part, each))
        found.push({ ...credential, start: start + credential.start, end: start + credential.end });
    }
  }
  if (hasHint) found.push(...namedSettings(text));
  for (const { start, end } of loginSecretsIn(text)) {
    if (!isPlaceholder(text.slice(start, end))) found.push({ kind: 'url-password', name: null, start, end });
  }
  for (const each of findCommandCredentials(text)) found.push({ ...each, name: null });
  return withTokens(text, withoutOverlaps(found));
}

function* findByPattern(text: string, each: CredentialPattern): Generator<TextCredential> {
  const { kind, pattern, isByName, isByLook } = each;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const name = match.groups?.['name'] ?? match.groups?.['key'] ?? null;
    if (isByName && (name === null || !mayHoldSecret(name))) {
      // What is assigned to it may have one: `JDBC_URL="…?password=…"`.
      if (name !== null) pattern.lastIndex = match.index + Math.max(match[0].indexOf(name) + name.length, 1);
      continue;
    }
    const [start, end] = match.indices?.groups?.['value'] ?? valueAt(text, pattern.lastIndex);
    const value = text.slice(start, end);
    if (isByName ? !isSecretSetting(name ?? '', value) : isPlaceholder(value)) continue;
    if (isByLook && !looksMade(value)) continue;
    yield { kind, name, start, end };
    pattern.lastIndex = Math.max(end, pattern.lastIndex);
  }
}

/** Of what stands there, without the quotes around it; empty where that is a call. */
function valueAt(text: string, from: number): readonly [start: number, end: number] {
  VALUE.lastIndex = from;
  const value = VALUE.exec(text)?.[0] ?? '';
  const end = from + value.length;
  const quote = /^\\?["']/.exec(value)?.[0].length ?? 0;
  if (quote > 0) return [from + quote, end - quote];
  return text[end] === '(' ? [from, from] : [from, end];
}
function namedSettings(text: string): readonly TextCredential[] {
  return settingsIn(text).flatMap(({ name, start, end }) => {
    return isSecretSetting(name, text.slice(start, end))
      ? [{ kind: 'password' as const, name, start, end }]
      : [];
  });
}

/** Both in the order of the text, so that each is looked at once. The shape says more than the name. */
function withTokens(text: string, found: readonly TextCredential[]): readonly TextCredential[] {
  const tokens = findTokens(text);
  if (tokens.length === 0) return found;
  const all: TextCredential[] = [];
  let next = 0;
  for (const token of tokens) {
    for (let other = found[next]; other !== undefined && other.end <= token.start; other = found[next]) {
      all.push(other);
      next += 1;
    }
    const other = found[next];
    if (other === undefined || other.start >= token.end) {
      all.push({ ...token, name: assignedName(text, token.start) });
      continue;
    }
    const [start, end] = [Math.min(token.start, other.start), Math.max(token.end, other.end)];
    all.push({ kind: token.kind, name: other.name, start, end });
    next += 1;
  }
  return withoutOverlaps([...all, ...found.slice(next)]);
}

/** What stands in front of a value, with an equals sign between. */
function assignedName(text: string, start: number): string | null {
  const before = text.slice(Math.max(start - 100, 0), start);
  return /(?:^|[\s"'])([A-Za-z_][\w.-]{0,80})=["']?$/.exec(before)?.[1] ?? null;
}

function withoutOverlaps(found: readonly TextCredential[]): readonly TextCredential[] {
  const kept: TextCredential[] = [];
  for (const each of found.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = kept.at(-1);
    if (last === undefined || each.start >= last.end) kept.push(each);
    else if (each.end > last.end) kept[kept.length - 1] = { ...last, end: each.end };
  }
  return kept;
}

/** The text with `***` in the place of each of its credentials. */
export function maskTextCredentials(text: string): string {
  let masked = '';
  let from = 0;
  for (const { start, end } of findTextCredentials(text)) {
    // As many lines as before: their numbers are told.
    masked += `${text.slice(from, start)}***${text.slice(start, end).replaceAll(/[^\n]+/g, '')}`;
    from = end;
  }
  return from === 0 ? text : masked + text.slice(from);
}
