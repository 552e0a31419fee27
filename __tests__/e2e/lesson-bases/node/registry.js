// A registry of two packages: `make` packs them, `serve` serves them with the headers that let npm keep what it gets.
const { execFileSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');

const FOLDER = '/packages';
const NAMES = ['demo', 'demo-tools'];

/** Bytes that do not compress, the same every time. */
function noise(seed, length) {
  const parts = [];
  for (let index = 0; parts.length * 32 < length; index += 1) {
    parts.push(createHash('sha256').update(`${seed} ${index}`).digest());
  }
  return Buffer.concat(parts).subarray(0, length);
}

function make() {
  for (const name of NAMES) {
    const folder = `/tmp/${name}`;
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(`${folder}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    fs.writeFileSync(`${folder}/index.js`, `module.exports = '${name}';\n`);
    fs.writeFileSync(`${folder}/data.bin`, noise(name, 2_000_000));
    fs.mkdirSync(FOLDER, { recursive: true });
    execFileSync('npm', ['pack', '--pack-destination', FOLDER], { cwd: folder });
    fs.rmSync(folder, { recursive: true });
  }
  fs.rmSync('/root/.npm', { recursive: true, force: true });
}

function serve() {
  const server = http.createServer((request, response) => {
    const [, name, , file] = request.url.split('/');
    if (!NAMES.includes(name)) return response.writeHead(404).end('{}');
    const tarball = fs.readFileSync(`${FOLDER}/${name}-1.0.0.tgz`);
    const headers = { 'cache-control': 'public, max-age=3600', etag: `"${name}"` };
    if (file)
      return response.writeHead(200, { ...headers, 'content-type': 'application/octet-stream' }).end(tarball);
    const dist = {
      tarball: `http://127.0.0.1:4873/${name}/-/${name}-1.0.0.tgz`,
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    };
    const versions = { '1.0.0': { name, version: '1.0.0', main: 'index.js', dist } };
    const body = JSON.stringify({ name, 'dist-tags': { latest: '1.0.0' }, versions });
    response.writeHead(200, { ...headers, 'content-type': 'application/json' }).end(body);
  });
  server.listen(4873, '127.0.0.1');
}

({ make, serve })[process.argv[2]]();
