import { expect, test } from 'vitest';
import { DeadweightError } from '../../src/base/errors.ts';
import { compareSnapshots } from '../../src/compare/compare-snapshots.ts';
import type { Comparison } from '../../src/compare/comparison.ts';
import { parseSnapshot } from '../../src/compare/parse-snapshot.ts';
import type { Snapshot, SnapshotLayer } from '../../src/compare/snapshot.ts';
import { createSnapshot } from '../../src/compare/snapshot-of.ts';
import type { ImageSpec, LayerSpec } from '../support/fabricate/analysis.ts';
import { fabricate } from '../support/fabricate/analysis.ts';
import { type DpkgPackages, dpkgLists, dpkgStatus } from '../support/fabricate/dpkg.ts';
import { diffId } from '../support/scans/scan.ts';

const DEBIAN: LayerSpec = { base: true, files: { 'bin/bash': 1000 } };
const APT: LayerSpec = { text: 'RUN apt-get install -y curl', line: 2, files: { 'usr/bin/curl': 300 } };
const COPY: LayerSpec = { text: 'COPY . /app', line: 3, files: { 'app/main.js': 50 } };

const NONE = { count: 0, bytes: 0 };
const NO_PACKAGES = { added: NONE, removed: NONE, updated: NONE, kept: NONE };

function dpkg(packages: DpkgPackages): Readonly<Record<string, string>> {
  return { ...dpkgStatus(packages), ...dpkgLists(packages) };
}

function compare(base: readonly LayerSpec[], head: readonly LayerSpec[], specs: readonly ImageSpec[] = []) {
  const [before, after] = [fabricate(base, specs[0]), fabricate(head, specs[1])];
  return compareSnapshots(createSnapshot(before, 'aaa'), createSnapshot(after, null));
}

function changes({ layers }: Comparison): string[] {
  return layers.map(
    ({ change, baselineIndex, headIndex }) => `${baselineIndex ?? '-'}→${headIndex ?? '-'} ${change}`,
  );
}

/** `files added 9000 usr/bin/vim at RUN apt-get install -y vim`. */
function told({ causes }: Comparison): string[] {
  return causes.map(({ kind, change, bytes, packages, files, head, baseline }) => {
    const names = [...packages.map(({ name }) => name), ...files.map(({ path }) => path)];
    const places = (head.length > 0 ? head : baseline).map(({ createdBy }) => createdBy);
    return `${kind} ${change} ${bytes} ${names.join(' ')} at ${places.join(', ')}`;
  });
}

test('an instruction put in between is added, and what follows it is not changed', () => {
  const vim: LayerSpec = { text: 'RUN apt-get install -y vim', files: { 'usr/bin/vim': 9000 } };
  const comparison = compare([DEBIAN, APT, COPY], [DEBIAN, APT, vim, COPY]);
  expect(changes(comparison)).toEqual(['0→0 unchanged', '1→1 unchanged', '-→2 added', '2→3 unchanged']);
  expect(told(comparison)).toEqual(['files added 9000 usr/bin/vim at RUN apt-get install -y vim']);
  expect(comparison.causes[0]?.head).toMatchObject([{ layer: 2, bytes: 9000 }]);
  expect(comparison.delta).toMatchObject({
    size: 9000,
    ownSize: 9000,
    baseSize: 0,
    layerCount: 1,
    ownLayerCount: 1,
  });
});

test('a removed instruction stands where it was, with the negative of its bytes', () => {
  const comparison = compare([DEBIAN, APT, COPY], [DEBIAN, COPY]);
  expect(changes(comparison)).toEqual(['0→0 unchanged', '1→- removed', '2→1 unchanged']);
  expect(told(comparison)).toEqual(['files removed -300 usr/bin/curl at RUN apt-get install -y curl']);
  expect(comparison.causes[0]).toMatchObject({ head: [], baseline: [{ instruction: { startLine: 2 } }] });
});

test('the same instruction with other content is rebuilt, however it is broken into lines', () => {
  const again: LayerSpec = {
    ...APT,
    text: 'run apt-get \\\n  install -y curl',
    files: { 'usr/bin/curl': 320 },
  };
  const comparison = compare([DEBIAN, APT, COPY], [DEBIAN, again, COPY]);
  expect(changes(comparison)).toEqual(['0→0 unchanged', '1→1 changed', '2→2 unchanged']);
  expect(comparison.causes).toMatchObject([
    { kind: 'files', change: 'changed', bytes: 20, baseline: [{ bytes: -300 }], head: [{ bytes: 320 }] },
  ]);
});

test('an edited instruction is changed: the likest of its keyword in the gap', () => {
  const make: LayerSpec = { text: 'RUN make -C /src all', files: { a: 10 } };
  const edited: LayerSpec = { text: 'RUN apt-get install -y curl git', files: { 'usr/bin/git': 700 } };
  const comparison = compare([DEBIAN, APT, COPY], [DEBIAN, make, edited, COPY]);
  expect(changes(comparison)).toEqual(['0→0 unchanged', '-→1 added', '1→2 changed', '2→3 unchanged']);
  expect(told(comparison)).toEqual([
    'files added 700 usr/bin/git at RUN apt-get install -y curl git',
    'files removed -300 usr/bin/curl at RUN apt-get install -y curl',
    'files added 10 a at RUN make -C /src all',
  ]);
});

test('the only instruction of its keyword in the gap is an edit, however little the texts have in common', () => {
  const other: LayerSpec = { text: 'RUN make', files: { a: 10 } };
  expect(changes(compare([DEBIAN, APT], [DEBIAN, other]))).toEqual(['0→0 unchanged', '1→1 changed']);
});

test('instructions of different keywords are not an edit of each other', () => {
  const added: LayerSpec = { text: 'ADD . /app', files: { 'app/main.js': 60 } };
  expect(changes(compare([DEBIAN, COPY], [DEBIAN, added]))).toEqual([
    '0→0 unchanged',
    '1→- removed',
    '-→1 added',
  ]);
});

test('a file of the same bytes and another name is told by both names', () => {
  const renamed: LayerSpec = { ...COPY, files: { 'app/index.js': 50 } };
  const { causes, renamed: paths } = compare([DEBIAN, COPY], [DEBIAN, renamed]);
  expect(causes.map(({ bytes, files }) => [bytes, files[0]?.path])).toEqual([
    [50, 'app/index.js'],
    [-50, 'app/main.js'],
  ]);
  expect(paths).toEqual([]);
});

test('another base image is one cause, whatever its layers, and own layers are matched above it', () => {
  const bigger: LayerSpec = { base: true, files: { 'bin/bash': 1200 } };
  const second: LayerSpec = { base: true, files: { 'usr/bin/python': 800 } };
  const comparison = compare([DEBIAN, APT], [bigger, second, APT]);
  expect(changes(comparison)).toEqual(['0→- removed', '-→0 added', '-→1 added', '1→2 unchanged']);
  expect(comparison.causes).toEqual([
    {
      ...{ kind: 'base-image', change: 'updated', bytes: 1000, waste: null, reason: null, lines: null },
      baseline: [{ layer: 0, bytes: 0, instruction: null, createdBy: 'debian:bookworm' }],
      head: [{ layer: 1, bytes: 1000, instruction: null, createdBy: 'debian:bookworm' }],
      ...{ packages: [], packageTotals: NO_PACKAGES, otherBytes: 0, layerCounts: { head: 2, baseline: 1 } },
      files: [
        { path: 'usr/bin/', bytes: 800 },
        { path: 'bin/', bytes: 200 },
      ],
    },
  ]);
  expect(comparison.baseImageChanged).toBe(true);
  expect(compare([DEBIAN, APT], [DEBIAN, COPY]).baseImageChanged).toBe(false);
});

test('packages that came and went with an instruction are told by name and version', () => {
  const nano: LayerSpec = {
    ...{ text: 'RUN apt-get install -y nano', files: { 'usr/bin/nano': 2800, 'var/log/apt': 9 } },
    texts: dpkg({ nano: ['7.2', 'usr/bin/nano'] }),
  };
  const vim: LayerSpec = {
    text: 'RUN apt-get install -y vim',
    files: { 'usr/bin/vim': 3800, 'usr/share/vim/a': 30_000, 'usr/share/vim/b': 6000, 'var/log/apt': 9 },
    texts: dpkg({
      vim: ['9.0', 'usr/bin/vim'],
      'vim-runtime': ['9.0', 'usr/share/vim/a', 'usr/share/vim/b'],
    }),
  };
  const { causes, packages } = compare([DEBIAN, nano, COPY], [DEBIAN, vim, COPY]);
  const architecture = 'amd64';
  const told = [
    { type: 'deb', name: 'vim-runtime', architecture, before: null, after: '9.0', bytes: 36_100 },
    { type: 'deb', name: 'vim', architecture, before: null, after: '9.0', bytes: 3900 },
    { type: 'deb', name: 'nano', architecture, before: '7.2', after: null, bytes: -2900 },
  ];
  const added = { ...NO_PACKAGES, added: { count: 2, bytes: 40_000 } };
  expect(causes).toMatchObject([
    { kind: 'packages', change: 'added', bytes: 40_000, packages: told.slice(0, 2), packageTotals: added },
    { kind: 'packages', change: 'removed', bytes: -2900, packages: told.slice(2), otherBytes: 0 },
  ]);
  const totals = { ...added, removed: { count: 1, bytes: -2900 } };
  expect(packages).toEqual({ totals, packages: told, otherBytes: 0 });
});

test('another base image is told by its packages, those of a layer that both have left out', () => {
  const bottom: LayerSpec = { ...DEBIAN, files: { 'bin/sh': 100 } };
  const based = (bytes: number, packages: Parameters<typeof dpkg>[0]): LayerSpec => ({
    ...{ base: true, files: { 'lib/libc.so': bytes, 'lib/libz.so': 70, 'etc/issue': bytes / 10 } },
    texts: { 'var/lib/dpkg/info/sh.list': ''.padEnd(100, '\n'), ...dpkg(packages) },
  });
  const before = based(1000, {
    ...{ sh: ['1.0', 'bin/sh'], libc6: ['2.36', 'lib/libc.so'], zlib: ['1.2', 'lib/libz.so'] },
  });
  // The layer of sh is still there, and dpkg does not know it any more.
  const after = based(1200, { libc6: ['2.37', 'lib/libc.so'], zlib: ['1.3', 'lib/libz.so'] });
  const { causes, packages } = compare([bottom, before, COPY], [bottom, after, COPY]);
  const libc = { name: 'libc6', before: '2.36', after: '2.37', bytes: 200 };
  const sh = { name: 'sh', before: '1.0', after: null, bytes: -100 };
  expect(causes).toMatchObject([
    {
      ...{ kind: 'base-image', bytes: 220, packages: [libc, sh], otherBytes: 0 },
      files: [
        { path: 'var/lib/dpkg/info/', bytes: 100 },
        { path: 'etc/', bytes: 20 },
      ],
    },
  ]);
  expect(causes[0]?.packageTotals).toEqual({
    ...{ ...NO_PACKAGES, updated: { count: 2, bytes: 200 }, removed: { count: 1, bytes: -100 } },
  });
  const zlib = { name: 'zlib', before: '1.2', after: '1.3', bytes: 0 };
  expect(packages?.packages).toMatchObject([libc, sh, zlib]);
});

test('a path that a hostile snapshot lists twice is counted twice', () => {
  const own = (files: SnapshotLayer['files']): Snapshot => {
    const snapshot = createSnapshot(fabricate([{ ...COPY, files: { a: 35 } }]), null);
    const [layer] = snapshot.layers;
    if (layer === undefined) throw new RangeError('the image has a layer');
    return parseSnapshot(
      JSON.stringify({ ...snapshot, layers: [{ ...layer, files, diffId: diffId(`${files}`) }] }),
      'x',
    );
  };
  const twice = own([
    ['a', 10],
    ['a', 20],
    ['b', 5],
  ]);
  const once = own([
    ['a', 30],
    ['a', 5],
  ]);
  for (const [base, head] of [
    [twice, once],
    [once, twice],
  ] as const) {
    const { causes } = compareSnapshots(base, head);
    expect(causes.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(head.size - base.size);
    expect(causes.map(({ files: [file], bytes }) => `${file?.path} ${Math.abs(bytes)}`)).toEqual([
      'a 5',
      'b 5',
    ]);
  }
});

test('what a layer above removes did not move, wherever it is counted', () => {
  const gcc = (seed: string): LayerSpec => ({
    ...{ text: 'RUN apt-get install -y gcc', files: { 'usr/bin/gcc': 9000, 'var/log/apt': seed.length } },
    texts: dpkg({ gcc: ['12', 'usr/bin/gcc'] }),
  });
  const purge: LayerSpec = {
    ...{ text: 'RUN apt-get purge -y gcc', deletes: ['usr/bin/gcc', 'var/lib/dpkg/info/gcc.list'] },
    texts: { 'var/lib/dpkg/status': '\n'.repeat(50) },
  };
  const comparison = compare([gcc('a')], [gcc('bc'), purge]);
  expect(told(comparison)).toEqual([
    'package-records changed 51 var/lib/dpkg/status var/log/apt at RUN apt-get purge -y gcc, RUN apt-get install -y gcc',
  ]);
  expect(comparison.packages?.packages).toMatchObject([{ name: 'gcc', before: '12', after: null, bytes: 0 }]);
});

test('copies of a package are one, with all their versions', () => {
  const app = (...versions: readonly string[]): LayerSpec => ({
    ...{ text: 'COPY . /app', files: {} },
    texts: Object.fromEntries(
      versions.map((version, index) => [
        `app/${'node_modules/x/'.repeat(index)}node_modules/left-pad/package.json`,
        JSON.stringify({ name: 'left-pad', version }),
      ]),
    ),
  });
  const { causes } = compare([app('1.0')], [app('1.1', '1.0', '1.0', '1.2', '1.3', '1.4')]);
  expect(causes[0]?.packages).toMatchObject([{ before: '1.0', after: '1.0, 1.1, 1.2, 1.3 and 1 more' }]);
  expect(causes[0]?.packages).toHaveLength(1);
});

test('layers of archives are matched by diffID, then by the command that made them', () => {
  const unknown = { baseKnown: false };
  const untold = (createdBy: string, files: Record<string, number>): LayerSpec => ({ createdBy, files });
  const classic = untold('/bin/sh -c apt-get install -y curl', { 'usr/bin/curl': 300 });
  const buildkit = untold('RUN /bin/sh -c apt-get install -y curl # buildkit', { 'usr/bin/curl': 310 });
  const bottom = untold('#(nop) ADD file:1 in /', { 'bin/bash': 1000 });
  const comparison = compare(
    [bottom, classic],
    [bottom, untold('RUN x', { x: 1 }), buildkit],
    [unknown, unknown],
  );
  expect(changes(comparison)).toEqual(['0→0 unchanged', '-→1 added', '1→2 changed']);
  expect(told(comparison)).toEqual([
    'files changed 10 usr/bin/curl at RUN /bin/sh -c apt-get install -y curl # buildkit',
    'files added 1 x at RUN x',
  ]);
  expect(comparison.baseImageChanged).toBeNull();
  expect(comparison.notices).toEqual([]);
});

test('a base that only one side knows is said', () => {
  const comparison = compare(
    [{ files: { 'bin/bash': 1000 } }, APT],
    [DEBIAN, APT, COPY],
    [{ baseKnown: false }],
  );
  expect(comparison.notices.map(({ code }) => code)).toEqual(['comparison-base-unknown']);
  expect(comparison.delta).toMatchObject({
    size: 50,
    ownSize: null,
    baseLayerCount: null,
    ownEfficiency: null,
  });
  expect(changes(comparison)).toEqual(['0→0 unchanged', '1→1 unchanged', '-→2 added']);
});

test('a layer whose files only one side lists is told by directory', () => {
  const rootfs = (bash: number): LayerSpec => ({
    ...{ createdBy: 'ADD rootfs /', files: { 'bin/bash': bash, 'bin/sh': 10, 'etc/a': 7 } },
    texts: dpkg({ bash: ['5.2', 'bin/bash'] }),
  });
  const { causes } = compare([rootfs(1000)], [{ ...rootfs(1200), base: true }], [{ baseKnown: false }]);
  expect(causes).toMatchObject([{ kind: 'base-image', bytes: 200, otherBytes: 0, files: [] }]);
  expect(causes[0]?.packages).toMatchObject([{ name: 'bash', before: '5.2', after: '5.2', bytes: 200 }]);
});

test('a layer that another version of us measured otherwise is a cause as well', () => {
  const before = createSnapshot(fabricate([COPY]), null);
  const [layer] = before.layers;
  if (layer === undefined) throw new RangeError('the image has a layer');
  const layers = [{ ...layer, size: 55, files: [['app/main.js', 55] as const] }];
  const after: Snapshot = { ...before, size: 55, ownSize: 55, layers };
  expect(compareSnapshots(before, after).causes).toMatchObject([
    { kind: 'other', bytes: 5, files: [], otherBytes: 5 },
  ]);
});

test('compressed sizes are compared within the same media types only', () => {
  const stored = (layer: LayerSpec, compressedSize: number, mediaType: string): LayerSpec => ({
    ...layer,
    ...{ compressedSize, mediaType },
  });
  const gzip = [stored(DEBIAN, 400, 'gzip')];
  expect(compare(gzip, [stored(DEBIAN, 410, 'gzip')]).delta.compressedSize).toBe(10);
  const mixed = compare(gzip, [stored(DEBIAN, 390, 'zstd')]);
  expect(mixed.delta.compressedSize).toBeNull();
  expect(mixed.notices.map(({ code }) => code)).toEqual(['compressed-size-not-comparable']);
  expect(compare(gzip, [DEBIAN]).delta.compressedSize).toBeNull();
  expect(compare(gzip, [DEBIAN]).notices).toEqual([]);
});

test('images of different platforms are refused', () => {
  expect(() => compare([DEBIAN], [DEBIAN], [{}, { architecture: 'arm64' }])).toThrowError(
    expect.objectContaining({ code: 'usage', message: expect.stringContaining('linux/arm64') }),
  );
  expect(() => compare([DEBIAN], [DEBIAN], [{}, { architecture: 'arm64' }])).toThrow(DeadweightError);
});

test('layers by the thousand are compared in seconds', () => {
  const many = (start: number): LayerSpec[] =>
    Array.from({ length: 2500 }, (_, i) => ({
      text: `RUN step ${start + i}`,
      files: { [`f${start + i}`]: 1 },
    }));
  const comparison = compare(many(0), many(1000));
  expect(comparison.layers.filter(({ change }) => change === 'unchanged')).toHaveLength(1500);
  expect(comparison.delta.size).toBe(0);
});

test('a file whose name has another version is one that changed', () => {
  const jar = (version: string, bytes: number): LayerSpec => ({
    ...COPY,
    files: { [`app/app-${version}.jar`]: bytes },
  });
  const { causes } = compare([DEBIAN, jar('1.4.0', 4000)], [DEBIAN, jar('1.5.0', 4020)]);
  expect(causes).toMatchObject([
    {
      ...{
        kind: 'files',
        change: 'changed',
        bytes: 20,
        baseline: [{ bytes: -4000 }],
        head: [{ bytes: 4020 }],
      },
      files: [{ path: 'app/app-1.5.0.jar', previousPath: 'app/app-1.4.0.jar', count: 1 }],
    },
  ]);
  expect(compare([DEBIAN, jar('1.4.0', 4000)], [DEBIAN, jar('one', 4000)]).causes).toHaveLength(2);
});

test('a copy that a RUN makes of what a layer below has is waste, though that layer is the same', () => {
  const chown: LayerSpec = {
    text: 'RUN chown -R app /app',
    line: 4,
    files: { 'app/main.js': { size: 50, content: 'x', uid: 7 } },
  };
  const copied: LayerSpec = { ...COPY, files: { 'app/main.js': { size: 50, content: 'x' } } };
  const { causes } = compare([DEBIAN, copied], [DEBIAN, copied, chown]);
  expect(causes).toMatchObject([
    {
      kind: 'waste',
      change: 'added',
      bytes: 50,
      waste: { reason: 'metadata-only', layer: 2 },
      head: [{ layer: 2 }],
    },
  ]);
});

test('the packages that an instruction names are listed, however small they are', () => {
  const names = Array.from({ length: 12 }, (_, index) => `lib${String(index).padStart(2, '0')}`);
  const packages = Object.fromEntries(
    [...names, 'tool'].map(name => [name, ['1.0', `usr/${name}`] as const]),
  );
  const files = Object.fromEntries([...names.map(name => [`usr/${name}`, 9000] as const), ['usr/tool', 5]]);
  const install: LayerSpec = { text: 'RUN apt-get install tool=1.0', files, texts: dpkg(packages) };
  const { causes } = compare([DEBIAN], [DEBIAN, install]);
  expect(causes[0]?.packages.map(({ name }) => name)).toContain('tool');
  expect(causes[0]?.packages).toHaveLength(10);
});

test('a directory whose files gain and lose is told once, beside what is small', () => {
  const bundle = (sign: number): Record<string, number> =>
    Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [
        `app/dist/f${index}`,
        100_000 + sign * (index % 2 === 0 ? 50_000 : -50_000) + (index === 0 && sign > 0 ? 100 : 0),
      ]),
    );
  const before: LayerSpec = { ...COPY, files: { ...bundle(-1), 'etc/one.conf': 100 } };
  const after: LayerSpec = { ...COPY, files: { ...bundle(1), 'etc/one.conf': 1000 } };
  expect(told(compare([DEBIAN, before], [DEBIAN, after]))).toEqual([
    'files changed 900 etc/one.conf at COPY . /app',
    'files changed 100 app/dist/ at COPY . /app',
  ]);
});

test('files of another version and one size have other content', () => {
  const bundle = (hash: string): LayerSpec => ({
    ...COPY,
    files: { [`app/main.${hash}.js`]: { size: 1000, content: hash } },
  });
  const { causes, contents, pull } = compare([DEBIAN, bundle('3f2a9c1b')], [DEBIAN, bundle('8d77e0aa')]);
  expect(causes).toEqual([]);
  expect(contents?.changed).toMatchObject({ count: 1, files: [{ path: 'app/main.8d77e0aa.js' }] });
  expect(pull?.layers.map(({ unchanged }) => unchanged)).toEqual([null]);
});

test('what the base image grew by hides nothing that own layers lost', () => {
  const base = (bytes: number): LayerSpec => ({ base: true, files: { 'usr/local/bin/node': bytes } });
  const own: LayerSpec = { text: 'COPY tool /usr/local/bin', files: { 'usr/local/bin/tool': 8000 } };
  expect(told(compare([base(1000), own], [base(11_000)])).map(line => line.split(' at ')[0])).toEqual([
    'base-image updated 10000 usr/local/bin/',
    'files removed -8000 usr/local/bin/tool',
  ]);
  const moved = compare(
    [base(1000), own],
    [{ base: true, files: { 'usr/local/bin/node': 1000, 'usr/local/bin/tool': 8000 } }],
  );
  expect(moved.causes).toEqual([]);
});

test('blobs whose names are digests alone became no other blobs', () => {
  const store = (...names: readonly string[]): LayerSpec => ({
    ...COPY,
    files: Object.fromEntries(names.map((name, index) => [`b/${name}`, 1000 * (index + 1)])),
  });
  const { causes } = compare([DEBIAN, store('aaaaaaaa1')], [DEBIAN, store('cccccccc3', 'dddddddd4')]);
  expect(causes.map(({ change }) => change).sort()).toEqual(['added', 'added', 'removed']);
});

test('a hundred thousand hidden records of packages are one line', () => {
  const names = Array.from({ length: 130_000 }, (_, index) => `var/lib/dpkg/info/p${index}.list`);
  const files = Object.fromEntries(names.map(name => [name, 3]));
  const { causes } = compare([DEBIAN], [DEBIAN, { ...APT, files }, { text: 'RUN rm -r', deletes: ['var'] }]);
  expect(causes).toMatchObject([{ kind: 'package-records', bytes: 390_000 }]);
});

test('packages that come with the base image now are told by name, and their bytes cancel', () => {
  const jq = dpkg({ jq: ['1.6', 'usr/bin/jq'] });
  const own: LayerSpec = {
    text: 'RUN apt-get install jq',
    line: 6,
    files: { 'usr/bin/jq': 3000 },
    texts: jq,
  };
  const base: LayerSpec = { ...own, base: true, files: { ...own.files, 'etc/issue': 9 } };
  const { causes, moved } = compare([DEBIAN, own], [DEBIAN, base]);
  expect(moved).toMatchObject([
    {
      kind: 'into-base',
      packages: ['jq'],
      bytes: 3100,
      baseline: [{ instruction: { startLine: 6 } }],
      head: [{ layer: 1 }],
    },
  ]);
  expect(causes.flatMap(({ packages }) => packages)).toEqual([]);
  expect(compare([DEBIAN, base], [DEBIAN, own]).moved).toMatchObject([{ kind: 'out-of-base', bytes: 3100 }]);
});

test('of a file that came in two layers the lower copy is waste, and the other what came', () => {
  const modules = (names: readonly string[]): LayerSpec => ({
    text: 'COPY node_modules node_modules',
    line: 2,
    files: Object.fromEntries(
      names.map(name => [`app/node_modules/${name}/i.js`, { size: 500, content: name }]),
    ),
  });
  const all = (names: readonly string[]): LayerSpec => ({ ...modules(names), text: 'COPY . .', line: 3 });
  const [before, after] = [
    ['a', 'gone'],
    ['a', 'pad'],
  ];
  const comparison = compare([DEBIAN, modules(before), all(before)], [DEBIAN, modules(after), all(after)]);
  expect(comparison.causes.map(({ kind, change, bytes }) => `${kind} ${change} ${bytes}`).sort()).toEqual([
    'files added 500',
    'files removed -500',
    'waste added 500',
    'waste removed -500',
  ]);
});
