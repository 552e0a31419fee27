import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import { type Collected, chunked, readPositioned, readStreamed } from '../../__tests__/tar/collect.ts';
import { DeadweightError } from '../../src/base/errors.ts';
import { readZipTexts } from '../../src/github/artifact/zip-reader.ts';
import { readOnlyText } from '../../src/github/cache/cache-archive.ts';
import { bundleScans, unbundleScans } from '../../src/layer/scan-bundle.ts';
import { decompress } from '../../src/tar/compression.ts';
import { Expansion } from '../../src/tar/expansion.ts';
import { randomGzip, randomZstd } from '../mutators/compressed.ts';
import { randomTar } from '../mutators/tar.ts';
import { randomZip } from '../mutators/zip.ts';
import { accept, require, settledOutcomeOf, type Target } from '../target.ts';

/** The same in other pieces, which the first bytes decide. */
function cutsOf(input: Buffer): readonly number[] {
  return [1 + ((input[150] ?? 3) % 7) * 97, 1 + (input[154] ?? 11) * 5, 512];
}

function factsOf(entries: readonly Collected[] | string): unknown {
  if (typeof entries === 'string') return entries;
  return entries.map(({ header, extent, content }) => [header, extent, content.toString('latin1')]);
}

/** What unpacking tells, with the digest of what it gave. */
async function unpack(
  input: Buffer,
  compression: 'gzip' | 'zstd',
  lengths: readonly number[],
): Promise<string> {
  let bytes = 0;
  const digest = createHash('sha1');
  let end = 'whole';
  try {
    for await (const chunk of decompress(chunked(input, lengths), compression, new Expansion())) {
      digest.update(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    if (!(error instanceof DeadweightError)) throw error;
    end = error.code;
  }
  return end === 'whole' ? `${bytes} ${digest.digest('hex')}` : 'refused';
}

function compressionTarget(
  name: 'gzip' | 'zstd',
  parsers: readonly string[],
  generate: Target['generate'],
): Target {
  return {
    name,
    parsers,
    accepts: ['decompress'],
    holds: 'what comes out is the same however the bytes are cut',
    maxMs: 3000,
    generate,
    async check(input) {
      const whole = await unpack(input, name, []);
      accept('decompress', whole !== 'refused');
      const pieces = await unpack(
        input,
        name,
        cutsOf(input).map(length => length + (input.length >> 6)),
      );
      require(whole === pieces, 'the cuts of the input change what is unpacked');
    },
  };
}

const tarTarget: Target = {
  name: 'tar',
  parsers: [
    'tar/header-block.ts',
    'tar/header-field.ts',
    'tar/header-reader.ts',
    'tar/pax-records.ts',
    'tar/sparse-header.ts',
    'tar/sparse-map.ts',
    'tar/tar-index.ts',
    'tar/tar-parser.ts',
  ],
  accepts: ['readPositioned'],
  holds: 'reading by position and as a stream give the same entries, or the same error',
  maxMs: 2000,
  generate: random => randomTar(random),
  async check(input) {
    const positioned = await settledOutcomeOf(() => readPositioned(input));
    const streamed = await settledOutcomeOf(() => readStreamed(input, cutsOf(input)));
    accept('readPositioned', typeof positioned !== 'string' && positioned.length > 0);
    require(isDeepStrictEqual(factsOf(positioned), factsOf(streamed)), 'the two readers disagree');
  },
};

const MAX_TEXTS = { maxFiles: 20, maxBytes: 200_000 };

const zipTarget: Target = {
  name: 'zip',
  parsers: ['github/artifact/zip-directory.ts', 'github/artifact/zip-reader.ts'],
  accepts: ['readZipTexts'],
  holds: 'no more is unpacked than is allowed, and no name leads out of a folder',
  maxMs: 1000,
  generate: random =>
    randomZip(random, ['', '{}', '{"a":1}', 'x'.repeat(5000), '\ufeff{}', 'y'.repeat(70_000)]),
  async check(input) {
    const texts = await readZipTexts(input, MAX_TEXTS);
    accept('readZipTexts', texts.size > 0);
    let bytes = 0;
    for (const [name, text] of texts) {
      bytes += Buffer.byteLength(text);
      require(!name.split('/').includes('..') && !name.startsWith('/'), 'a name leads out of the folder');
    }
    require(bytes <= MAX_TEXTS.maxBytes, 'more is unpacked than allowed');
  },
};

const MAX_TEXT = 100_000;

const cacheArchiveTarget: Target = {
  name: 'cache-archives',
  parsers: ['github/cache/cache-archive.ts'],
  accepts: ['readOnlyText'],
  holds: 'a text is no longer than is allowed',
  maxMs: 2000,
  generate(random) {
    if (random.oneIn(3)) return random.oneIn(2) ? randomGzip(random) : randomZstd(random);
    const tar = randomTar(random);
    return random.oneIn(2) ? tar : gzipSync(tar, { level: 1 });
  },
  async check(input) {
    const text = accept('readOnlyText', await readOnlyText(input, MAX_TEXT));
    require(Buffer.byteLength(text) <= MAX_TEXT, 'the text is longer than allowed');
  },
};

const scanBundleTarget: Target = {
  name: 'scan-bundles',
  parsers: ['layer/scan-bundle.ts'],
  accepts: ['unbundleScans'],
  holds: 'each scan is a file of the store by its name, and together they are all that is there',
  maxMs: 500,
  generate(random) {
    const scans = Array.from({ length: random.below(4) }, () => ({
      name: random.oneIn(8) ? '../../x' : `${String(random.below(10)).repeat(64)}.scan`,
      bytes: Buffer.alloc(random.below(300), random.below(256)),
    }));
    const bundle = Buffer.from(bundleScans(scans));
    return random.oneIn(4) ? bundle.subarray(0, random.below(bundle.length + 1)) : bundle;
  },
  async check(input) {
    const scans = accept('unbundleScans', unbundleScans(input) ?? []);
    for (const { name } of scans) require(/^[0-9a-f]{64}\.scan$/.test(name), 'a name is that of no scan');
    const bytes = scans.reduce((sum, scan) => sum + scan.bytes.length, 0);
    require(bytes <= input.length, 'there is more than was given');
  },
};

export const CONTAINER_TARGETS: readonly Target[] = [
  tarTarget,
  compressionTarget('gzip', ['tar/compression.ts', 'tar/expansion.ts'], randomGzip),
  compressionTarget('zstd', ['tar/compression.ts', 'tar/zstd-frames.ts'], randomZstd),
  zipTarget,
  cacheArchiveTarget,
  scanBundleTarget,
];
