import type { CredentialKind } from './credential-kinds.ts';
import { isMadeUp } from './placeholder.ts';

/** A credential that says what it is: where it begins, and how it goes on. */
interface TokenShape {
  readonly kind: CredentialKind;
  /** What it begins with, at least three characters; each of them where there are several. */
  readonly anchors: readonly string[];
  /** Sticky, from the anchor on. Bounded, so that a text of anchors takes no square of its length. */
  readonly pattern: RegExp;
  /** Whether the anchor stands in the middle of the token. */
  readonly isInner?: boolean;
}

const START = '(?<![A-Za-z0-9_-])';

function shape(kind: CredentialKind, anchors: string, pattern: string): TokenShape {
  return { kind, anchors: anchors.split(' '), pattern: new RegExp(`${START}(?:${pattern})`, 'y') };
}

function innerShape(kind: CredentialKind, anchors: string, pattern: string): TokenShape {
  return { kind, anchors: anchors.split(' '), pattern: new RegExp(pattern, 'y'), isInner: true };
}

const DIGITS = '0 1 2 3 4 5 6 7 8 9'.split(' ');

/** As their makers publish them, or as everybody who scans for them has found them. */
const SHAPES: readonly TokenShape[] = [
  shape('github-token', 'ghp_ gho_ ghu_ ghs_ ghr_', 'gh[pousr]_[A-Za-z0-9][A-Za-z0-9._-]{33,400}'),
  shape('github-token', 'github_pat_', 'github_pat_\\w{36,400}'),
  shape('gitlab-token', 'glpat- gldt- glrt- glcbt- glptt- glft- glsoat-', 'gl[a-z]{2,4}t-[\\w.-]{20,400}'),
  shape('aws-access-key', 'AKIA ASIA', 'A[KS]IA[A-Z2-7]{16}(?![A-Za-z0-9])'),
  shape('google-oauth-secret', 'GOCSPX-', 'GOCSPX-[\\w-]{28}'),
  shape('npm-token', 'npm_', 'npm_[A-Za-z0-9]{36}(?![A-Za-z0-9_])'),
  shape('pypi-token', 'pypi-AgE', 'pypi-AgE[\\w-]{50,400}'),
  shape(
    'slack-token',
    'xoxb- xoxa- xoxp- xoxr- xoxs- xapp-',
    '(?:xox[abprs]|xapp)-(?=[\\w-]{0,400}\\d)[\\w-]{20,400}',
  ),
  shape('slack-webhook', 'hooks.slack.com', 'hooks\\.slack\\.com/services/T\\w{6,12}/B\\w{6,12}/\\w{20,400}'),
  shape(
    'discord-webhook',
    'discord.com/api/ discordapp.com/api/',
    'discord(?:app)?\\.com/api/(?:v\\d{1,2}/)?webhooks/\\d{15,22}/[\\w-]{16,100}',
  ),
  shape(
    'teams-webhook',
    'webhook.office.com',
    'webhook\\.office\\.com/webhookb2/[\\w@-]{3,100}/IncomingWebhook/[\\w-]{16,100}(?:/[\\w/-]{1,100})?',
  ),
  shape('stripe-key', 'sk_live_ rk_live_', '[sr]k_live_[A-Za-z0-9]{16,400}'),
  shape('sendgrid-key', 'SG.', 'SG\\.[\\w-]{20,24}\\.[\\w-]{39,50}(?![\\w-])'),
  shape('openai-key', 'sk-proj- sk-svcacct- sk-admin-', 'sk-(?:proj|svcacct|admin)-[\\w-]{40,400}'),
  innerShape('openai-key', 'T3BlbkFJ', '(?<=sk-[\\w-]{18,100})T3BlbkFJ[\\w-]{20,400}'),
  shape('anthropic-key', 'sk-ant-', 'sk-ant-[a-z]{2,8}\\d{2}-[\\w-]{60,400}'),
  shape('hugging-face-token', 'hf_', 'hf_[A-Za-z0-9]{34}(?![A-Za-z0-9_])'),
  shape('digitalocean-token', 'dop_v1_ doo_v1_ dor_v1_', 'do[opr]_v1_[a-f0-9]{64}'),
  shape('docker-hub-token', 'dckr_pat_ dckr_oat_', 'dckr_[po]at_[\\w-]{20,400}'),
  shape('vault-token', 'hvs. hvb.', 'hv[sb]\\.[\\w-]{24,400}'),
  innerShape('terraform-token', 'atlasv1.', '(?<=[A-Za-z0-9]{14}\\.)atlasv1\\.[\\w-]{60,400}'),
  shape('databricks-token', 'dapi', 'dapi[a-f0-9]{32}(?:-\\d)?(?![A-Za-z0-9])'),
  shape('shopify-token', 'shpat_ shpss_ shpca_ shppa_', 'shp(?:at|ss|ca|pa)_[a-fA-F0-9]{32}'),
  innerShape(
    'azure-credentials',
    DIGITS.map(digit => `${digit}Q~`).join(' '),
    '(?<=(?<![\\w~.-])[\\w~.]{3})\\dQ~[\\w~.-]{31,34}(?![\\w~.-])',
  ),
  shape(
    'azure-storage-key',
    'AccountKey= SharedAccessKey=',
    '(?:Account|SharedAccess)Key=[A-Za-z0-9+/]{42,88}={1,2}',
  ),
  shape('doppler-token', 'dp.pt. dp.st. dp.ct.', 'dp\\.[psc]t\\.(?:[\\w-]{1,60}\\.)?[A-Za-z0-9]{40,44}'),
  shape('rubygems-key', 'rubygems_', 'rubygems_[a-f0-9]{48}'),
  shape('nuget-credentials', 'oy2', 'oy2[a-z0-9]{43}(?![A-Za-z0-9])'),
  shape('artifactory-token', 'AKCp', 'AKCp[A-Za-z0-9]{69}(?![A-Za-z0-9])'),
  shape('artifactory-token', 'cmVmdGtuOj', 'cmVmdGtuOj[A-Za-z0-9]{50,400}'),
  shape('atlassian-token', 'ATATT3 ATCTT3', 'AT[AC]TT3[\\w=-]{60,400}'),
  shape('linear-key', 'lin_api_', 'lin_api_[A-Za-z0-9]{40}'),
  shape('notion-token', 'ntn_', 'ntn_[A-Za-z0-9]{43,50}'),
  shape('new-relic-key', 'NRAK-', 'NRAK-[A-Z0-9]{27}'),
  shape('grafana-token', 'glc_ glsa_', '(?:glc_eyJ[A-Za-z0-9+/]{30,400}|glsa_[A-Za-z0-9]{32}_[a-f0-9]{8})'),
  innerShape('telegram-token', ':AA', '(?<=(?<!\\w)\\d{8,10}):AA[\\w-]{33}(?![\\w-])'),
  shape('age-key', 'AGE-SECRET-KEY-1', 'AGE-SECRET-KEY-1[A-Z0-9]{58}'),
  shape('planetscale-token', 'pscale_', 'pscale_(?:tkn|pw|oauth)_[\\w.-]{32,64}'),
  shape('pulumi-token', 'pul-', 'pul-[a-f0-9]{40}(?![A-Za-z0-9])'),
  shape('postman-key', 'PMAK-', 'PMAK-[a-f0-9]{24}-[a-f0-9]{34}'),
  shape('fly-token', 'FlyV1 ', 'FlyV1 fm\\d_[\\w+/=,-]{40,400}'),
  shape('one-password-token', 'ops_eyJ', 'ops_eyJ[\\w+/=-]{100,400}'),
  shape('figma-token', 'figd_', 'figd_[\\w-]{40}'),
  shape('cargo-token', 'cio', 'cio[A-Za-z0-9]{32}(?![A-Za-z0-9])(?=["\'\\s]|$)'),
];

/** What begins as one of these, of any length: in a log, one that is cut or made up has no place, either. */
export const TOKEN_LIKE =
  /\b(?:gh[a-z]_[A-Za-z0-9]{16,}|github_pat_\w{20,}|glpat-[\w-]{16,}|dckr_[a-z]{3}_[\w-]{16,}|npm_[A-Za-z0-9]{30,})/g;

/** PEM, OpenSSH and PGP: what follows the header is a key, and no prose or code about one. */
const KEY_BODY =
  '(?:\\\\[rn]|[\\s"\'+,]){0,40}(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash)[^\\n]{0,200}\\n\\s{0,8}){0,4}(?:[A-Za-z0-9+/=]|\\\\[rn]|\\s){60}';
const PRIVATE_KEY = new RegExp(
  `(?<=-----)BEGIN ((?:RSA |DSA |EC |OPENSSH |ENCRYPTED |PGP |SSH2 ENCRYPTED )?)PRIVATE KEY(?: BLOCK)?-----${KEY_BODY}`,
  'y',
);
const PUTTY_KEY = /PuTTY-User-Key-File-\d: [^\r\n]{1,60}\r?\nEncryption: ([\w-]{1,20})/y;

export interface FoundToken {
  readonly kind: CredentialKind;
  /** Where in the text it stands, up to its end. */
  readonly start: number;
  readonly end: number;
}

/** The first three characters of anchors, hashed: most places of a text need not be looked at twice. */
const FILTER = new Uint8Array(4096);
const ANCHORED = new Map<string, TokenShape[]>();
const KEY_ANCHORS = ['BEG', 'PuT'];
for (const each of SHAPES) {
  for (const start of new Set(each.anchors.map(anchor => anchor.slice(0, 3)))) {
    ANCHORED.set(start, [...(ANCHORED.get(start) ?? []), each]);
  }
}
for (const start of [...ANCHORED.keys(), ...KEY_ANCHORS]) {
  FILTER[hashOf(start.charCodeAt(0), start.charCodeAt(1), start.charCodeAt(2))] = 1;
}

function hashOf(a: number, b: number, c: number): number {
  return ((a << 6) ^ (b << 3) ^ c) & 4095;
}

/** The credentials of a text that say by their shape what they are, in its order. Linear. */
export function findTokens(text: string): readonly FoundToken[] {
  const found: FoundToken[] = [];
  const last = text.length - 2;
  let a = text.charCodeAt(0);
  let b = text.charCodeAt(1);
  for (let at = 0; at < last; at += 1) {
    const c = text.charCodeAt(at + 2);
    if (FILTER[((a << 6) ^ (b << 3) ^ c) & 4095] === 1) {
      const token = tokenAt(text, at);
      if (token !== null && token.start >= (found.at(-1)?.end ?? 0)) {
        found.push(token);
        at = token.end - 1;
        a = text.charCodeAt(at + 1);
        b = text.charCodeAt(at + 2);
        continue;
      }
    }
    a = b;
    b = c;
  }
  return found;
}

function tokenAt(text: string, at: number): FoundToken | null {
  const anchor = text.slice(at, at + 3);
  if (KEY_ANCHORS.includes(anchor)) return keyAt(text, at);
  for (const { kind, anchors, pattern, isInner } of ANCHORED.get(anchor) ?? []) {
    if (!anchors.some(each => text.startsWith(each, at))) continue;
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) continue;
    const start = isInner ? startOfWord(text, at) : at;
    const end = at + match[0].length;
    if (!isMadeUp(text.slice(start, end))) return { kind, start, end };
  }
  return null;
}

function keyAt(text: string, at: number): FoundToken | null {
  PRIVATE_KEY.lastIndex = at;
  const match = PRIVATE_KEY.exec(text);
  if (match !== null) {
    const { 0: whole, 1: type = '' } = match;
    const body = whole.slice(-50).replaceAll(/\\[rn]|\s/g, '');
    if (new Set(body).size < 10) return null;
    const end = text.indexOf('-----END', at + whole.length);
    return {
      kind: kindOfKey(type, whole),
      start: at + whole.indexOf('-----') + '-----'.length,
      end: end < 0 ? text.length : end,
    };
  }
  PUTTY_KEY.lastIndex = at;
  const putty = PUTTY_KEY.exec(text);
  if (putty === null) return null;
  const kind = putty[1] === 'none' ? 'private-key' : 'encrypted-private-key';
  return { kind, start: at, end: text.length };
}

function kindOfKey(type: string, text: string): CredentialKind {
  if (type === 'PGP ') return 'gpg-key';
  return type.includes('ENCRYPTED') || text.includes('ENCRYPTED') ? 'encrypted-private-key' : 'private-key';
}

/** Where the word begins that the place is in the middle of; a token has no more than so many characters in front. */
function startOfWord(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < 100 && /[\w~.-]/.test(text[start - 1] ?? '')) start -= 1;
  return start;
}
