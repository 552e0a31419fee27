import { Buffer } from 'node:buffer';
import { request } from 'node:http';

/** One request to an engine on its Unix socket. @returns what it answers */
export function askEngine(host: string, method: string, path: string, body?: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const socketPath = host.replace(/^unix:\/\//, '');
    const headers = { 'content-type': 'application/x-tar' };
    const sent = request({ socketPath, method, path, headers }, answer => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => (answer.statusCode === 200 ? resolve(text) : reject(new Error(text))));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** What `docker save` writes; null where the engine fails at it. */
export function downloadImage(host: string, name: string): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const socketPath = host.replace(/^unix:\/\//, '');
    request({ socketPath, method: 'GET', path: `/images/${name}/get` }, async answer => {
      const bytes = Buffer.concat(await answer.toArray());
      resolve(answer.statusCode === 200 ? bytes : null);
    })
      .on('error', reject)
      .end();
  });
}
