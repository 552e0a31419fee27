import { createHash, createHmac } from 'node:crypto';
import { headerOf, type ServiceAnswer, type ServiceRequest } from './exchange.ts';

const PREFIX = '/blobs/';
const SECRET = 'the account key of a loopback server';

interface Blob {
  readonly bytes: Buffer;
  /** Downloads are answered with it. */
  readonly type: string;
}

/** Blobs behind signed URLs, as far as @azure/storage-blob uses them: Put Blob, Put Block, Put Block List, Get Blob. */
export class BlobStore {
  readonly #blobs = new Map<string, Blob>();
  readonly #blocks = new Map<string, Map<string, Buffer>>();

  /** @returns null when nothing was committed under the name */
  read(name: string): Buffer | null {
    return this.#blobs.get(name)?.bytes ?? null;
  }

  /** All that was committed, by its name. */
  get all(): ReadonlyMap<string, Buffer> {
    return new Map([...this.#blobs].map(([name, { bytes }]) => [name, bytes]));
  }

  write(name: string, bytes: Buffer, type = 'application/octet-stream'): void {
    this.#blobs.set(name, { bytes, type });
  }

  remove(name: string): void {
    this.#blobs.delete(name);
  }

  /** A service SAS: https://learn.microsoft.com/rest/api/storageservices/create-service-sas */
  signedUrl(origin: string, name: string, permissions: 'r' | 'cw', seconds = 600): string {
    const url = new URL(`${PREFIX}${name}`, origin);
    const expiry = new Date(Date.now() + seconds * 1000).toISOString();
    url.search = new URLSearchParams({
      se: expiry,
      sp: permissions,
      sr: 'b',
      sv: '2025-05-05',
      sig: signature(url.pathname, permissions, expiry),
    }).toString();
    return url.href;
  }

  /** @returns null when the path is not a blob's */
  answer(request: ServiceRequest): ServiceAnswer | null {
    const { pathname } = request.url;
    if (!pathname.startsWith(PREFIX)) return null;
    const refusal = refusalOf(request);
    if (refusal !== null) return refusal;
    const name = pathname.slice(PREFIX.length);
    if (request.method === 'PUT') return this.#put(name, request);
    return this.#get(name, request);
  }

  #put(name: string, request: ServiceRequest): ServiceAnswer {
    const { searchParams } = request.url;
    if (headerOf(request, 'x-ms-version') === null) return azureError(400, 'MissingRequiredHeader');
    if (headerOf(request, 'content-length') !== String(request.body.length)) {
      return azureError(411, 'MissingContentLengthHeader');
    }
    switch (searchParams.get('comp')) {
      case null:
        if (headerOf(request, 'x-ms-blob-type') !== 'BlockBlob') {
          return azureError(400, 'InvalidHeaderValue');
        }
        this.write(name, request.body, typeOf(request));
        return created();
      case 'block':
        return this.#putBlock(name, searchParams.get('blockid'), request.body);
      case 'blocklist':
        return this.#putBlockList(name, request.body.toString('utf8'), typeOf(request));
      default:
        return azureError(400, 'InvalidQueryParameterValue');
    }
  }

  #putBlock(name: string, id: string | null, body: Buffer): ServiceAnswer {
    const staged = this.#blocks.get(name) ?? new Map<string, Buffer>();
    const isBase64 = id !== null && Buffer.from(id, 'base64').toString('base64') === id;
    const [other] = staged.keys();
    if (!isBase64 || id.length > 88 || (other !== undefined && other.length !== id.length)) {
      return azureError(400, 'InvalidBlobOrBlock');
    }
    if (body.length === 0) return azureError(400, 'InvalidHeaderValue');
    this.#blocks.set(name, staged.set(id, body));
    return created();
  }

  #putBlockList(name: string, xml: string, type: string): ServiceAnswer {
    const staged = this.#blocks.get(name) ?? new Map<string, Buffer>();
    const parts: Buffer[] = [];
    for (const [, id] of xml.matchAll(/<(?:Latest|Uncommitted)>([^<]+)</g)) {
      const block = id === undefined ? undefined : staged.get(id);
      if (block === undefined) return azureError(400, 'InvalidBlockList');
      parts.push(block);
    }
    if (!/<BlockList>/.test(xml)) return azureError(400, 'InvalidXmlDocument');
    this.#blocks.delete(name);
    this.write(name, Buffer.concat(parts), type);
    return created();
  }

  #get(name: string, request: ServiceRequest): ServiceAnswer {
    const stored = this.#blobs.get(name);
    if (stored === undefined) return azureError(404, 'BlobNotFound');
    const { bytes: blob, type } = stored;
    const headers = {
      'content-type': type,
      'accept-ranges': 'bytes',
      etag: `"${createHash('sha256').update(blob).digest('hex').slice(0, 16)}"`,
      'last-modified': new Date().toUTCString(),
      'x-ms-blob-type': 'BlockBlob',
      'x-ms-request-id': '00000000-0000-0000-0000-000000000000',
    };
    const range = /^bytes=(\d+)-(\d+)?$/.exec(
      headerOf(request, 'x-ms-range') ?? headerOf(request, 'range') ?? '',
    );
    if (range === null || request.method === 'HEAD') {
      return { status: 200, headers: { ...headers, 'content-length': String(blob.length) }, body: blob };
    }
    const start = Number(range[1]);
    if (start >= blob.length) return azureError(416, 'InvalidRange');
    const end = Math.min(range[2] === undefined ? blob.length - 1 : Number(range[2]), blob.length - 1);
    const body = blob.subarray(start, end + 1);
    const sizes = {
      'content-length': String(body.length),
      'content-range': `bytes ${start}-${end}/${blob.length}`,
    };
    return { status: 206, headers: { ...headers, ...sizes }, body };
  }
}

function typeOf(request: ServiceRequest): string {
  return headerOf(request, 'x-ms-blob-content-type') ?? 'application/octet-stream';
}

function refusalOf({ method, url, headers }: ServiceRequest): ServiceAnswer | null {
  const permissions = url.searchParams.get('sp') ?? '';
  const expiry = url.searchParams.get('se') ?? '';
  const isSigned = url.searchParams.get('sig') === signature(url.pathname, permissions, expiry);
  if (!isSigned || !(Date.parse(expiry) > Date.now())) return azureError(403, 'AuthenticationFailed');
  // Two ways to authenticate at once are refused: a token must not follow a redirect to the storage.
  if (headers.authorization !== undefined) return azureError(400, 'InvalidAuthenticationInfo');
  const needed = method === 'PUT' ? 'w' : method === 'GET' || method === 'HEAD' ? 'r' : null;
  if (needed === null) return azureError(405, 'UnsupportedHttpVerb');
  return permissions.includes(needed) ? null : azureError(403, 'AuthorizationPermissionMismatch');
}

function created(): ServiceAnswer {
  return {
    status: 201,
    headers: {
      etag: '"0x1"',
      'last-modified': new Date().toUTCString(),
      'x-ms-request-server-encrypted': 'true',
    },
  };
}

function azureError(status: number, code: string): ServiceAnswer {
  return {
    status,
    headers: { 'content-type': 'application/xml', 'x-ms-error-code': code },
    body: `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`,
  };
}

function signature(path: string, permissions: string, expiry: string): string {
  return createHmac('sha256', SECRET).update(`${path}\n${permissions}\n${expiry}`).digest('base64');
}
