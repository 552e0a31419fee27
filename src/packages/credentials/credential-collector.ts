import { Buffer } from 'node:buffer';
import { type CredentialKind, isCredentialKind } from '../../base/credential-kinds.ts';
import { namesSecret } from '../../base/credential-name.ts';
import { isPlaceholder } from '../../base/placeholder.ts';
import { findTextCredentials } from '../../base/text-credentials.ts';
import { findTokens } from '../../base/token-shapes.ts';
import type { RangeCollector } from '../../layer/collector.ts';
import { isByteCount, type JsonValue } from '../../layer/json-value.ts';
import type { LayerEntry } from '../../layer/layer-entry.ts';
import type { LayerScan } from '../../layer/layer-scan.ts';
import type { ByteRange } from '../../tar/random-access.ts';
import { type CredentialFormat, formatsOf } from './credential-format.ts';
import { isForeign, isOwnText, isShown, isSystem } from './credential-place.ts';

/** Larger files are not looked into; those that people write credentials into have some kilobytes. */
const MAX_FILE = 256 * 1024;
const MAX_TEXT = 128 * 1024;
/** What tells a text from a program. */
const BEGINNING = 4096;
/** Of one file; who has so many reads the file. */
const MAX_FOUND = 20;

/** A credential in a file: what it is and where, and nothing of itself. */
export interface FileCredential {
  readonly kind: CredentialKind;
  /** 1-based; 0 where the file as a whole is one. */
  readonly line: number;
  /** What it is assigned to; null where nothing is. */
  readonly name: string | null;
}

/**
 * Credentials in files, by the names that tools give to such files, and by the shapes of tokens and keys in what people
 * write. Scans are stored and shared: nothing of a value may be in what is collected.
 */
export const credentialCollector: RangeCollector = {
  id: 'credentials',
  version: 4,

  wants({ path, size }) {
    if (size === 0) return false;
    const formats = formatsOf(path);
    if (formats.length === 0) return size <= MAX_TEXT && isOwnText(path) && !isForeign(path);
    if (size > MAX_FILE && !formats.some(isWhole)) return false;
    return !isForeign(path) && !(formats.every(({ isCommon }) => isCommon) && isSystem(path));
  },

  read,
};

function isWhole({ pattern, isCommands }: CredentialFormat): boolean {
  return pattern === undefined && !isCommands;
}

function* read({ path, size }: LayerEntry): Generator<ByteRange, JsonValue | null, Uint8Array> {
  const isExample = isShown(path);
  const formats = formatsOf(path).filter(({ isCommon }) => !(isCommon && isExample));
  const beginning = yield { start: 0, length: Math.min(size, BEGINNING) };
  const whole = formats.find(isWhole);
  if (whole !== undefined) return isSecretFile(whole, beginning) ? [[whole.kind, 0, null]] : null;
  if (size > MAX_FILE || beginning.includes(0)) return null;
  const rest = size > BEGINNING ? yield { start: BEGINNING, length: size - BEGINNING } : null;
  const text = latin1(beginning) + (rest === null ? '' : latin1(rest));
  const found = findInText(path, text, formats, isExample);
  return found.length === 0 ? null : found.map(({ kind, line, name }) => [kind, line, name]);
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

const JKS = 0xfeedfeed;
/** The first entry of a Java key store, behind magic, version and count: a key, or only a certificate. */
const JKS_KEY = 1;

/** Key stores that hold certificates alone are public. */
function isSecretFile({ kind }: CredentialFormat, { buffer, byteOffset, byteLength }: Uint8Array): boolean {
  if (kind !== 'keystore') return true;
  if (byteLength < 16) return false;
  const view = new DataView(buffer, byteOffset, byteLength);
  return view.getUint32(0) !== JKS || view.getUint32(12) === JKS_KEY;
}

interface PlacedCredential {
  readonly kind: CredentialKind;
  readonly name: string | null;
  readonly start: number;
}

function findInText(
  path: string,
  text: string,
  formats: readonly CredentialFormat[],
  isExample: boolean,
): readonly FileCredential[] {
  const settings = ofProduction(path, text);
  const named = formats.flatMap(format => findInFormat(settings, format));
  const shaped = isExample && formats.length === 0 ? [] : findTokens(text);
  const isAccount = text.includes('"service_account"');
  const tokens = shaped.map(({ kind, start }): PlacedCredential => {
    if (kind !== 'private-key') return { kind, start, name: null };
    if (/(?:^|\/)ssh_host_\w+_key$/.test(path)) return { kind: 'ssh-host-key', start, name: null };
    return { kind: isAccount ? 'gcp-credentials' : kind, start, name: null };
  });
  return withLines(text, [...named, ...tokens]);
}

function ofProduction(path: string, text: string): string {
  if (path.endsWith('.xml')) return withoutXmlComments(text);
  return /(?:^|\/)config\/(?:database|secrets)\.ya?ml$/.test(path) ? withoutRailsTests(text) : text;
}

function findInFormat(text: string, format: CredentialFormat): readonly PlacedCredential[] {
  const { kind, pattern, isByName, isCommands, needs } = format;
  const found: PlacedCredential[] = [];
  if (needs?.test(text) === false) return found;
  if (isCommands) {
    const commands = findTextCredentials(text).filter(({ start }) => !isInComment(text, start));
    return commands.map(each => ({ ...each, name: shownName(each.name) }));
  }
  if (pattern === undefined) return found;
  for (const { groups, index } of text.matchAll(pattern)) {
    const { key = null, value = '' } = groups ?? {};
    const bare = value.trim().replaceAll(/^["']|["']$/g, '');
    if (isByName && (key === null || !namesSecret(key) || bare.length < 6)) continue;
    if (isPlaceholder(bare, key) || isInComment(text, index)) continue;
    found.push({ kind, name: shownName(key), start: index });
    if (found.length >= MAX_FOUND) break;
  }
  return found;
}

function shownName(name: string | null): string | null {
  return name === null || !/^[\w.-]{1,60}$/.test(name) ? null : name;
}

/** With spaces in the place of what Rails projects have for tests and development, and show to everybody. */
function withoutRailsTests(text: string): string {
  let isShownHere = false;
  return text.replaceAll(/[^\n]+/g, line => {
    if (/^[\w"']/.test(line)) isShownHere = /^["']?(?:test|development)["']?:/.test(line);
    return isShownHere ? ' '.repeat(line.length) : line;
  });
}

/** With spaces in the place of comments: what is behind them stays where it is. */
function withoutXmlComments(text: string): string {
  let kept = '';
  let from = 0;
  for (let start = text.indexOf('<!--'); start >= 0; start = text.indexOf('<!--', from)) {
    const end = text.indexOf('-->', start);
    if (end < 0) break;
    kept += text.slice(from, start) + text.slice(start, end).replaceAll(/[^\n]/g, ' ');
    from = end;
  }
  return kept + text.slice(from);
}

/** Longer lines have no comments that matter. Characters. */
const MAX_LINE = 1000;

function isInComment(text: string, at: number): boolean {
  const before = text.slice(Math.max(at - MAX_LINE, 0), at + 1);
  return /^[ \t]*(?:[#;]|(?:\/\/|--)[ \t])/.test(
    before.slice(before.lastIndexOf('\n', before.length - 2) + 1),
  );
}

/** With the numbers of their lines; of several that begin in one line the one that is told first. */
function withLines(text: string, found: readonly PlacedCredential[]): readonly FileCredential[] {
  const lines = new Map<number, FileCredential>();
  let line = 1;
  let from = 0;
  for (const { kind, name, start } of found.toSorted((a, b) => a.start - b.start)) {
    for (let end = text.indexOf('\n', from); end >= 0 && end < start; end = text.indexOf('\n', from)) {
      line += 1;
      from = end + 1;
    }
    if (!lines.has(line)) lines.set(line, { kind, line, name });
    if (lines.size >= MAX_FOUND) break;
  }
  return [...lines.values()];
}

/** The files of a layer with credentials, in its order. Values come from caches, and may be anything. */
export function credentialFiles(
  scan: Pick<LayerScan, 'collected'>,
): readonly { readonly path: string; readonly credentials: readonly FileCredential[] }[] {
  return (scan.collected[credentialCollector.id] ?? []).flatMap(({ path, value }) => {
    const credentials = Array.isArray(value) ? value.flatMap(readCredential) : [];
    return credentials.length === 0 ? [] : [{ path, credentials }];
  });
}

function readCredential(value: unknown): FileCredential[] {
  if (!Array.isArray(value)) return [];
  const [kind, line, name]: unknown[] = value;
  if (!isCredentialKind(kind) || !isByteCount(line)) return [];
  return [{ kind, line, name: typeof name === 'string' && name.length <= 60 ? name : null }];
}
