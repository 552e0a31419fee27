import { Buffer } from 'node:buffer';
import { fixture } from '../../__tests__/packages/packaged.ts';
import { fabricate } from '../../__tests__/support/fabricate/analysis.ts';
import { fabricateElf } from '../../__tests__/support/fabricate/elf.ts';
import { file } from '../../__tests__/support/scans/scan.ts';
import { RangeReading } from '../../src/layer/collector.ts';
import { ContentSamples, sampleCollector } from '../../src/layer/content-samples.ts';
import type { JsonValue } from '../../src/layer/json-value.ts';
import { bundleCollector, findGemDevelopment } from '../../src/packages/bundle-reader.ts';
import { PACKAGE_READERS } from '../../src/packages/collectors.ts';
import { elfCollector } from '../../src/packages/elf/elf-collector.ts';
import { readJavaLibrary } from '../../src/packages/java-archive.ts';
import { findNodeDevelopment } from '../../src/packages/node-development.ts';
import { mutateBytes, splice } from '../mutators/bytes.ts';
import { mutateJsonBytes } from '../mutators/json.ts';
import { mutateTextBytes } from '../mutators/text.ts';
import { accept, require, type Target } from '../target.ts';
import { shippedCredentials } from './shipped-credentials.ts';

/** The path of a database decides who reads it; it stands on the first line of an input. */
function withPath(path: string, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${path}\n`), content]);
}

const TEXTS: Readonly<Record<string, string>> = {
  'var/lib/dpkg/status': fixture('dpkg/status').toString('utf8', 0, 4000),
  'var/lib/dpkg/diversions': fixture('dpkg/diversions').toString('utf8'),
  'var/lib/apt/extended_states': fixture('dpkg/extended_states').toString('utf8', 0, 1000),
  'var/lib/dpkg/info/hostname.list': fixture('dpkg/info/hostname.list').toString('utf8'),
  'var/lib/dpkg/status.d/hostname': fixture('distroless/hostname').toString('utf8'),
  'var/lib/dpkg/status.d/hostname.md5sums': fixture('distroless/hostname.md5sums').toString('utf8'),
  'lib/apk/db/installed': fixture('apk/installed').toString('utf8', 0, 4000),
  'usr/lib/python3/dist-packages/x-1.dist-info/METADATA': fixture('python/METADATA').toString(
    'utf8',
    0,
    2000,
  ),
  'usr/lib/python3/dist-packages/x-1.dist-info/RECORD': fixture('python/RECORD').toString('utf8', 0, 2000),
  'usr/lib/ruby/gems/3.1.0/specifications/tiny-0.3.1.gemspec':
    fixture('gem/tiny-0.3.1.gemspec').toString('utf8'),
};

const BUNDLES: Readonly<Record<string, string>> = {
  'app/Gemfile': "gem 'a'\ngroup :development, :test do\n  gem 'b'\nend\ngem 'c',\n  group: :test\n",
  'app/Gemfile.lock':
    'GEM\n  specs:\n    a (1)\n      b (>= 1)\n    b (1.0-x86)\n\nDEPENDENCIES\n  a!\n  b\n',
};

const DOCUMENTS: Readonly<Record<string, string>> = {
  'app/node_modules/a/package.json': '{"name":"a","version":"1.0.0","dependencies":{"b":"^1"}}',
  'app/package.json': '{"dependencies":{"a":"1"},"devDependencies":{"b":"1"},"workspaces":["w"]}',
  'app/node_modules/.package-lock.json': fixture('npm/package-lock.json').toString('utf8'),
  'app/vendor/composer/installed.json':
    '{"packages":[{"name":"a/b","version":"1","install-path":"../a/b"}],"dev":true,"dev-package-names":["a/b"]}',
};

const TOKENS = [
  'Package: ',
  'Version: ',
  'Status: install ok installed\n',
  'Depends: a (>= 1) | b, c:any\n',
  'P:',
  'V:',
  'F:',
  'R:',
  'Z:',
  'Name: ',
  '/',
  '../',
  ',',
  '"',
  '\n\n',
  '\n ',
  's.name = "x".freeze\n',
  'group :test do\n',
  "gem 'a', group: [",
  'end\n',
  '    a (1)\n',
  '      b\n',
  'DEPENDENCIES\n',
];

/** What the databases hold that nothing is wrong with: what is read of one may lead to another. */
const OTHERS = Object.entries({ ...TEXTS, ...DOCUMENTS }).flatMap(([path, text]) =>
  PACKAGE_READERS.filter(({ collector }) => collector.wants(file(path, text.length))).map(({ collector }) => {
    const value: JsonValue = JSON.parse(
      JSON.stringify(collector.collect(file(path, text.length), Buffer.from(text))),
    );
    return { id: collector.id, at: { path, layer: 1, value } };
  }),
);

function read(input: Buffer): void {
  const end = input.indexOf(0x0a);
  const path = input.toString('utf8', 0, Math.max(end, 0));
  const content = input.subarray(end + 1);
  const entry = file(path, content.length);
  const library = readJavaLibrary(`${path}${content.toString('latin1')}.jar`);
  require(library === null || (library.name !== '' && /^\d/.test(library.version)), 'a version is none');
  readDevelopment(path, content);
  for (const { collector, read: readValues } of PACKAGE_READERS) {
    if (!collector.wants(entry)) continue;
    const value = accept(path, collector.collect(entry, content));
    if (value === null) continue;
    const stored: JsonValue = JSON.parse(JSON.stringify(value));
    const others = OTHERS.filter(({ id, at }) => id === collector.id && at.path !== path).map(({ at }) => at);
    for (const { name, version } of readValues([{ path, layer: 0, value: stored }, ...others])) {
      require(name !== '' && !/[\0-\x1f]/.test(name + version), 'a name is none');
    }
  }
}

/** The file in a tree of npm and in a bundle, which say what is there for development only. */
function readDevelopment(path: string, content: Buffer): void {
  const texts = { ...TREE, ...BUNDLES, [path]: content.toString('latin1') };
  const analysis = fabricate([{ texts, symlinks: { 'app/node_modules/c': '../../app/w' } }]);
  for (const directory of findNodeDevelopment(analysis).keys())
    require(analysis.packages.packages.some(found => found.path === directory), 'no such package');
  for (const { type } of findGemDevelopment(analysis, analysis.packages.packages))
    require(type === 'gem', 'no gem');
  if (bundleCollector.wants(file(path, content.length)))
    accept(path, bundleCollector.collect(file(path, content.length), content));
}

const TREE: Readonly<Record<string, string>> = {
  'app/node_modules/.yarn-integrity': '{}',
  'app/package.json': '{"dependencies":{"a":"1"},"devDependencies":{"b":"1","c":"1"}}',
  'app/node_modules/a/package.json': '{"name":"a","version":"1"}',
  'app/node_modules/b/package.json': '{"name":"b","version":"1","dependencies":{"a":"1"}}',
  'app/w/package.json': '{"name":"c"}',
  'app/bundle/specifications/a-1.gemspec': '# stub: a 1 ruby lib\n',
};

const databases: Target = {
  name: 'package-databases',
  parsers: [
    'packages/dpkg/dpkg-reader.ts',
    'packages/dpkg/dpkg-collector.ts',
    'packages/apk-reader.ts',
    'packages/python-reader.ts',
    'packages/gem-reader.ts',
    'packages/npm-reader.ts',
    'packages/composer-reader.ts',
    'packages/java-archive.ts',
    'packages/bundle-reader.ts',
    'packages/node-development.ts',
    'packages/node-modules.ts',
    'packages/collected-text.ts',
  ],
  accepts: [...Object.keys(TEXTS), ...Object.keys(DOCUMENTS), ...Object.keys(BUNDLES)],
  holds: 'nothing is thrown at all; names are texts of one line',
  maxMs: 1500,
  generate(random) {
    if (random.oneIn(3)) {
      const path = random.pick(Object.keys(DOCUMENTS));
      return withPath(path, mutateJsonBytes([DOCUMENTS[path] ?? '{}'], random));
    }
    const texts = { ...TEXTS, ...BUNDLES };
    const path = random.pick(Object.keys(texts));
    return withPath(path, mutateTextBytes({ seeds: [texts[path] ?? ''], tokens: TOKENS }, random));
  },
  check: read,
};

/** A page of 4096 bytes and what it names: whole databases are half a megabyte. */
const RPM = [
  withPath('usr/lib/sysimage/rpm/rpmdb.sqlite', fixture('rpm/rpmdb.sqlite.gz')),
  withPath('usr/lib/sysimage/rpm/Packages.db', fixture('rpm/Packages.db.gz')),
];

const rpm: Target = {
  name: 'rpm',
  parsers: ['packages/rpm/rpm-reader.ts', 'packages/rpm/rpm-header.ts', 'packages/rpm/sqlite-table.ts'],
  accepts: ['usr/lib/sysimage/rpm/rpmdb.sqlite', 'usr/lib/sysimage/rpm/Packages.db'],
  holds: 'as `package-databases`',
  maxMs: 3000,
  generate: random =>
    random.oneIn(20)
      ? splice(random.pick(RPM), random.pick(RPM), random)
      : mutateBytes(random.pick(RPM), random, 1 + random.small(12)),
  check: read,
};

const ELFS = [{}, { isLittleEndian: false }, { is64: false }, { headersFirst: true }, { type: 2 }].map(form =>
  fabricateElf({
    ...form,
    sections: [
      { name: '.text', isLoaded: true, size: 500 },
      { name: '.debug_info', size: 300 },
      { name: '.symtab', type: 2, size: 96, link: '.strtab' },
      { name: '.strtab', type: 3, size: 30 },
    ],
  }),
);

const elf: Target = {
  name: 'elf',
  parsers: ['packages/elf/elf-header.ts', 'packages/elf/elf-collector.ts', 'packages/elf/strippable.ts'],
  accepts: ['elfCollector'],
  holds: 'nothing is thrown at all',
  maxMs: 500,
  generate: random => mutateBytes(random.pick(ELFS), random, 1 + random.small(8)),
  check(input) {
    const reading = new RangeReading(elfCollector, file('app', input.length, { mode: 0o755 }), input.length);
    reading.take(input, 0);
    JSON.stringify(accept('elfCollector', reading.value));
  },
};

const samples: Target = {
  name: 'content-samples',
  parsers: ['layer/content-samples.ts'],
  accepts: ['sampleCollector'],
  holds:
    'nothing is thrown, and a file is the same as itself in all places, also as a cache that was changed has it',
  maxMs: 500,
  generate: random => mutateBytes(random.pick(ELFS), random, 1 + random.small(8)),
  check(input) {
    const reading = new RangeReading(sampleCollector, file('app', input.length), input.length);
    reading.take(input, 0);
    const value = accept('sampleCollector', reading.value);
    const spoilt = { distance: input[0] ?? 0, sums: [...input.subarray(1, 9)] };
    for (const one of [value, spoilt]) {
      const collected = { [sampleCollector.id]: [{ path: 'app', value: one }] };
      const place = { layer: 0, path: 'app' };
      const { compared, same } = new ContentSamples([{ collected }]).compare(place, place);
      if (compared !== same) throw new Error(`${same} of ${compared}`);
    }
  },
};

export const PACKAGE_TARGETS: readonly Target[] = [databases, rpm, elf, samples, shippedCredentials];
