import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Access {
  readonly scheme?: 'basic' | 'bearer';
  /** Who may read and write; nobody is asked when neither this nor the next two are there. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Gives tokens to who has this refresh token. */
  readonly refreshToken?: string;
  /** Asks for a token, and gives one to anybody. */
  readonly anonymous?: boolean;
  /** Requests that a token is good for. */
  readonly tokenServes?: number;
  /** Repositories that nobody may write to: tokens say so, without a word. */
  readonly readOnly?: readonly string[];
  /** Repositories that nobody may read: tokens leave them out, or are refused where `refusesTokens`. */
  readonly hidden?: readonly string[];
  readonly refusesTokens?: boolean;
  /** Instead of the registry's own address for tokens. */
  readonly realm?: string;
}

/** What somebody wants to do with a repository. */
export interface Wish {
  readonly repository: string;
  readonly action: 'pull' | 'push';
  /** A repository that is read as well. */
  readonly source?: string | undefined;
}

/**
 * Who may read and write a registry, and the tokens that say so. Refuses what the specification does not have.
 * https://distribution.github.io/distribution/spec/auth/token/
 */
export class TokenService {
  readonly #access: Access;
  readonly #refuse: (response: ServerResponse, why: string) => void;
  readonly #tokens = new Map<string, { scopes: ReadonlySet<string>; left: number }>();
  #hasAsked = false;

  constructor(access: Access, refuse: (response: ServerResponse, why: string) => void) {
    this.#access = access;
    this.#refuse = refuse;
  }

  get hasAsked(): boolean {
    return this.#hasAsked;
  }

  isAllowed(authorization: string | undefined, wish: Wish): boolean {
    const { user, refreshToken, anonymous, scheme } = this.#access;
    if (!user && !refreshToken && !anonymous) return true;
    if (scheme === 'basic') {
      const isHidden = [wish.repository, wish.source ?? ''].some(name => this.#access.hidden?.includes(name));
      return user !== undefined && authorization === basicOf(user) && !isHidden;
    }
    const token = this.#tokens.get(authorization ?? '');
    if (!token || token.left === 0 || !grantsOf(wish).every(grant => token.scopes.has(grant))) return false;
    token.left -= 1;
    return true;
  }

  challenge(response: ServerResponse, host: string, { repository, action, source }: Wish): void {
    this.#hasAsked = true;
    const { scheme, realm = `http://${host}/token` } = this.#access;
    const scopes = [`repository:${repository}:${action === 'pull' ? 'pull' : 'pull,push'}`];
    if (source !== undefined) scopes.push(`repository:${source}:pull`);
    const bearer = `Bearer realm="${realm}",service="tests",scope="${scopes.join(' ')}"`;
    const header = scheme === 'basic' ? 'Basic realm="tests"' : bearer;
    const errors = [{ code: 'UNAUTHORIZED', message: 'authentication required' }];
    response.writeHead(401, { 'www-authenticate': header }).end(JSON.stringify({ errors }));
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    if (request.method === 'POST') this.#answerForm(request, response);
    else this.#answerQuery(request, response);
  }

  #answerQuery(request: IncomingMessage, response: ServerResponse): void {
    const { user, anonymous } = this.#access;
    const { authorization } = request.headers;
    const { searchParams } = new URL(request.url ?? '', 'http://tests');
    const isUser = user !== undefined && authorization === basicOf(user);
    if (isUser && searchParams.get('account') !== user.name)
      this.#refuse(response, 'a token for another user');
    else this.#give(response, searchParams, isUser || (anonymous && authorization === undefined), 'token');
  }

  #answerForm(request: IncomingMessage, response: ServerResponse): void {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      const isForm = request.headers['content-type'] === 'application/x-www-form-urlencoded';
      const isGrant = form.get('grant_type') === 'refresh_token' && form.has('client_id');
      const isKnown = form.get('refresh_token') === this.#access.refreshToken;
      if (isForm && isGrant) this.#give(response, form, isKnown, 'access_token');
      else this.#refuse(response, `the form ${[...form.keys()]}`);
    });
  }

  #give(
    response: ServerResponse,
    asked: URLSearchParams,
    isKnown: boolean | undefined,
    field: 'token' | 'access_token',
  ): void {
    const scopes = asked.getAll('scope').flatMap(scope => scope.split(' '));
    const areScopes = scopes.length > 0 && scopes.every(scope => SCOPE.test(scope));
    const isHidden = scopes.some(scope => this.#access.hidden?.includes(scope.split(':')[1] ?? ''));
    if (asked.get('service') !== 'tests' || !areScopes) {
      this.#refuse(response, `a token for ${asked}`);
    } else if (!isKnown) {
      response.writeHead(401).end('{"details":"incorrect username or password"}');
    } else if (isHidden && this.#access.refusesTokens) {
      response.writeHead(403).end('{"errors":[{"code":"DENIED","message":"requested access is denied"}]}');
    } else {
      const token = randomBytes(16).toString('hex');
      const left = this.#access.tokenServes ?? Number.POSITIVE_INFINITY;
      this.#tokens.set(`Bearer ${token}`, { scopes: this.#grant(scopes), left });
      response.end(JSON.stringify({ [field]: token, expires_in: 300 }));
    }
  }

  /** What is permitted of what was asked for: `app:pull`. */
  #grant(scopes: readonly string[]): ReadonlySet<string> {
    const { hidden = [], readOnly = [] } = this.#access;
    const grants = scopes.flatMap(scope => {
      const [, repository = '', actions = ''] = scope.split(':');
      if (hidden.includes(repository)) return [];
      const permitted = actions
        .split(',')
        .filter(action => action === 'pull' || !readOnly.includes(repository));
      return permitted.map(action => `${repository}:${action}`);
    });
    return new Set(grants);
  }
}

const SCOPE = /^repository:[a-z/-]+:(?:pull|pull,push)$/;

function grantsOf({ repository, action, source }: Wish): readonly string[] {
  return [`${repository}:${action}`, ...(source === undefined ? [] : [`${source}:pull`])];
}

function basicOf({ name, password }: { readonly name: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}
