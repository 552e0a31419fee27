import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { ActionsServices } from '../actions-services/actions-services.ts';
import { readRequest } from '../actions-services/exchange.ts';
import type { GitHubServer } from './server.ts';

/** One address for the whole of GitHub's REST API: artifacts from the services, the rest from the server. */
export interface Front {
  readonly url: string;
  readonly serverUrl: string;
  close(): Promise<void>;
}

export async function startFront(services: ActionsServices, github: GitHubServer): Promise<Front> {
  const server = createServer((message, response) => {
    exchange(message, response).catch(() => response.destroy());
  });

  async function exchange(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message, services.url);
    const answer = services.answer(request);
    if (answer) {
      response.writeHead(answer.status, { ...answer.headers }).end(answer.body);
      return;
    }
    const { connection: _connection, host: _host, ...headers } = request.headers;
    const passed = await fetch(`${github.serverUrl}${request.url.pathname}${request.url.search}`, {
      method: request.method,
      headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
      ...(request.body.length > 0 ? { body: request.body.toString('utf8') } : {}),
    });
    const kept = ['content-type', 'link', 'retry-after', 'x-ratelimit-remaining', 'x-ratelimit-reset'];
    const known = kept.flatMap((name): [string, string][] => {
      const value = passed.headers.get(name);
      return value === null ? [] : [[name, value]];
    });
    response.writeHead(passed.status, Object.fromEntries(known)).end(await passed.text());
  }

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    url,
    serverUrl: url,
    close() {
      server.closeAllConnections();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
}
