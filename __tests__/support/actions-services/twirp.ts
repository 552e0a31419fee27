import type { z } from 'zod';
import { headerOf, jsonAnswer, type ServiceAnswer, type ServiceRequest } from './exchange.ts';
import { readToken, type TokenGrant } from './runtime-token.ts';

/** A method of a service: the shape of its request in protobuf's JSON form, and what it does. */
export interface TwirpMethod {
  answer(body: unknown, grant: TokenGrant): ServiceAnswer;
}

/** Binds a shape and its handler; the shape must be strict, so that a misspelt field is refused. */
export function twirpMethod<T>(
  shape: z.ZodType<T>,
  handle: (request: T, grant: TokenGrant) => ServiceAnswer,
): TwirpMethod {
  return {
    answer(body, grant) {
      const parsed = shape.safeParse(body);
      if (!parsed.success) return twirpError('malformed', parsed.error.issues[0]?.message ?? 'bad request');
      return handle(parsed.data, grant);
    },
  };
}

const STATUS = {
  malformed: 400,
  invalid_argument: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  bad_route: 404,
  already_exists: 409,
  failed_precondition: 412,
} as const;

/** https://twitchtv.github.io/twirp/docs/errors.html */
export function twirpError(code: keyof typeof STATUS, msg: string): ServiceAnswer {
  return jsonAnswer(STATUS[code], { code, msg });
}

/** @param methods by `package.Service/Method` */
export function answerTwirp(
  request: ServiceRequest,
  methods: Readonly<Record<string, TwirpMethod>>,
): ServiceAnswer {
  const route = request.url.pathname.slice('/twirp/'.length);
  const method = methods[route];
  if (request.method !== 'POST') return twirpError('bad_route', `unsupported method ${request.method}`);
  if (method === undefined) return twirpError('bad_route', `no handler for ${route}`);
  const type = headerOf(request, 'content-type')?.split(';')[0]?.trim();
  if (type !== 'application/json') return twirpError('bad_route', `unexpected Content-Type: ${type}`);
  const [scheme, token] = headerOf(request, 'authorization')?.split(' ') ?? [];
  const grant = scheme === 'Bearer' && token !== undefined ? readToken(token) : null;
  if (grant === null) return twirpError('unauthenticated', 'the token is not valid');
  let body: unknown;
  try {
    body = JSON.parse(request.body.toString('utf8'));
  } catch {
    return twirpError('malformed', 'the json request could not be decoded');
  }
  return method.answer(body, grant);
}
