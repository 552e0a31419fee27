import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Access {
  readonly scheme?: 'basic' | 'bearer';
  /** Who may read; nobody is asked when neither this nor the next two are there. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Gives tokens to who has this refresh token. */
  readonly refreshToken?: string;
  /** Asks for a token, and gives one to anybody. */
  readonly anonymous?: boolean;
  /** Requests that a token is good for. */
  readonly tokenServes?: number;
  /** Instead of the registry's own address for tokens. */
  readonly realm?: string;
}

/**
 * Who may read a registry, and the tokens that say so. Refuses what the specification does not have.
 * https://distribution.github.io/distribution/spec/auth/token/
 */
export class TokenService {
  readonly #access: Access;
  readonly #refuse: (response: ServerResponse, why: string) => void;
  readonly #tokens = new Map<string, { scope: string; left: number }>();
  #hasAsked = false;

  constructor(access: Access, refuse: (response: ServerResponse, why: string) => void) {
    this.#access = access;
    this.#refuse = refuse;
  }

  get hasAsked(): boolean {
    return this.#hasAsked;
  }

  isAllowed(authorization: string | undefined, repository: string): boolean {
    const { user, refreshToken, anonymous, scheme } = this.#access;
    if (!user && !refreshToken && !anonymous) return true;
    if (scheme === 'basic') return user !== undefined && authorization === basicOf(user);
    const token = this.#tokens.get(authorization ?? '');
    if (!token || token.scope !== scopeOf(repository) || token.left === 0) return false;
    token.left -= 1;
    return true;
  }

  challenge(response: ServerResponse, host: string, repository: string): void {
    this.#hasAsked = true;
    const { scheme, realm = `http://${host}/token` } = this.#access;
    const bearer = `Bearer realm="${realm}",service="tests",scope="${scopeOf(repository)}"`;
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
    const scope = asked.get('scope') ?? '';
    if (asked.get('service') !== 'tests' || !/^repository:[a-z/]+:pull$/.test(scope)) {
      this.#refuse(response, `a token for ${asked}`);
    } else if (!isKnown) {
      response.writeHead(401).end('{"details":"incorrect username or password"}');
    } else {
      const token = randomBytes(16).toString('hex');
      const left = this.#access.tokenServes ?? Number.POSITIVE_INFINITY;
      this.#tokens.set(`Bearer ${token}`, { scope, left });
      response.end(JSON.stringify({ [field]: token, expires_in: 300 }));
    }
  }
}

function scopeOf(repository: string): string {
  return `repository:${repository}:pull`;
}

function basicOf({ name, password }: { readonly name: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}
