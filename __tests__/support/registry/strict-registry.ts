import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FabricatedBlob, FabricatedImage } from '../fabricate/image.ts';
import { loopbackServer } from './loopback-server.ts';
import { PushSide, type PushSideOptions } from './push-side.ts';
import { RegistryContents } from './registry-contents.ts';
import { type Access, TokenService, type Wish } from './token-service.ts';

export interface StrictRegistryOptions extends Access, PushSideOptions {
  /** More documents, by `NAME:TAG` or digest. */
  readonly manifests?: Readonly<Record<string, FabricatedBlob>>;
  /** What happens instead of an answer. The first that fits is used up. */
  readonly faults?: readonly Fault[];
}

export interface Fault {
  /** Method and path: `GET /v2/app/blobs/sha256:…`. */
  readonly on: RegExp;
  /** @param blob what would have been served */
  readonly do: (response: ServerResponse, blob: FabricatedBlob | undefined, request: IncomingMessage) => void;
}

export interface StrictRegistry {
  readonly host: string;
  /** Method, path and query of each request. */
  readonly requests: readonly string[];
  /** Digests that were asked for as blobs, in order, whoever asked. */
  readonly blobGets: readonly string[];
  /** What it has. */
  readonly contents: RegistryContents;
  /** Uploads that were begun, and neither finished nor cancelled. */
  readonly openUploads: () => number;
  /** @throws Error when a request was not as the specifications have it */
  close(): Promise<void>;
}

const ACCEPTED = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

/**
 * A registry that has each image as `NAME:TAG` of its tags. It refuses every request that a registry may refuse, and
 * then `close` fails. https://github.com/opencontainers/distribution-spec/blob/main/spec.md
 */
export async function strictRegistry(
  images: readonly FabricatedImage[],
  options: StrictRegistryOptions = {},
): Promise<StrictRegistry> {
  const requests: string[] = [];
  const blobGets: string[] = [];
  const violations: string[] = [];
  const faults = [...(options.faults ?? [])];
  const contents = new RegistryContents(images, options.manifests ?? {});
  const tokens = new TokenService(options, refuse);
  const pushes = new PushSide(contents, options, refuse);

  const server = await loopbackServer((request, response) => {
    const pull = pullOf(request);
    requests.push(`${request.method} ${request.url}`);
    const blob = contents.find(pull);
    const index = faults.findIndex(({ on }) => on.test(`${request.method} ${pull.path}`));
    if (pull.kind === 'blobs') blobGets.push(pull.reference);
    if (index >= 0) return void faults.splice(index, 1)[0]?.do(response, blob, request);
    if (pull.path === '/token') return void tokens.answer(request, response);
    // Everybody may ask whether it is one.
    if (pull.path === '/v2/') return void response.end('{}');
    const isPush = request.method !== 'GET';
    if (request.headers.authorization && !tokens.hasAsked)
      return void refuse(response, 'nobody asked who it is');
    if (isPush && pushes.isElsewhere(request)) return void pushes.answer(request, response, server.host);
    const why = isPush ? null : whyRefused(request, pull);
    if (why !== null) return void refuse(response, `${request.method} ${request.url}: ${why}`);
    const wish = isPush ? pushes.wishOf(request) : ({ ...pull, action: 'pull' } satisfies Wish);
    if (!tokens.isAllowed(request.headers.authorization, wish))
      return void tokens.challenge(response, server.host, wish);
    if (isPush) pushes.answer(request, response, server.host);
    else serve(response, pull, blob);
  });

  function refuse(response: ServerResponse, why: string): void {
    violations.push(why);
    response.writeHead(400).end(why);
  }

  const close = async () => {
    await server.close();
    if (violations.length > 0) throw new Error(violations.join('\n'));
  };
  const openUploads = () => pushes.openUploads;
  return { host: server.host, requests, blobGets, contents, openUploads, close };
}

interface Pull {
  readonly path: string;
  readonly query: string;
  readonly repository: string;
  readonly kind: string;
  readonly reference: string;
}

function pullOf({ url = '' }: IncomingMessage): Pull {
  const { pathname: path, search: query } = new URL(url, 'http://tests');
  const match = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(path);
  const [, repository = '', kind = '', reference = ''] = match ?? [];
  return { path, query, repository, kind, reference };
}

function whyRefused({ headers: { accept } }: IncomingMessage, pull: Pull): string | null {
  if (pull.kind === '') return 'no pull';
  if (pull.query !== '') return 'a query';
  const isKnown = pull.kind === 'blobs' || ACCEPTED.every(type => accept?.includes(type));
  return isKnown ? null : `Accept is ${accept}`;
}

function serve(response: ServerResponse, { kind }: Pull, blob: FabricatedBlob | undefined): void {
  if (blob) {
    response.setHeader('content-type', kind === 'blobs' ? 'application/octet-stream' : blob.mediaType);
    response.setHeader('docker-content-digest', blob.digest);
    response.end(blob.bytes);
  } else {
    const code = kind === 'blobs' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN';
    const errors = [{ code, message: `${kind.slice(0, -1)} unknown` }];
    response.writeHead(404).end(JSON.stringify({ errors }));
  }
}
