import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/layer/json-value.ts';
import { PACKAGE_COLLECTORS } from '../../src/packages/collectors.ts';
import { computedMs } from '../support/computed.ts';
import { file } from '../support/fabricate/node.ts';
import { times } from '../support/long.ts';
import { file as entry, hardlink, scan, symlink } from '../support/scans/scan.ts';
import { stacks } from '../support/scans/stacks.ts';
import { fixture, packagesIn, packagesOfScans, summary } from './packaged.ts';

const STATUS = 'Package: a\nVersion: 1\nArchitecture: all\n';

describe('packages of several managers', () => {
  it('share no file: what the system’s own names goes before the directory of a module', async () => {
    const { packages, ownerOf, unownedBytes, visibleBytes } = await packagesIn({
      'var/lib/dpkg/status': file(STATUS),
      'var/lib/dpkg/info/a.list': file('/m/node_modules/x/lib/shared.js\n'),
      'm/node_modules/x/package.json': file('{"name":"x","version":"1"}'),
      'm/node_modules/x/lib/shared.js': file(100),
      'm/node_modules/x/lib/own.js': file(10),
      'm/other': file(1),
    });
    expect(summary(packages)).toEqual(['a 1 132', 'x 1 36']);
    expect(ownerOf('m/node_modules/x/lib/shared.js')?.name).toBe('a');
    expect(unownedBytes).toBe(1 + STATUS.length);
    expect(unownedBytes + 132 + 36).toBe(visibleBytes);
  });

  it('may be part of each other, and of each other’s parts', async () => {
    const metadata = (name: string) => file(`Name: ${name}\nVersion: 1\n`);
    const { packages, ownerOf } = await packagesIn({
      's/a-1.dist-info/METADATA': metadata('a'),
      's/a-1.dist-info/RECORD': file('b-1.dist-info/METADATA,,\n'),
      's/b-1.dist-info/METADATA': metadata('b'),
      's/b-1.dist-info/RECORD': file('a-1.dist-info/METADATA,,\nc-1.dist-info/METADATA,,\n'),
      's/c-1.dist-info/METADATA': metadata('c'),
      's/c-1.dist-info/RECORD': file('c.py,,\n'),
      's/c.py': file(100),
    });
    expect(packages.map(({ name }) => name)).toEqual(['b']);
    expect(ownerOf('s/c.py')?.name).toBe('b');
  });

  it('of one name and size have an order', async () => {
    const at = (path: string) => [`${path}/node_modules/p/package.json`, file('{"name":"p"}')] as const;
    const paths = ['b', 'a', 'c'];
    const { packages } = await packagesIn(paths.map(at));
    expect(packages.map(({ path }) => path[0])).toEqual(['a', 'b', 'c']);
  });
});

describe('a database', () => {
  it('that a later layer wrote again is that of the later layer, in either of its two copies the last', async () => {
    const second = 'Package: b\nVersion: 2\n';
    const { packages } = await packagesIn({ 'var/lib/dpkg/status': file(STATUS) }, [
      ['var/lib/dpkg/status', file('Package: c\nVersion: 3\n')],
      ['var/lib/dpkg/status', file(second)],
    ]);
    expect(summary(packages)).toEqual(['b 2 0']);
  });

  it('is found under any name of its file', () => {
    const path = 'var/lib/dpkg/status';
    const value: JsonValue = [{ name: 'a', version: '1' }];
    const image = scan([entry(path, 5), hardlink('a/copy', path)], {
      collected: { dpkg: [{ path, value }] },
    });
    const { packages, notices } = packagesOfScans([image]);
    expect(summary(packages)).toEqual(['a 1 0']);
    expect(notices).toEqual([]);
  });

  it('is not said to be unread when nobody looked', () => {
    const status = entry('var/lib/dpkg/status', 5);
    expect(packagesOfScans([scan([status])]).notices).toEqual([]);
    expect(packagesOfScans([scan([status], { collected: { dpkg: [] } })]).notices).toHaveLength(1);
  });
});

/** Paths that collectors want, with content of their kind. */
const KINDS: readonly (readonly [path: string, content: Buffer])[] = [
  ['var/lib/dpkg/status', fixture('dpkg/status')],
  ['var/lib/dpkg/info/dash.list', fixture('dpkg/info/dash.list')],
  ['var/lib/dpkg/diversions', fixture('dpkg/diversions')],
  ['var/lib/apt/extended_states', fixture('dpkg/extended_states')],
  ['var/lib/dpkg/status.d/hostname', fixture('distroless/hostname')],
  ['var/lib/dpkg/status.d/hostname.md5sums', fixture('distroless/hostname.md5sums')],
  ['lib/apk/db/installed', fixture('apk/installed')],
  ['var/lib/rpm/Packages.db', fixture('rpm/Packages.db.gz').subarray(0, 9000)],
  ['a/node_modules/.package-lock.json', fixture('npm/package-lock.json')],
  ['a/node_modules/x/package.json', Buffer.from('{"name":"x","version":"1"}')],
  ['a/x-1.dist-info/METADATA', fixture('python/METADATA')],
  ['a/x-1.dist-info/RECORD', fixture('python/RECORD')],
  ['a/x-1.egg-info/top_level.txt', Buffer.from('x\ny\n')],
  ['a/x-1.egg-info/installed-files.txt', Buffer.from('../x\ny\n')],
  ['g/specifications/tiny-0.3.1.gemspec', fixture('gem/tiny-0.3.1.gemspec')],
];

describe('hostile content', () => {
  it('is collected as JSON or not at all', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ unit: fc.constantFrom('\n', 'Package: ', 'Name:', 'P:', 'R:', '{', '"', '/', '..', 'x') }),
    );
    const edit = fc.tuple(fc.nat(20_000), fc.nat(40), bytes);
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.array(edit, { maxLength: 4 }), ([path, content], edits) => {
        let changed = content;
        for (const [at, removed, added] of edits) {
          const start = at % (changed.length + 1);
          changed = Buffer.concat([
            changed.subarray(0, start),
            Buffer.from(added),
            changed.subarray(start + removed),
          ]);
        }
        const at = entry(path, changed.length);
        const wanted = PACKAGE_COLLECTORS.filter(collector => collector.wants(at));
        expect(wanted).toHaveLength(1);
        for (const collector of wanted) {
          const value = collector.collect(at, changed);
          expect(JSON.parse(JSON.stringify(value))).toEqual(value);
        }
      }),
      { numRuns: times(400) },
    );
  });

  it('of a hundred thousand lines takes no more than its share of time', () => {
    const many = 200_000;
    const texts: readonly (readonly [string, string])[] = [
      ['var/lib/dpkg/status', ':\n'.repeat(many)],
      ['var/lib/dpkg/status', `Package: ${' '.repeat(1_000_000)}`],
      ['var/lib/dpkg/info/x.list', '/a/b/../..//c\n'.repeat(many)],
      ['var/lib/dpkg/diversions', '/a\n/b\nc\n'.repeat(many)],
      ['lib/apk/db/installed', 'P:a\nV:1\n\n'.repeat(many)],
      ['a/x-1.dist-info/RECORD', '"'.repeat(1_000_000)],
      ['a/x-1.dist-info/RECORD', '"",,\n'.repeat(many)],
      ['a/x-1.dist-info/METADATA', `Name: ${' '.repeat(1_000_000)}\n`],
      ['g/specifications/x.gemspec', `# stub: ${' '.repeat(60_000)}`],
      ['g/specifications/x.gemspec', '# stub: a'.repeat(7000)],
      ['a/node_modules/x/package.json', '[[],'.repeat(500_000)],
    ];
    for (const [path, text] of texts) {
      const content = Buffer.from(text);
      const at = entry(path, content.length);
      const start = computedMs();
      for (const collector of PACKAGE_COLLECTORS) if (collector.wants(at)) collector.collect(at, content);
      expect([path, computedMs() - start < 1500]).toEqual([path, true]);
    }
  });
});

describe('the bytes of packages and of what belongs to none', () => {
  const name = fc.constantFrom(
    'a',
    'b',
    'a-b',
    '__proto__',
    'usr',
    'node_modules',
    '__pycache__',
    'x.py',
    'x.1.pyc',
  );
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'));
  const list = fc.array(path, { maxLength: 6 }).map(paths => paths.join('\n'));
  const scalar = fc.oneof(fc.constantFrom('a', 'constructor', '1', ''), fc.constant(null), fc.nat());
  const found = fc.record(
    { name: scalar, version: scalar, architecture: scalar, files: list },
    { requiredKeys: [] },
  );
  const database = fc.oneof(fc.array(found, { maxLength: 4 }), list, found, fc.array(scalar), fc.jsonValue());
  const places = fc.constantFrom(
    ...KINDS.map(([kind]) => kind),
    'var/lib/dpkg/info/a.list',
    'a/node_modules/a/package.json',
    'a/node_modules/a/node_modules/b/package.json',
    'usr/a-1.dist-info/METADATA',
  );
  const collectors = PACKAGE_COLLECTORS.map(collector => collector.id);

  it('are all that is visible, whatever the layers and the collected values', () => {
    const named = fc.record({ name: fc.constantFrom('a', 'b'), version: fc.constant('1'), files: list });
    const proper = fc.oneof(
      fc.tuple(fc.constant('dpkg'), fc.constant('var/lib/dpkg/status'), fc.array(named, { minLength: 1 })),
      fc.tuple(
        fc.constant('dpkg'),
        fc.constantFrom('a', 'b').map(of => `var/lib/dpkg/info/${of}.list`),
        list,
      ),
      fc.tuple(fc.constant('apk'), fc.constant('lib/apk/db/installed'), fc.array(named, { minLength: 1 })),
      fc.tuple(
        fc.constant('npm'),
        path.map(at => `${at}/node_modules/b/package.json`),
        named,
      ),
      fc.tuple(
        fc.constant('python'),
        path.map(at => `${at}-1.dist-info/METADATA`),
        named,
      ),
      fc.tuple(
        fc.constant('python'),
        path.map(at => `${at}-1.dist-info/RECORD`),
        list,
      ),
    );
    const any = fc.tuple(fc.constantFrom(...collectors), places, database);
    const values = fc.array(fc.oneof({ weight: 3, arbitrary: proper }, any), { maxLength: 6 });
    const layer = fc
      .record({
        values,
        files: fc.array(fc.tuple(fc.oneof(path, places), fc.nat(9)), { maxLength: 8 }),
        links: fc.array(fc.tuple(path, path), { maxLength: 2 }),
        hardLinks: fc.array(fc.tuple(path, path), { maxLength: 2 }),
      })
      .map(({ values: all, files, links, hardLinks }) => {
        const collected: Record<string, { path: string; value: JsonValue }[]> = {};
        for (const [id, at, value] of all) {
          const json: JsonValue = JSON.parse(JSON.stringify(value));
          collected[id] = [...(collected[id] ?? []), { path: at, value: json }];
        }
        const entries = [
          ...links.map(([from, to]) => symlink(from, to)),
          ...files.map(([at, size]) => entry(at, size)),
          ...all.map(([, at]) => entry(at, 3)),
          ...hardLinks.map(([from, to]) => hardlink(from, to)),
        ];
        return scan(entries, { collected });
      });
    let owned = 0;
    fc.assert(
      fc.property(fc.array(layer, { maxLength: 3 }), fc.array(path), (scans, others) => {
        const { packages, unownedBytes, visibleBytes, ownerOf, filesOf } = packagesOfScans(scans);
        const bytes = packages.reduce((sum, one) => sum + one.bytes, 0);
        expect(bytes + unownedBytes).toBe(visibleBytes);
        owned += bytes;
        for (const one of packages) {
          expect(one.layerBytes.reduce((sum, part) => sum + part, 0)).toBe(one.bytes);
          expect(one.layers).toEqual([...one.layers].sort((a, b) => a - b));
          expect(one.layers.length).toBeGreaterThan(0);
          const files = filesOf(one);
          expect(files.reduce((sum, file) => sum + file.bytes, 0)).toBe(one.bytes);
          expect(files).toHaveLength(one.fileCount);
          for (const file of files) expect(ownerOf(file.path)).toBe(one);
        }
        for (const other of others) {
          const owner = ownerOf(other);
          if (owner !== null) expect(packages).toContain(owner);
        }
      }),
      { numRuns: times(400) },
    );
    expect(owned).toBeGreaterThan(1000);
  });

  it('are all unowned where there is no package', () => {
    fc.assert(
      fc.property(stacks(), scans => {
        const { packages, unownedBytes, visibleBytes } = packagesOfScans(scans);
        expect([packages, unownedBytes]).toEqual([[], visibleBytes]);
      }),
      { numRuns: 100 },
    );
  });
});
