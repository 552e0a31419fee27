// An HTTP proxy that answers from a folder of downloads alone, so that what builds fetch is there and the same every
// time. With --fill it downloads what is missing, and keeps it.
//   node mirror-server.mjs FOLDER ADDRESS [--fill]
// A file lies at FOLDER/<host>/<path of the URL>. The port is the kernel's choice; "listening on ADDRESS:PORT" tells it.
import { createReadStream } from 'node:fs';
import { mkdir, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

const [folder, address, mode] = process.argv.slice(2);
const MISSING = 'not in the local mirror, see script/lib/mirror.sh';

/** Downloads a URL to a path, which appears only once it is whole. Returns the status. */
async function download(url, path) {
  const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } });
  if (response.status !== 200) return response.status;
  await mkdir(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, response.body);
  const modified = new Date(response.headers.get('last-modified') ?? Date.now());
  await utimes(part, modified, modified);
  await rename(part, path);
  return 200;
}

async function answer(request, response) {
  // The parser resolves "..", and what it leaves encoded stays so in the name of the file.
  const url = new URL(request.url, 'http://unknown');
  const path = join(folder, url.hostname, url.pathname);
  let file = await stat(path).catch(() => null);
  if (file === null && mode === '--fill') {
    const status = await download(url, path);
    if (status !== 200) return response.writeHead(status).end();
    file = await stat(path);
  }
  if (!file?.isFile()) {
    console.log(`missing: ${url}`);
    return response.writeHead(404, MISSING).end();
  }
  response.writeHead(200, { 'content-length': file.size, 'last-modified': file.mtime.toUTCString() });
  // A build that is cancelled goes away in the middle: the file is closed, too.
  await pipeline(createReadStream(path), response);
}

const server = createServer((request, response) => {
  answer(request, response).catch(error => {
    console.log(`${request.url}: ${error.cause ?? error}`);
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end();
  });
});
// A busy machine lets apt pause between two requests, and a connection that is closed meanwhile fails the build.
server.keepAliveTimeout = 600_000;
server.listen(0, address, () => console.log(`listening on ${address}:${server.address().port}`));
