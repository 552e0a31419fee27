import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { FabricatedImage } from '../fabricate/image.ts';
import { ociLayout } from '../fabricate/oci-layout.ts';

export interface FakeRegistryOptions {
  /** Who may read: then a token is asked for, which only these credentials get. */
  readonly user?: { readonly name: string; readonly password: string };
  /** Basic authentication instead of tokens. */
  readonly basic?: boolean;
  /** Blobs are answered with a redirect to another host, which must not see any credentials. */
  readonly redirectBlobs?: boolean;
  /** Status of the first answers to requests for blobs. */
  readonly failures?: number[];
  /** What is served in place of what was pushed, by digest. */
  readonly changed?: ReadonlyMap<string, Buffer>;
  readonly platforms?: boolean;
}

export interface FakeRegistry {
  /** `127.0.0.1:5000`. */
  readonly host: string;
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const TOKEN = 'Bearer a-token';

/** A registry on loopback that has images under the repository `app` and their first tag's tag. */
export async function fakeRegistry(
  images: readonly FabricatedImage[],
  options: FakeRegistryOptions = {},
): Promise<FakeRegistry> {
  const requests: string[] = [];
  const contents = contentsOf(images, options);
  const storage = await listen((request, response) => {
    if (request.headers.authorization) return void response.writeHead(400).end('credentials were sent on');
    response.end(contents.get(request.url?.slice(1) ?? '')?.bytes);
  });
  const failures = [...(options.failures ?? [])];
  const server = await listen((request, response) => {
    const url = new URL(request.url ?? '', `http://${server.host}`);
    requests.push(`${request.method} ${url.pathname}`);
    if (url.pathname === '/token') return void answerToken(request, response, options);
    if (!isAllowed(request, options)) return void challenge(response, server.host, options);
    const [, kind, reference = ''] = /^\/v2\/app\/(manifests|blobs)\/(.+)$/.exec(url.pathname) ?? [];
    const found = contents.get(reference);
    const failure = kind === 'blobs' ? failures.shift() : undefined;
    if (failure !== undefined) return void response.writeHead(failure, { 'retry-after': '0' }).end();
    if (!found) {
      const errors = [{ code: 'MANIFEST_UNKNOWN', message: 'manifest unknown' }];
      return void response.writeHead(404).end(JSON.stringify({ errors }));
    }
    if (kind === 'blobs' && options.redirectBlobs) {
      return void response.writeHead(307, { location: `http://${storage.host}/${reference}` }).end();
    }
    response.setHeader('content-type', found.mediaType).end(found.bytes);
  });
  const close = async () => void (await Promise.all([server.close(), storage.close()]));
  return { host: server.host, requests, close };
}

function contentsOf(images: readonly FabricatedImage[], { changed, platforms }: FakeRegistryOptions) {
  const contents = new Map<string, { bytes: Buffer; mediaType: string }>();
  for (const { config, manifest, layers, tags } of images) {
    for (const blob of [config, manifest, ...layers]) contents.set(blob.digest, blob);
    for (const tag of tags) contents.set(tag.slice(tag.indexOf(':') + 1), manifest);
  }
  if (platforms) {
    const files = ociLayout(images, { multiPlatform: {}, attestations: true });
    const top = JSON.parse(files.get('index.json')?.toString('utf8') ?? '');
    const bytes = files.get(`blobs/${top.manifests[0].digest.replace(':', '/')}`) ?? Buffer.alloc(0);
    contents.set('platforms', { bytes, mediaType: 'application/vnd.oci.image.index.v1+json' });
  }
  for (const [digest, bytes] of changed ?? []) contents.set(digest, { bytes, mediaType: 'application/json' });
  return contents;
}

function isAllowed(request: IncomingMessage, { user, basic }: FakeRegistryOptions): boolean {
  if (!user) return true;
  return request.headers.authorization === (basic ? basicOf(user) : TOKEN);
}

function challenge(response: ServerResponse, host: string, { basic }: FakeRegistryOptions): void {
  const bearer = `Bearer realm="http://${host}/token",service="tests",scope="repository:app:pull"`;
  response.writeHead(401, { 'www-authenticate': basic ? 'Basic realm="tests"' : bearer }).end();
}

function answerToken(
  request: IncomingMessage,
  response: ServerResponse,
  { user }: FakeRegistryOptions,
): void {
  if (request.method === 'POST') {
    let form = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      form += text;
    });
    return void request.on('end', () => {
      const isKnown = new URLSearchParams(form).get('refresh_token') === user?.password;
      response.writeHead(isKnown ? 200 : 401).end(JSON.stringify({ access_token: 'a-token' }));
    });
  }
  const url = new URL(request.url ?? '', 'http://x');
  const isAsked =
    url.searchParams.get('service') === 'tests' && url.searchParams.get('scope') === 'repository:app:pull';
  const isKnown = user && request.headers.authorization === basicOf(user);
  response.writeHead(isAsked && isKnown ? 200 : 401).end(JSON.stringify({ token: 'a-token' }));
}

function basicOf({ name, password }: { name: string; password: string }): string {
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(answer);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const close = () =>
    new Promise<void>(resolve => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { host: `127.0.0.1:${port}`, close };
}
