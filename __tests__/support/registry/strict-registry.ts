import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FabricatedBlob, FabricatedImage } from '../fabricate/image.ts';
import { loopbackServer } from './loopback-server.ts';
import { type Access, TokenService } from './token-service.ts';

export interface StrictRegistryOptions extends Access {
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
 * then `close` fails. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pull
 */
export async function strictRegistry(
  images: readonly FabricatedImage[],
  options: StrictRegistryOptions = {},
): Promise<StrictRegistry> {
  const requests: string[] = [];
  const blobGets: string[] = [];
  const violations: string[] = [];
  const faults = [...(options.faults ?? [])];
  const contents = new Contents(images, options.manifests ?? {});
  const tokens = new TokenService(options, refuse);

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
    const why = whyRefused(request, pull, tokens.hasAsked);
    if (why !== null) return void refuse(response, `${request.method} ${request.url}: ${why}`);
    if (tokens.isAllowed(request.headers.authorization, pull.repository)) serve(response, pull, blob);
    else tokens.challenge(response, server.host, pull.repository);
  });

  function refuse(response: ServerResponse, why: string): void {
    violations.push(why);
    response.writeHead(400).end(why);
  }

  const close = async () => {
    await server.close();
    if (violations.length > 0) throw new Error(violations.join('\n'));
  };
  return { host: server.host, requests, blobGets, close };
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

function whyRefused(request: IncomingMessage, pull: Pull, hasAsked: boolean): string | null {
  const { accept, authorization } = request.headers;
  if (request.method !== 'GET' || pull.kind === '') return 'no pull';
  if (pull.query !== '') return 'a query';
  if (authorization && !hasAsked) return 'nobody asked who it is';
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

class Contents {
  readonly #blobs = new Map<string, FabricatedBlob>();
  readonly #manifests = new Map<string, FabricatedBlob>();

  constructor(images: readonly FabricatedImage[], more: Readonly<Record<string, FabricatedBlob>>) {
    for (const { config, layers, manifest, tags } of images) {
      for (const blob of [config, ...layers]) this.#blobs.set(blob.digest, blob);
      this.#manifests.set(manifest.digest, manifest);
      for (const tag of tags) this.#manifests.set(tag, manifest);
    }
    for (const [reference, blob] of Object.entries(more)) {
      this.#manifests.set(reference, blob);
      this.#manifests.set(blob.digest, blob);
    }
  }

  find({ repository, kind, reference }: Pull): FabricatedBlob | undefined {
    if (kind === 'blobs') return this.#blobs.get(reference);
    return this.#manifests.get(reference.includes(':') ? reference : `${repository}:${reference}`);
  }
}
