import type { IncomingMessage, ServerResponse } from 'node:http';
import { type LoopbackServer, loopbackServer } from '../registry/loopback-server.ts';

export interface EchoRule {
  /** Of the request's method and path, `GET /repos/octo/app/pulls`: what is answered with an echo. */
  readonly matches: RegExp;
  readonly status: number;
}

/**
 * A server in front of another that answers some requests with all that they had in them, as a proxy or a broken service
 * may: in the message, the details and a header.
 */
export async function echoingFront(behind: string, { matches, status }: EchoRule): Promise<LoopbackServer> {
  return loopbackServer((request, response) => {
    exchange(request, response).catch(() => response.destroy());
  });

  async function exchange(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (matches.test(`${request.method} ${request.url}`)) {
      const said = `${request.url} ${JSON.stringify(request.headers)}`;
      const errors = [{ message: said, code: 'custom', field: said, resource: said }];
      response
        .writeHead(status, { 'content-type': 'application/json', 'x-github-request-id': said })
        .end(JSON.stringify({ message: `Refused: ${said}`, errors, documentation_url: said }));
      return;
    }
    const { connection: _connection, host: _host, 'content-length': _length, ...headers } = request.headers;
    const passed = await fetch(`${behind}${request.url}`, {
      method: request.method ?? 'GET',
      redirect: 'manual',
      headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
      ...(body.length > 0 ? { body } : {}),
    });
    const known = ['content-type', 'link', 'location'].flatMap((name): [string, string][] => {
      const value = passed.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    response.writeHead(passed.status, Object.fromEntries(known)).end(Buffer.from(await passed.arrayBuffer()));
  }
}
