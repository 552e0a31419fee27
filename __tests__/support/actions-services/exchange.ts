import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request, read whole. */
export interface ServiceRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** What was asked and what was answered, in the order of the answers. */
export interface LoggedExchange {
  readonly method: string;
  /** Without the query: that of a signed URL differs each time. */
  readonly path: string;
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly status: number;
}

const BODY_LIMIT = 64 * 1024 * 1024;

export async function readRequest(message: IncomingMessage, origin: string): Promise<ServiceRequest> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > BODY_LIMIT) throw new Error('the request is too large for a test');
    chunks.push(bytes);
  }
  return {
    method: message.method ?? '',
    url: new URL(message.url ?? '/', origin),
    headers: message.headers,
    body: Buffer.concat(chunks),
  };
}

export function jsonAnswer(status: number, value: unknown): ServiceAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

export function headerOf(request: ServiceRequest, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}
