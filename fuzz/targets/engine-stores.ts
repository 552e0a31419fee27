import { Buffer } from 'node:buffer';
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { crc64 } from '../../__tests__/support/fabricate/containers-storage.ts';
import { diffIdOf } from '../../__tests__/support/fabricate/layer.ts';
import { padded, rawHeader } from '../../__tests__/tar/raw-header.ts';
import { findGraphLayers } from '../../src/image/store/graph-store.ts';
import { RebuiltTar } from '../../src/image/store/rebuilt-tar.ts';
import { ownAccess } from '../../src/image/store/store-access.ts';
import { rebuildTar } from '../../src/image/store/tar-split.ts';
import { isRecord } from '../../src/layer/json-value.ts';
import { mutateJsonBytes } from '../mutators/json.ts';
import type { Random } from '../random.ts';
import { place, SCRATCH } from '../scratch.ts';
import { accept, outcomeOf, require, settledOutcomeOf, type Target } from '../target.ts';

const STORE = 'engine-store';
const CACHE_ID = 'c0ffee'.repeat(4);
const DIFF_ID = diffIdOf(Buffer.from('layer'));
const SECRET = 'a secret of somebody else';
/** Bytes of a tar that is read whole. */
const MAX_TAR = 1024 * 1024;

const fileOf = (name: string, content: string, more: object = {}) => ({
  type: 1,
  name,
  size: content.length,
  payload: crc64(Buffer.from(content)).toString('base64'),
  ...more,
});
const bytesOf = (bytes: Buffer) => ({ type: 2, payload: bytes.toString('base64') });
const header = (name: string, size: number) => bytesOf(rawHeader({ name, size }));
const padding = (content: string) => bytesOf(padded(content).subarray(content.length));

/** A layer as an engine keeps it: its facts, and the lines of its record. */
const layerOf = (size: number, ...record: readonly object[]) =>
  JSON.stringify({
    driver: 'overlay2',
    'cache-id': CACHE_ID,
    diff: DIFF_ID,
    size: String(size),
    record: [...record, bytesOf(Buffer.alloc(1024))],
  });

const LAYER = layerOf(
  9,
  header('a', 3),
  fileOf('a', 'abc'),
  padding('abc'),
  header('d/b', 6),
  fileOf('', 'second', { name_raw: Buffer.from('d/b').toString('base64') }),
  padding('second'),
);
/** Names that lead out, to what has the size and checksum that are recorded. */
const LEADING_OUT = ['../outside', 'link', 'up/outside', 'd/../../outside', '/../outside'].map(name =>
  layerOf(SECRET.length, header(name, SECRET.length), fileOf(name, SECRET), padding(SECRET)),
);
const LAYERS = [...LEADING_OUT, ...LEADING_OUT.map(() => LAYER)];

/** What lies where the layer is, and beside it. */
function placeFiles(): void {
  const folder = `${STORE}/data/overlay2/${CACHE_ID}/diff`;
  place(`${folder}/a`, 'abc');
  place(`${folder}/d/b`, 'second');
  place(`${STORE}/data/overlay2/${CACHE_ID}/outside`, SECRET);
  place(`${STORE}/data/overlay2/outside`, SECRET);
  place(`${STORE}/outside`, SECRET);
  const [link, up] = ['link', 'up'].map(name => join(SCRATCH, folder, name));
  symlinkSync('../outside', link ?? '');
  symlinkSync('..', up ?? '');
}

let isPlaced = false;

/** The same through small windows as whole. @returns null where it is too long */
function readByPosition(tar: RebuiltTar): Buffer | null {
  if (tar.size > MAX_TAR) return null;
  const whole = Buffer.alloc(tar.size);
  require(tar.read(whole, 0) === tar.size, 'a tar is shorter than it says');
  for (let at = tar.size - (tar.size % 700); at >= 0; at -= 700) {
    const part = Buffer.alloc(900);
    const length = tar.read(part, at);
    require(part.subarray(0, length).equals(whole.subarray(at, at + 900)), 'a part is not as the whole');
  }
  return whole;
}

async function stream(recordPath: string, filesPath: string): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of rebuildTar(recordPath, filesPath, ownAccess)) parts.push(part);
  return Buffer.concat(parts);
}

const engineStores: Target = {
  name: 'engine-stores',
  parsers: [
    'image/store/graph-store.ts',
    'image/store/real-path.ts',
    'image/store/rebuilt-tar.ts',
    'image/store/unpacked-files.ts',
  ],
  accepts: ['findGraphLayers', 'RebuiltTar', 'checkFiles'],
  holds: 'no file outside of a layer is read; what is read by position is what the stream has',
  maxMs: 1500,
  generate: (random: Random) => mutateJsonBytes(LAYERS, random),
  async check(input) {
    if (!isPlaced) placeFiles();
    isPlaced = true;
    let layer: unknown;
    try {
      layer = JSON.parse(input.toString('utf8'));
    } catch {
      layer = null;
    }
    if (!isRecord(layer)) return;
    const root = join(SCRATCH, STORE, 'data');
    const facts = `${STORE}/data/image/overlay2/layerdb/sha256/${DIFF_ID.slice('sha256:'.length)}`;
    for (const name of ['cache-id', 'diff', 'size']) place(`${facts}/${name}`, String(layer[name]));
    const lines = Array.isArray(layer['record']) ? layer['record'] : [];
    const text = lines.map(line => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    place(`${facts}/tar-split.json.gz`, gzipSync(text, { level: 1 }));
    const [found] = findGraphLayers({ root, driver: String(layer['driver']) }, [DIFF_ID], ownAccess) ?? [];
    accept('findGraphLayers', found);
    if (found === undefined) return;
    require(found.filesPath === join(root, 'overlay2', CACHE_ID, 'diff'), 'the files are elsewhere');
    const streamed = await settledOutcomeOf(() => stream(found.recordPath, found.filesPath));
    require(typeof streamed === 'string' ||
      !streamed.includes(SECRET), 'a file outside of the layer is read');
    await settledOutcomeOf(async () => {
      const tar = await RebuiltTar.open(found.recordPath, found.filesPath, ownAccess);
      try {
        const checked = outcomeOf(() => tar.checkFiles());
        accept('checkFiles', typeof checked === 'number');
        const read = accept('RebuiltTar', readByPosition(tar));
        require(read === null ||
          typeof checked === 'number', 'files are read that are not as they should be');
        require(read === null ||
          (typeof streamed !== 'string' && read.equals(streamed)), 'both ways disagree');
      } finally {
        tar.close();
      }
    });
  },
};

export const STORE_TARGETS: readonly Target[] = [engineStores];
