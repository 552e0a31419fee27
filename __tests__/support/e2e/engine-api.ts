import { Buffer } from 'node:buffer';
import { request } from 'node:http';

/** One request to an engine on its Unix socket. @returns what it answers */
export function askEngine(
  host: string,
  method: string,
  path: string,
  body?: Uint8Array,
  type = 'application/x-tar',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const socketPath = host.replace(/^unix:\/\//, '');
    const headers = { 'content-type': type };
    const sent = request({ socketPath, method, path, headers }, answer => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () =>
        [200, 201, 204].includes(answer.statusCode ?? 0) ? resolve(text) : reject(new Error(text)),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What `docker save` writes; null where the engine fails at it. */
export function downloadImage(host: string, name: string): Promise<Buffer | null> {
  return download(host, `/images/${name}/get`);
}

/** A tar that an engine sends. */
export async function downloadTar(host: string, path: string): Promise<Buffer> {
  const tar = await download(host, path);
  if (tar === null) throw new Error(`the engine does not send ${path}`);
  return tar;
}

function download(host: string, path: string): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const socketPath = host.replace(/^unix:\/\//, '');
    request({ socketPath, method: 'GET', path }, async answer => {
      const bytes = Buffer.concat(await answer.toArray());
      resolve(answer.statusCode === 200 ? bytes : null);
    })
      .on('error', reject)
      .end();
  });
}
