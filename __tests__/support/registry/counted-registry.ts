import { request as forward } from 'node:http';
import { type LoopbackServer, loopbackServer } from './loopback-server.ts';

export interface ServedBlob {
  readonly digest: string;
  /** Its Content-Length: bytes. */
  readonly size: number;
}

export interface CountedRegistry extends LoopbackServer {
  /** Method, kind of the address and status of each answer: `PATCH uploads 202`. */
  readonly answers: string[];
  /** What was served for each GET of a blob, in the order of the answers. */
  readonly blobs: ServedBlob[];
}

/** The registry at a port of loopback, behind a port that counts. */
export async function countedRegistry(registry: string): Promise<CountedRegistry> {
  const [host, port] = registry.split(':');
  const blobs: ServedBlob[] = [];
  const answers: string[] = [];
  const server = await loopbackServer((request, response) => {
    const { headers, method, url } = request;
    const [, digest] = /^\/v2\/.*\/blobs\/(sha256:.*)/.exec(url ?? '') ?? [];
    const passed = forward({ host, port, path: url, method, headers }, answer => {
      const { statusCode = 502 } = answer;
      if (digest && method === 'GET' && [200, 206].includes(statusCode)) {
        blobs.push({ digest, size: Number(answer.headers['content-length']) });
      }
      answers.push(
        `${method} ${/uploads|blobs|manifests/.exec((url ?? '').replace('blobs/uploads', 'uploads'))?.[0]} ${statusCode}`,
      );
      response.writeHead(statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(passed);
  });
  return { ...server, blobs, answers };
}
