import { findCommandCredentials } from './credential-command.ts';
import type { CredentialKind } from './credential-kinds.ts';
import { loginSecretsIn } from './credential-login.ts';
import { namesSecret } from './credential-name.ts';
import { settingsIn } from './credential-setting.ts';
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

/** Where commands write credentials: the name that is assigned to, where there is one, and the value. */
interface Place {
  readonly kind: CredentialKind;
  readonly pattern: RegExp;
  /** Whether what the name says decides. */
  readonly isByName?: boolean;
}

const VALUE = `(?<value>"[^"\\n]{1,4000}"|'[^'\\n]{1,4000}'|[^\\s"';&|<>()\`]{1,4000})`;
const PLACES: readonly Place[] = [
  {
    kind: 'password',
    pattern: new RegExp(`(?<![\\w.$-])["']?(?<name>[A-Za-z_][\\w.-]{0,80})["']?=${VALUE}`, 'gd'),
    isByName: true,
  },
  {
    kind: 'password',
    pattern: new RegExp(`(?<![\\w-])--(?<name>[a-z][a-z_-]{1,40})[= ]{1,4}(?!-)${VALUE}`, 'gd'),
    isByName: true,
  },
  // `{"password": "…"}`, and with its quotes escaped in a command.
  {
    kind: 'password',
    pattern:
      /\\?["'](?<name>[A-Za-z_][\w.-]{0,80})\\?["']\s{0,4}:\s{0,4}\\?["'](?<value>[^"'\\\n]{1,4000})/dg,
    isByName: true,
  },
  // `X-API-Key: …`, `PRIVATE-TOKEN: …`.
  {
    kind: 'authorization-header',
    pattern:
      /(?<![\w-])(?<name>[A-Za-z]{1,20}(?:-[A-Za-z]{1,20}){0,3}-(?:key|token|secret|password))\s{0,4}:\s{0,4}(?<value>[^\s"'\\`]{1,4000})/dgi,
    isByName: true,
  },
  {
    kind: 'database-password',
    pattern: /\b(?:password|identified\s{1,4}by)\s{1,4}\\?'(?<value>[^'"\\\n]{1,500})\\?'/dgi,
  },
  {
    kind: 'authorization-header',
    pattern:
      /authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:basic|bearer|token)\s{1,4}(?<value>[^\s"']{1,4000})/dgi,
  },
  {
    kind: 'npm-credentials',
    pattern: /(?<name>_authToken|_auth|_password)[= ]{1,3}["']?(?<value>[^\s"']{1,1000})/dg,
  },
  {
    kind: 'netrc',
    // With line breaks, or with what `printf` makes of them.
    pattern:
      /(?:\b|\\[nt])login(?:\s|\\[nt]){1,8}[^\s\\]{1,200}(?:\s|\\[nt]){1,8}password(?:\s|\\[nt]){1,8}(?<value>[^\s"'\\]{1,500})/dg,
  },
];

/** What it could stand for a place; most texts have none. */
const HINT = /pass|pwd|secret|token|key|credential|_auth|authorization|identified|pat\b/i;

/** The credentials of a text, each once: by their shape, by the name they are assigned to, by where they stand. Linear. */
export function findTextCredentials(text: string): readonly TextCredential[] {
  const found: TextCredential[] = [];
  if (HINT.test(text)) {
    for (const { kind, pattern, isByName } of PLACES) {
      for (const match of text.matchAll(pattern)) {
        const { value = '', name = null } = match.groups ?? {};
        const [start, end] = match.indices?.groups?.['value'] ?? [0, 0];
        const bare = value.replaceAll(/^["']|["']$/g, '');
        if (isByName && (name === null || !namesSecret(name))) continue;
        if (isPlaceholder(bare, name) || (isByName && bare.length < 6)) continue;
        const quote = bare.length < value.length ? 1 : 0;
        found.push({ kind, name, start: start + quote, end: end - quote });
      }
    }
    found.push(...namedSettings(text));
  }
  for (const { start, end } of loginSecretsIn(text)) {
    if (!isPlaceholder(text.slice(start, end))) found.push({ kind: 'url-password', name: null, start, end });
  }
  for (const each of findCommandCredentials(text)) found.push({ ...each, name: null });
  return withTokens(text, withoutOverlaps(found));
}

function namedSettings(text: string): readonly TextCredential[] {
  return settingsIn(text).flatMap(({ name, start, end }) => {
    const value = text.slice(start, end);
    const isSecret = namesSecret(name) && value.length >= 6 && !isPlaceholder(value, name);
    return isSecret ? [{ kind: 'password' as const, name, start, end }] : [];
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
