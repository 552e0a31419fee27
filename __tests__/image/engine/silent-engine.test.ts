import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseEndpoint } from '../../../src/image/engine/endpoint.ts';
import { EngineClient } from '../../../src/image/engine/engine-client.ts';
import { EngineConnection, type EngineLimits } from '../../../src/image/engine/engine-connection.ts';
import { changeFiles, folderOf } from '../../support/folder.ts';

const LIMITS: EngineLimits = {
  connect: 5000,
  silence: 150,
  ping: 300,
  answer: 700,
  image: 1200,
  idle: 250,
};

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

/** An engine that says that it is there, and does with all else as it is told. */
async function engine(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url !== '/_ping') return answer(request, response);
    response.setHeader('Api-Version', '1.51').setHeader('Server', 'Docker/28.5.2 (linux)').end('OK');
  });
  open.push(server, { close: () => server.closeAllConnections() });
  return listen(server);
}

function connectionTo(host: string, env: Readonly<Record<string, string>> = {}): EngineConnection {
  const connection = new EngineConnection(parseEndpoint(host, 'DOCKER_HOST', null), env, LIMITS);
  open.push(connection);
  return connection;
}

const clientOf = (host: string) => EngineClient.connect(connectionTo(host));

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _chunk of chunks);
}

const told = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

it('an engine that makes another protocol of the connection is told', async () => {
  const server = createTcpServer(socket => {
    socket.on('error', () => undefined);
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n');
  });
  open.push(server);
  await expect(clientOf(await listen(server))).rejects.toThrow(told('engine-unreachable', /it answered 101/));
});

describe('an engine that is silent', () => {
  it('accepts and says nothing', async () => {
    const server = createTcpServer();
    open.push(server);
    const host = await listen(server);
    await expect(clientOf(host)).rejects.toThrow(
      told('engine-unreachable', /engine at tcp:\/\/127.*\(DOCKER_HOST\): no answer within 0.3 seconds/),
    );
  });

  it('answers once, and then never again', async () => {
    let isGone = false;
    const server = createServer((_request, response) => {
      if (isGone) return;
      response.setHeader('Api-Version', '1.51').end('OK', () => {
        isGone = true;
      });
    });
    open.push(server, { close: () => server.closeAllConnections() });
    const client = await clientOf(await listen(server));
    await expect(client.inspect('app')).rejects.toThrow(
      told('engine-unreachable', /no answer within 0.15 seconds/),
    );
  });

  it('is there, and never answers a question', async () => {
    const client = await clientOf(await engine(() => undefined));
    await expect(client.inspect('app')).rejects.toThrow(
      told('engine-unreachable', /no answer within 0.7 seconds/),
    );
    await expect(drain(client.save('app', null))).rejects.toThrow(
      told('engine-unreachable', /no answer within 1.2 seconds/),
    );
  });

  it('is there, and may pack an image for a while', async () => {
    const host = await engine((_request, response) => void setTimeout(() => response.end('image'), 800));
    await drain((await clientOf(host)).save('app', null));
  });

  it('stops in the middle of an image, or of a document', async () => {
    const client = await clientOf(await engine((_request, response) => void response.write('{"Id":')));
    await expect(drain(client.save('app', null))).rejects.toThrow(
      told('input-truncated', /stopped sending the image after 6 bytes: nothing came for 0.25 seconds/),
    );
    await expect(client.inspect('app')).rejects.toThrow(
      told('engine-unreachable', /nothing came for 0.25 seconds/),
    );
  });

  it('is not blamed for the time that its reader takes', async () => {
    const bytes = Buffer.alloc(8 * 1024 * 1024);
    const client = await clientOf(await engine((_request, response) => void response.end(bytes)));
    let length = 0;
    for await (const chunk of client.save('app', null)) {
      if (length === 0) await new Promise(resolve => setTimeout(resolve, 600));
      length += chunk.length;
    }
    expect(length).toBe(bytes.length);
  });

  it('is behind an ssh that says nothing', async () => {
    const folder = await folderOf();
    await changeFiles(folder, { ssh: { program: '#!/bin/sh\nexec sleep 60\n' } });
    const env = { PATH: `${join(folder)}:/usr/bin:/bin` };
    await expect(EngineClient.connect(connectionTo('ssh://host', env))).rejects.toThrow(
      told('engine-unreachable', /ssh:\/\/host.*no answer within 0.3 seconds/),
    );
  });
});
