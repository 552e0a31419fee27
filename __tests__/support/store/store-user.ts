import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { LayerScan } from '../../../src/layer/layer-scan.ts';
import { createDiskScanStore } from '../../../src/layer/scan-store.ts';
import { file, plainScan, scan } from '../scans/scan.ts';
import { silentLog } from '../silent-log.ts';

/*
 * Uses a store so often: `store-user.ts DIRECTORY ROUNDS MOST_BYTES HOW`. `use` reads and writes, `damage` also spoils
 * files, `write` writes one large scan again and again. It prints how often it found something, and ends with 1 when
 * that was not what was stored, or when a file was not whole that nobody spoilt. The test starts many at once, and kills
 * some.
 */
export const LAYERS = 12;
const FILES = 1000;

/** The same in each process. */
export function layerNumber(number: number): LayerScan {
  const files = Array.from({ length: FILES + number }, (_, index) =>
    file(`layer-${number}/dir-${index % 50}/file-${index}`, index, { uid: number }),
  );
  return scan(files);
}

/** What an accident, or anybody, does to the files of a directory. */
function spoil(directory: string): void {
  const names = readdirSync(directory).filter(name => name.endsWith('scan'));
  const path = join(directory, names[randomBelow(names.length)] ?? 'none.scan');
  // Or each name would be a directory's after a while, and nothing left to be read.
  if (statSync(path).isDirectory()) {
    rmdirSync(path);
    return;
  }
  const bytes = readFileSync(path);
  const at = randomBelow(bytes.length);
  switch (randomBelow(5)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << randomBelow(8));
      writeFileSync(path, bytes);
      break;
    case 1:
      truncateSync(path, at);
      break;
    case 2:
      writeFileSync(path, randomBytes(at));
      break;
    case 3:
      rmSync(path);
      symlinkSync(join(directory, names[0] ?? ''), path);
      break;
    default:
      rmSync(path);
      mkdirSync(path);
  }
}

function randomBelow(count: number): number {
  return Math.floor(Math.random() * count);
}

async function write(directory: string, rounds: number): Promise<number> {
  const large = scan(Array.from({ length: 80_000 }, (_, index) => file(`large/file-${index}`, index)));
  const store = createDiskScanStore(directory, { log: silentLog });
  for (let round = 0; round < rounds; round += 1) await store.put(large, []);
  return 0;
}

async function use(directory: string, rounds: number, mostBytes: number, damages: boolean): Promise<number> {
  const scans = Array.from({ length: LAYERS }, (_, number) => layerNumber(number));
  const plain = scans.map(each => plainScan(each));
  const debug = (message: string): void => {
    if (!damages) throw new Error(message);
  };
  const store = createDiskScanStore(directory, { log: { ...silentLog, debug }, mostBytes, machine: 'here' });
  let found = 0;
  // Where others spoil what it writes, it goes on until it has read something.
  const most = damages ? rounds + 1000 : rounds;
  for (let round = 0; round < rounds || (found === 0 && round < most); round += 1) {
    const number = randomBelow(LAYERS);
    const wanted = scans[number];
    if (wanted === undefined) continue;
    const isPlaced = randomBelow(2) === 0;
    const layer = { diffId: wanted.diffId, place: `1:${number}` };
    const got = isPlaced ? (await store.getPlaced(layer, []))?.scan : await store.get(wanted.diffId, []);
    if (got) {
      found += 1;
      const expected = { ...plain[number], verified: !isPlaced };
      if (!isDeepStrictEqual({ ...plainScan(got) }, expected)) throw new Error(`layer ${number} is another`);
    }
    if (!got || randomBelow(3) === 0) {
      const starts = Array.from({ length: FILES + number }, (_, index) => index * 512);
      if (isPlaced) await store.putPlaced(layer, { scan: { ...wanted, verified: false }, starts }, []);
      else await store.put(wanted, []);
    }
    if (randomBelow(5) === 0) store.trim();
    if (damages) {
      try {
        spoil(directory);
      } catch {
        // Somebody else was there first.
      }
    }
  }
  store.trim();
  return found;
}

const [program, directory, rounds, mostBytes, how] = process.argv.slice(1);
if (program === import.meta.filename && directory !== undefined) {
  console.log('ready');
  const found =
    how === 'write'
      ? await write(directory, Number(rounds))
      : await use(directory, Number(rounds), Number(mostBytes), how === 'damage');
  console.log(found);
}
