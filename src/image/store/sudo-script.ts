/*
 * What runs as root under `engine-store: sudo`, and beside it. Plain scripts in strings, as arguments of Node itself: of files
 * nothing but Node's own program is run, and the arguments of sudo are always the same.
 */

/** Bytes of a file that come with one answer, at most. */
export const MAX_PART = 1024 * 1024;
/** Bytes of the rest of an answer, as JSON. */
export const MAX_ANSWER = 64 * 1024;

/**
 * Reads files of an engine's store for whoever writes to its standard input, and ends with it. A request is a line of JSON; an
 * answer the lengths of its two parts (32 bits each), JSON and bytes. Paths are relative to a root, and each character of
 * theirs is a byte. Only files of layers, their records and blobs are opened, none through a link, none that is no regular file;
 * nothing is written.
 */
export const HELPER = `
const fs = require('node:fs');
const { O_RDONLY, O_NONBLOCK, O_NOFOLLOW } = fs.constants;
const ALLOWED = [
  /^image\\/[a-z0-9-]{1,40}\\/layerdb\\/sha256\\/[0-9a-f]{64}\\/(?:cache-id|diff|size|tar-split\\.json\\.gz)$/,
  /^(?:overlay2|fuse-overlayfs)\\/[0-9a-z]{20,128}\\/diff(?:\\/|$)/,
  /^vfs\\/dir\\/[0-9a-z]{20,128}(?:\\/|$)/,
  /^(?:containerd\\/daemon\\/)?io\\.containerd\\.content\\.v1\\.content\\/blobs\\/sha256\\/[0-9a-f]{64}$/,
];
const bytesOf = text => Buffer.from(text, 'latin1');
const real = path => fs.realpathSync.native(bytesOf(path), { encoding: 'buffer' }).toString('latin1');
let last = { folder: null, isReal: false };
function find(root, path) {
  const names = path.split('/');
  if (!ALLOWED.some(each => each.test(path)) || names.some(name => name === '' || name === '.' || name === '..'))
    throw new Error('not allowed');
  const folder = root + '/' + names.slice(0, -1).join('/');
  if (last.folder !== folder) last = { folder, isReal: real(folder) === folder };
  if (!last.isReal) throw new Error('a link');
  return bytesOf(root + '/' + path);
}
const open = new Map();
function opened(root, path) {
  const key = root + '/' + path;
  const place = find(root, path);
  const known = open.get(key);
  if (known !== undefined) {
    const stats = fs.fstatSync(known, { bigint: true });
    const { dev, ino } = fs.lstatSync(place, { bigint: true });
    if (stats.dev === dev && stats.ino === ino) return { file: known, stats };
    open.delete(key);
    fs.closeSync(known);
  }
  const file = fs.openSync(place, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
  const stats = fs.fstatSync(file, { bigint: true });
  // A folder on the way may have become a link since it was looked at.
  if (!stats.isFile() || fs.readlinkSync('/proc/self/fd/' + file, { encoding: 'buffer' }).toString('latin1') !== key) {
    fs.closeSync(file);
    throw new Error('no file');
  }
  const [oldest] = open;
  if (open.size >= 64) {
    open.delete(oldest[0]);
    fs.closeSync(oldest[1]);
  }
  open.set(key, file);
  return { file, stats };
}
const handlers = {
  root: ({ path }) => [{ real: real(path) }],
  inside({ root, path }) {
    const found = find(root, path);
    return [{ isInside: !fs.lstatSync(found).isSymbolicLink() }];
  },
  read({ root, path, at, length }) {
    const { file, stats } = opened(root, path);
    const bytes = Buffer.alloc(Math.max(Math.min(length, ${MAX_PART}, Number(stats.size) - at), 0));
    const count = fs.readSync(file, bytes, 0, bytes.length, at);
    const { dev, ino, size, mtimeNs, ctimeNs } = stats;
    const changedAt = Number((mtimeNs > ctimeNs ? mtimeNs : ctimeNs) / 1000000n);
    return [{ size: Number(size), changedAt, place: [dev, ino, size, mtimeNs, ctimeNs].join(':') }, bytes.subarray(0, count)];
  },
  check({ root, folder, files }) {
    for (const [index, [name, size]] of files.entries()) {
      let stats;
      try {
        stats = fs.lstatSync(find(root, folder + '/' + name));
      } catch {
        return [{ other: index }];
      }
      if (!stats.isFile() || stats.size !== size) return [{ other: index }];
    }
    return [{ other: -1 }];
  },
};
function answer(json, bytes = Buffer.alloc(0)) {
  const text = Buffer.from(JSON.stringify(json));
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(bytes.length, 4);
  process.stdout.write(Buffer.concat([lengths, text, bytes]));
}
let rest = '';
process.stdin.setEncoding('latin1').on('data', chunk => {
  const lines = (rest + chunk).split('\\n');
  rest = lines.pop();
  for (const line of lines) {
    last = { folder: null, isReal: false };
    try {
      const request = JSON.parse(line);
      answer(...handlers[request.is](request));
    } catch (error) {
      answer({ error: String(error.code ?? error.message) });
    }
  }
});`;

/**
 * A thread that starts the helper and stands between: who asks waits for the answer, as for a read of a file. `state` has 0 as
 * long as there is none, 1 for an answer, 2 for what went wrong, and the lengths of the two parts.
 */
export const GO_BETWEEN = `
const { parentPort, workerData } = require('node:worker_threads');
const { spawn } = require('node:child_process');
const { program, args, env, shared } = workerData;
const state = new Int32Array(shared, 0, 4);
const bytes = new Uint8Array(shared, 16);
let failure = null;
let said = '';
let isAsked = false;
let received = Buffer.alloc(0);
function tell(kind, json, content) {
  isAsked = false;
  bytes.set(json, 0);
  bytes.set(content, ${MAX_ANSWER});
  state[1] = json.length;
  state[2] = content.length;
  Atomics.store(state, 0, kind);
  Atomics.notify(state, 0);
}
function fail(text) {
  failure ??= Buffer.from(text.slice(0, 2000));
  if (isAsked) tell(2, failure, new Uint8Array());
}
const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
child.on('error', error => fail(error.message));
child.stdin.on('error', () => undefined);
child.stderr.on('data', chunk => { said = (said + chunk).slice(-2000); });
child.on('close', code => fail(said.trim() || 'it ended with exit code ' + code));
child.stdout.on('data', chunk => {
  received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
  if (received.length < 8) return;
  const [json, content] = [received.readUInt32LE(0), received.readUInt32LE(4)];
  if (json > ${MAX_ANSWER} || content > ${MAX_PART}) return fail('it answers something else');
  if (received.length < 8 + json + content) return;
  const whole = received;
  received = Buffer.alloc(0);
  tell(1, whole.subarray(8, 8 + json), whole.subarray(8 + json, 8 + json + content));
});
parentPort.on('message', request => {
  if (request === null) {
    // Who was made root by sudo takes no signal of ours, and ends with its input.
    child.stdin.end();
    child.kill();
    parentPort.close();
    return;
  }
  isAsked = true;
  if (failure !== null) tell(2, failure, new Uint8Array());
  else child.stdin.write(request + '\\n', 'latin1');
});`;
