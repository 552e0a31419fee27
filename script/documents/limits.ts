import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from '../../src/base/json-shape.ts';
import { MAX_COMPARED_BYTES } from '../../src/compare/content-candidates.ts';
import { MAX_SNAPSHOT, MAX_SNAPSHOT_VALUES } from '../../src/compare/parse-snapshot.ts';
import {
  MAX_COLLECTED_BYTES,
  MAX_COLLECTED_FILES,
  MAX_ENTRIES,
  MAX_FOUND_TEXT,
  MAX_HOLE_BYTES,
  MAX_IMPLIED_DIRECTORIES,
  MAX_MARKS,
  MAX_NAME_BYTES,
  MAX_PATH,
  MAX_PATH_TEXT,
  MAX_STACKED_ENTRIES,
} from '../../src/layer/image-limits.ts';
import { MAX_MANIFEST_LAYERS } from '../../src/oci/manifest.ts';
import { MAX_DOCUMENT } from '../../src/oci/parse-json.ts';
import { MAX_STANDARD_INPUT } from '../../src/run/standard-input.ts';
import { MAX_XZ_MEMORY } from '../../src/tar/decompression-program.ts';
import {
  MAX_EXPANSION,
  MAX_FRAMES_FREE,
  MAX_UNPACKED_FREE,
  MIN_FRAME_BYTES,
} from '../../src/tar/expansion.ts';
import { MAX_WINDOW } from '../../src/tar/zstd-frames.ts';
import { type Document, fillSections, table } from './document.ts';

const ROWS: readonly (readonly [what: string, limit: number | string, unit: string])[] = [
  ['entries of all layers, each layer once', MAX_ENTRIES, ''],
  ['entries as they are stacked, a layer that is listed again counted again', MAX_STACKED_ENTRIES, ''],
  ['whiteouts, opaque directories and markers of aufs', MAX_MARKS, ''],
  ['names, each once', MAX_NAME_BYTES, 'bytes'],
  ['paths and link targets, as they are written', MAX_PATH_TEXT, 'characters'],
  ['one path', MAX_PATH, 'characters'],
  ['directories that no entry names', MAX_IMPLIED_DIRECTORIES, ''],
  [
    'what compressed bytes unpack to',
    `${MAX_UNPACKED_FREE / 1024 ** 3} GiB and ${MAX_EXPANSION} times the compressed bytes`,
    '',
  ],
  ['memory of a program that unpacks xz', MAX_XZ_MEMORY.replace('M', ' M'), ''],
  ['an archive on standard input', MAX_STANDARD_INPUT, 'bytes'],
  ['the window of a frame of zstd', MAX_WINDOW, 'bytes'],
  [
    'frames of zstd',
    `${number(MAX_FRAMES_FREE)}, and one more for each ${MIN_FRAME_BYTES} bytes that they unpack to`,
    '',
  ],
  ['files of package managers that are looked into; a notice counts those beyond', MAX_COLLECTED_FILES, ''],
  ['content of those files; a notice counts those beyond', MAX_COLLECTED_BYTES, 'bytes'],
  [
    'what is kept of looks into parts of other files; a notice counts those beyond',
    MAX_FOUND_TEXT,
    'characters',
  ],
  ['holes of sparse files that are hashed; what is beyond is weighed only', MAX_HOLE_BYTES, 'bytes'],
  ['files that one comparison reads again; a notice counts those beyond', MAX_COMPARED_BYTES, 'bytes'],
  ['layers of a manifest', MAX_MANIFEST_LAYERS, ''],
  ['a manifest, an index or a configuration', MAX_DOCUMENT, 'bytes'],
  ['values in one', MAX_JSON_VALUES, ''],
  ['a snapshot', MAX_SNAPSHOT, 'characters'],
  ['values in a snapshot', MAX_SNAPSHOT_VALUES, ''],
  ['nesting of any JSON document', MAX_JSON_DEPTH, 'levels'],
];

function number(value: number): string {
  return value.toLocaleString('en');
}

export const LIMITS: Document = {
  path: 'docs/limits.md',
  make: current =>
    fillSections(current, {
      limits: table(
        ['what', 'at most'],
        ROWS.map(([what, limit, unit]) => [
          what,
          `${typeof limit === 'number' ? number(limit) : limit} ${unit}`,
        ]),
      ),
    }),
};
