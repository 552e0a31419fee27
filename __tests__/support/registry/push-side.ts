import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sha256 } from '../../../src/base/digest.ts';
import type { RegistryContents } from './registry-contents.ts';
import type { Wish } from './token-service.ts';

export interface PushSideOptions {
  /** Whether it knows mounts; it does when absent. */
  readonly mounts?: boolean;
  /** Where uploads go on: an address of its own where absent, `relative`, or another host. */
  readonly locations?: 'relative' | (() => string);
  /** Whether a tag that is there stays as it is. */
  readonly immutable?: boolean;
}

/** An upload, and what is known of it to who may go on. */
interface Upload {
  readonly repository: string;
  chunks: Buffer[];
  /** Part of the address; another one behind each request. */
  state: string;
}

interface Push {
  readonly repository: string;
  readonly kind: 'blob' | 'uploads' | 'upload' | 'manifest' | '';
  /** Digest, tag, or the upload's own. */
  readonly reference: string;
  readonly query: URLSearchParams;
}

const KINDS: readonly (readonly [Push['kind'], RegExp])[] = [
  ['uploads', /^\/v2\/(.+)\/blobs\/uploads\/()$/],
  ['upload', /^\/v2\/(.+)\/blobs\/uploads\/([0-9a-f]+)$/],
  ['blob', /^\/v2\/(.+)\/blobs\/(sha256:[0-9a-f]{64})$/],
  ['manifest', /^\/v2\/(.+)\/manifests\/([^/]+)$/],
];

/**
 * What a registry does for who writes to it; it refuses what the specification does not have, and drops what distribution's
 * own registry drops. https://github.com/opencontainers/distribution-spec/blob/main/spec.md#push
 */
export class PushSide {
  readonly #contents: RegistryContents;
  readonly #options: PushSideOptions;
  readonly #refuse: (response: ServerResponse, why: string) => void;
  readonly #uploads = new Map<string, Upload>();

  constructor(
    contents: RegistryContents,
    options: PushSideOptions,
    refuse: (response: ServerResponse, why: string) => void,
  ) {
    this.#contents = contents;
    this.#options = options;
    this.#refuse = refuse;
  }

  get openUploads(): number {
    return this.#uploads.size;
  }

  /** Whether it came by the other host, which knows nobody. */
  isElsewhere({ headers }: IncomingMessage): boolean {
    const { locations } = this.#options;
    return typeof locations === 'function' && headers.host === locations();
  }

  wishOf(request: IncomingMessage): Wish {
    const { repository, query } = pushOf(request);
    const action = request.method === 'HEAD' ? 'pull' : 'push';
    return { repository, action, source: query.get('from') ?? undefined };
  }

  answer(request: IncomingMessage, response: ServerResponse, host: string): void {
    const push = pushOf(request);
    const refuse = (why: string) => this.#refuse(response, `${request.method} ${request.url}: ${why}`);
    if (this.isElsewhere(request) && request.headers.authorization)
      return void refuse('credentials for another host');
    const handlers: Readonly<Record<string, () => void>> = {
      'HEAD blob': () => this.#head(response, this.#contents.held(push.repository, push.reference)),
      'HEAD manifest': () => this.#head(response, this.#contents.find({ ...push, kind: 'manifests' })),
      'POST uploads': () => this.#begin(request, response, push, host),
      'PATCH upload': () => this.#append(request, response, push, host),
      'PUT upload': () => this.#finish(request, response, push),
      'DELETE upload': () => this.#cancel(response, push),
      'PUT manifest': () => void this.#putManifest(request, response, push),
    };
    const handle = handlers[`${request.method} ${push.kind}`];
    if (handle) handle();
    else refuse('no push');
  }

  #head(
    response: ServerResponse,
    blob: { readonly bytes: Buffer; readonly digest: string } | undefined,
  ): void {
    if (!blob) return void response.writeHead(404).end();
    const headers = { 'content-length': blob.bytes.length, 'docker-content-digest': blob.digest };
    response.writeHead(200, headers).end();
  }

  #begin(
    request: IncomingMessage,
    response: ServerResponse,
    { repository, query }: Push,
    host: string,
  ): void {
    if (request.headers['content-length'] !== '0')
      return void this.#refuse(response, 'a POST that has a body');
    if (![...query.keys()].every(key => ['mount', 'from'].includes(key)) || query.size === 1)
      return void this.#refuse(response, `a mount of ${query}`);
    const mounted = this.#contents.held(query.get('from') ?? '', query.get('mount') ?? '');
    if (mounted && this.#options.mounts !== false) {
      this.#contents.addBlob(repository, mounted);
      return void this.#created(response, `/v2/${repository}/blobs/${mounted.digest}`, mounted.digest);
    }
    const id = randomBytes(8).toString('hex');
    this.#uploads.set(id, { repository, chunks: [], state: '' });
    this.#goOn(response, id, host);
  }

  #append(request: IncomingMessage, response: ServerResponse, push: Push, host: string): void {
    const upload = this.#find(push);
    if (!upload) return void unknown(response);
    if (!areOctets(request) || push.query.size !== 1)
      return void this.#refuse(response, 'a PATCH of another kind');
    if (request.headers['content-range']) return void this.#refuse(response, 'a range where all is sent');
    // Until it is answered nobody knows how much there is.
    upload.state = randomBytes(4).toString('hex');
    request.on('data', (chunk: Buffer) => upload.chunks.push(chunk));
    request.on('end', () => this.#goOn(response, push.reference, host));
  }

  #finish(request: IncomingMessage, response: ServerResponse, push: Push): void {
    const upload = this.#find(push);
    if (!upload) return void unknown(response);
    const digests = push.query.getAll('digest');
    const isEmpty = request.headers['content-length'] === '0';
    if (!areOctets(request) || digests.length !== 1 || push.query.size !== 2 || !isEmpty)
      return void this.#refuse(response, 'a PUT of another kind');
    this.#uploads.delete(push.reference);
    const bytes = Buffer.concat(upload.chunks);
    const digest = sha256(bytes);
    if (digest !== digests[0])
      return void fail(response, 400, 'DIGEST_INVALID', 'provided digest did not match uploaded content');
    this.#contents.addBlob(push.repository, { bytes, digest, mediaType: 'application/octet-stream' });
    this.#created(response, `/v2/${push.repository}/blobs/${digest}`, digest);
  }

  #cancel(response: ServerResponse, push: Push): void {
    if (!this.#find(push)) return void unknown(response);
    this.#uploads.delete(push.reference);
    response.writeHead(204).end();
  }

  async #putManifest(request: IncomingMessage, response: ServerResponse, push: Push): Promise<void> {
    const { repository, reference } = push;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const document = JSON.parse(bytes.toString());
    const digest = sha256(bytes);
    const mediaType = request.headers['content-type'] ?? '';
    const isDigest = reference.includes(':');
    if (mediaType !== document.mediaType || push.query.size > 0)
      return void this.#refuse(response, `a manifest that is ${mediaType}`);
    if (isDigest && reference !== digest) return void this.#refuse(response, 'a manifest by another digest');
    const { config, layers = [], manifests = [] } = document;
    const blobs: { digest: string }[] = [...(config ? [config] : []), ...layers];
    const missing =
      blobs.find(each => !this.#contents.held(repository, each.digest)) ??
      manifests.find(
        (each: { digest: string }) =>
          !this.#contents.find({ repository, kind: 'manifests', reference: each.digest }),
      );
    if (missing)
      return void fail(response, 400, 'MANIFEST_BLOB_UNKNOWN', `blob unknown to registry: ${missing.digest}`);
    if (!isDigest && this.#options.immutable && this.#contents.tag(`${repository}:${reference}`)) {
      const why = `The image tag '${reference}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`;
      return void fail(response, 400, 'TAG_INVALID', why);
    }
    this.#contents.addManifest(repository, reference, { bytes, digest, mediaType });
    this.#created(response, `/v2/${repository}/manifests/${digest}`, digest);
  }

  /** The upload of an address that is the latest; none where it is an older one, as for distribution. */
  #find({ repository, reference, query }: Push): Upload | undefined {
    const upload = this.#uploads.get(reference);
    return upload?.repository === repository && upload.state === query.get('_state') ? upload : undefined;
  }

  #goOn(response: ServerResponse, id: string, host: string): void {
    const upload = this.#uploads.get(id);
    if (!upload) return void unknown(response);
    upload.state = `${randomBytes(4).toString('hex')}+/=`;
    const path = `/v2/${upload.repository}/blobs/uploads/${id}?_state=${encodeURIComponent(upload.state)}`;
    const { locations } = this.#options;
    const origin = locations === 'relative' ? '' : `http://${locations?.() ?? host}`;
    const size = upload.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    response.writeHead(202, { location: origin + path, range: `0-${Math.max(0, size - 1)}` }).end();
  }

  #created(response: ServerResponse, location: string, digest: string): void {
    response.writeHead(201, { location, 'docker-content-digest': digest }).end();
  }
}

function pushOf({ url = '' }: IncomingMessage): Push {
  const { pathname, searchParams: query } = new URL(url, 'http://tests');
  for (const [kind, pattern] of KINDS) {
    const [, repository, reference] = pattern.exec(pathname) ?? [];
    if (repository !== undefined) return { repository, kind, reference: reference ?? '', query };
  }
  return { repository: '', kind: '', reference: '', query };
}

function areOctets({ headers }: IncomingMessage): boolean {
  return headers['content-type'] === 'application/octet-stream';
}

function unknown(response: ServerResponse): void {
  fail(response, 404, 'BLOB_UPLOAD_INVALID', 'blob upload invalid');
}

function fail(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status).end(JSON.stringify({ errors: [{ code, message }] }));
}
