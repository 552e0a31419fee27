import { describe, expect, it } from 'vitest';
import { computedMs } from '../support/computed.ts';
import type { LayerDescription } from '../support/fabricate/layer.ts';
import { file, hardlink, symlink, whiteout } from '../support/fabricate/node.ts';
import { collected, fixture, packagesIn, summary } from './packaged.ts';

const INFO = 'var/lib/dpkg/info';

/** A status file of packages that only have names. */
function status(...names: readonly string[]): string {
  return names
    .map(name => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\n\n`)
    .join('');
}

function list(...paths: readonly string[]): ReturnType<typeof file> {
  return file(paths.map(path => `${path}\n`).join(''));
}

/** Bytes of the package that has the path; null when none has. */
async function ownerIn(path: string, ...layers: readonly LayerDescription[]): Promise<string | null> {
  return (await packagesIn(...layers)).ownerOf(path)?.name ?? null;
}

describe('what dpkg wrote', () => {
  const real: LayerDescription = {
    'usr/bin/hostname': file(23_000),
    'usr/bin/dash': file(130_000),
    'usr/lib/x86_64-linux-gnu/libpopt.so.0.0.2': file(60_000),
    'usr/lib/x86_64-linux-gnu/libacl.so.1.1.2302': file(40_000),
    'usr/share/locale/de/LC_MESSAGES/popt.mo': file(2000),
    'etc/debian_version': file(6),
    'etc/hostname': file(7),
    'var/lib/dpkg/status': file(fixture('dpkg/status')),
    'var/lib/dpkg/diversions': file(fixture('dpkg/diversions')),
    'var/lib/apt/extended_states': file(fixture('dpkg/extended_states')),
    [`${INFO}/hostname.list`]: file(fixture('dpkg/info/hostname.list')),
    [`${INFO}/hostname.md5sums`]: file(100),
    [`${INFO}/hostname.listing`]: file(1),
    [`${INFO}/dash.list`]: file(fixture('dpkg/info/dash.list')),
    [`${INFO}/libpopt0:amd64.list`]: file(fixture('dpkg/info/libpopt0:amd64.list')),
    [`${INFO}/libacl1:amd64.list`]: file(fixture('dpkg/info/libacl1:amd64.list')),
    [`${INFO}/base-files.list`]: file(fixture('dpkg/info/base-files.list')),
    [`${INFO}/python3-venv.list`]: file(fixture('dpkg/info/python3-venv.list')),
  };

  it('says which files are whose, and the lists count for their packages', async () => {
    const { packages, notices, unownedBytes, visibleBytes, ownerOf } = await packagesIn(real);
    expect(summary(packages)).toEqual([
      `dash 0.5.12-12 ${130_000 + 569}`,
      `libpopt0 1.19+dfsg-2 ${62_000 + 3749}`,
      `libacl1 2.3.2-2+b1 ${40_000 + 421}`,
      `hostname 3.25 ${23_000 + 465 + 100}`,
      `base-files 13.8+deb13u7 ${6 + 2179}`,
      'python3-venv 3.13.5-1 62',
    ]);
    expect(notices).toEqual([]);
    expect(packages.reduce((sum, found) => sum + found.bytes, unownedBytes)).toBe(visibleBytes);
    expect(ownerOf('usr/bin/hostname')).toBe(packages[3]);
    expect(ownerOf('etc/hostname')).toBeNull();
  });

  it('tells what a package needs, and who asked for it', async () => {
    const { packages } = await packagesIn(real);
    const popt = packages.find(({ name }) => name === 'libpopt0');
    expect(popt).toMatchObject({ type: 'deb', architecture: 'amd64', path: 'var/lib/dpkg/status' });
    expect(popt?.relations).toEqual({
      section: 'libs',
      priority: 'optional',
      isEssential: false,
      isAutomatic: true,
      preDepends: '',
      depends: 'libc6 (>= 2.38)',
      recommends: '',
      provides: '',
    });
    expect(packages.find(({ name }) => name === 'dash')?.relations).toMatchObject({
      isEssential: true,
      isAutomatic: false,
      preDepends: 'libc6 (>= 2.38)',
    });
  });

  it('leaves out what was removed but for its configuration', async () => {
    expect(fixture('dpkg/status').includes('Package: removed')).toBe(true);
    const { packages } = await packagesIn(real);
    expect(packages.map(({ name }) => name)).not.toContain('removed');
  });
});

describe('the files of a Debian package', () => {
  it('are those of the layer that has them, under the database of the last', async () => {
    const { packages } = await packagesIn(
      {
        'var/lib/dpkg/status': file(status('a', 'old')),
        [`${INFO}/a.list`]: list('/bin/a', '/bin/b'),
        [`${INFO}/old.list`]: list('/bin/old'),
        'bin/a': file(10),
        'bin/b': file(20),
        'bin/old': file(40),
      },
      {
        'var/lib/dpkg/status': file(status('a', 'new')),
        [`${INFO}/new.list`]: list('/bin/new'),
        [`${INFO}/old.list`]: whiteout(),
        'bin/old': whiteout(),
        'bin/new': file(100),
        'bin/b': file(25),
      },
    );
    expect(
      packages.map(({ name, layers, layerBytes, fileCount }) => [name, layers, layerBytes, fileCount]),
    ).toEqual([
      ['new', [1], [109], 2],
      ['a', [0, 1], [24, 25], 3],
    ]);
  });

  it('have the layer of the database when there are none', async () => {
    const { packages } = await packagesIn({ x: file(1) }, { 'var/lib/dpkg/status': file(status('meta')) });
    expect(packages).toMatchObject([{ name: 'meta', bytes: 0, layers: [1], layerBytes: [0], fileCount: 0 }]);
  });

  it('are found through symlinked directories, however these are made', async () => {
    const layer: LayerDescription = {
      lib: symlink('usr/lib'),
      'usr/lib64': symlink('/lib/../lib'),
      'var/run': symlink('/run'),
      'var/loop': symlink('loop'),
      'var/lib/dpkg/status': file(status('a')),
      [`${INFO}/a.list`]: list('/lib/x/one', '/usr/lib64/two', '/var/run/three', '/var/loop/four', '/lib'),
      'usr/lib/x/one': file(1),
      'usr/lib/two': file(2),
      'run/three': file(4),
    };
    for (const path of ['usr/lib/x/one', 'usr/lib/two', 'run/three'])
      expect(await ownerIn(path, layer)).toBe('a');
    expect(await ownerIn('usr/lib', layer)).toBeNull();
  });

  it('are not found through what is a directory, or no more a link', async () => {
    const linked: LayerDescription = {
      lib: symlink('usr/lib'),
      'var/lib/dpkg/status': file(status('a')),
      [`${INFO}/a.list`]: list('/lib/one'),
      'usr/lib/one': file(1),
    };
    expect(await ownerIn('usr/lib/one', linked)).toBe('a');
    expect(await ownerIn('usr/lib/one', linked, { lib: whiteout(), 'lib/one': file(1) })).toBeNull();
    expect(await ownerIn('usr/lib/one', linked, [['lib', { kind: 'directory' }]])).toBeNull();
  });

  it('belong to the package that names them itself, before one that names a link to them', async () => {
    const layer: LayerDescription = {
      lib: symlink('usr/lib'),
      'var/lib/dpkg/status': file(status('a', 'b')),
      [`${INFO}/a.list`]: list('/lib/one'),
      [`${INFO}/b.list`]: list('/usr/lib/one'),
      'usr/lib/one': file(1),
    };
    expect(await ownerIn('usr/lib/one', layer)).toBe('b');
  });

  it('are where diversions put them, but for the package that diverted them', async () => {
    const layer: LayerDescription = {
      'var/lib/dpkg/status': file(status('bash', 'dash', 'local')),
      'var/lib/dpkg/diversions': list(
        ...['/bin/sh', '/bin/sh.distrib', 'dash'],
        ...['/bin/mine', '/bin/mine.real', ':'],
        '/bin/cut',
      ),
      [`${INFO}/bash.list`]: list('/bin/sh'),
      [`${INFO}/dash.list`]: list('/bin/sh'),
      [`${INFO}/local.list`]: list('/bin/mine', '/bin/cut'),
      'bin/sh': file(1),
      'bin/sh.distrib': file(2),
      'bin/mine': file(4),
      'bin/mine.real': file(8),
      'bin/cut': file(16),
    };
    const { ownerOf } = await packagesIn(layer);
    const owners = ['sh', 'sh.distrib', 'mine', 'mine.real', 'cut'].map(name => ownerOf(`bin/${name}`)?.name);
    expect(owners).toEqual(['dash', 'bash', undefined, 'local', 'local']);
  });

  it('may be hard links to other names', async () => {
    const layer: LayerDescription = {
      'a/first': file(100),
      'usr/bin/perl': hardlink('a/first'),
      'var/lib/dpkg/status': file(status('perl-base')),
      [`${INFO}/perl-base.list`]: list('/usr/bin/perl'),
    };
    expect(await ownerIn('a/first', layer)).toBe('perl-base');
    expect(await ownerIn('a/first', layer, { 'a/first': file(7) })).toBeNull();
  });

  it('may have names that are not UTF-8', async () => {
    const name = Buffer.from([0x2f, 0x65, 0xe4, 0x2f, 0xc3, 0xa4]);
    const value = collected(`${INFO}/x.list`, Buffer.concat([name, Buffer.from('\n/ü\n')]));
    expect(value).toBe('e\\xe4/ä\nü');
  });

  it('are one architecture’s each', async () => {
    const both = status('lib') + status('lib').replace('amd64', 'i386');
    const { packages } = await packagesIn({
      'var/lib/dpkg/status': file(both),
      [`${INFO}/lib:amd64.list`]: list('/lib/64', '/doc'),
      [`${INFO}/lib:i386.list`]: list('/lib/32', '/doc'),
      'lib/64': file(640),
      'lib/32': file(320),
      doc: file(5),
    });
    expect(packages.map(({ architecture, bytes }) => [architecture, bytes])).toEqual([
      ['amd64', 640 + 5 + 13],
      ['i386', 320 + 13],
    ]);
  });
});

describe('what is told of packages beside their files', () => {
  it('are the bytes of the database that are about them', async () => {
    const [a, b] = ['Package: a\nVersion: 1\nDescription: one\n two\n\n', 'Package: b\nVersion: 1\n'];
    const { packages } = await packagesIn({ 'var/lib/dpkg/status': file(`${a}\n${b}`) });
    expect(packages.map(({ recordBytes }) => recordBytes)).toEqual([a.length, b.length + 1]);
    const own = await packagesIn({ 'var/lib/dpkg/status.d/b': file(b) });
    expect(own.packages).toMatchObject([{ bytes: b.length, recordBytes: 0 }]);
  });

  it('is that they were not asked for, also where apt has them under the machine’s architecture', async () => {
    const { packages } = await packagesIn({
      'var/lib/dpkg/status': file(status('a', 'b', 'c').replace('amd64', 'all')),
      'var/lib/apt/extended_states': file(
        ['a', 'b'].map(name => `Package: ${name}\nArchitecture: amd64\nAuto-Installed: 1\n\n`).join(''),
      ),
    });
    expect(packages.map(({ relations }) => relations?.isAutomatic)).toEqual([true, true, false]);
  });
});

describe('files that packages make when they are installed', () => {
  it('are theirs, unless another package lists them', async () => {
    const java = 'usr/lib/jvm/java-17-openjdk-amd64/lib/server/classes.jsa';
    const layer: LayerDescription = {
      'var/lib/dpkg/status': file(
        status('ca-certificates', 'shared-mime-info', 'openjdk-17-jre-headless', 'x'),
      ),
      [`${INFO}/x.list`]: list('/usr/share/mime/packages/x.xml'),
      'etc/ssl/certs/ca-certificates.crt': file(200_000),
      'usr/share/mime/mime.cache': file(100_000),
      'usr/share/mime/packages/x.xml': file(10),
      [java]: file(13_000_000),
    };
    const { ownerOf } = await packagesIn(layer);
    expect(ownerOf('etc/ssl/certs/ca-certificates.crt')?.name).toBe('ca-certificates');
    expect(ownerOf('usr/share/mime/mime.cache')?.name).toBe('shared-mime-info');
    expect(ownerOf('usr/share/mime/packages/x.xml')?.name).toBe('x');
    expect(ownerOf(java)?.name).toBe('openjdk-17-jre-headless');
    expect(ownerOf('etc/ssl/certs/other.crt')).toBeNull();
  });

  it('are nobody’s where the package is not there', async () => {
    const path = 'etc/ssl/certs/ca-certificates.crt';
    expect(await ownerIn(path, { 'var/lib/dpkg/status': file(status('a')), [path]: file(5) })).toBeNull();
    const odd = status('toString', '__proto__', 'constructor');
    expect(await ownerIn(path, { 'var/lib/dpkg/status': file(odd), [path]: file(5) })).toBeNull();
  });
});

describe('a distroless image', () => {
  it('has a control file and checksums for each package', async () => {
    const control = fixture('distroless/hostname');
    const checksums = fixture('distroless/hostname.md5sums');
    const { packages, ownerOf } = await packagesIn({
      'var/lib/dpkg/status.d/hostname': file(control),
      'var/lib/dpkg/status.d/hostname.md5sums': file(checksums),
      'var/lib/dpkg/status.d/bare': file('Package: bare\nVersion: 2\nArchitecture: all\n'),
      'usr/bin/hostname': file(1000),
    });
    expect(summary(packages)).toEqual([
      `hostname 3.25 ${1000 + control.length + checksums.length}`,
      'bare 2 43',
    ]);
    expect(ownerOf('usr/share/doc/hostname/copyright')?.path).toBe('var/lib/dpkg/status.d/hostname');
  });
});

describe('a status file', () => {
  it('of another form has no packages, and nothing is said of one that is empty', async () => {
    expect(
      (await packagesIn({ 'var/lib/dpkg/status': file('Package\n: x\nVersion: 1\n') })).packages,
    ).toEqual([]);
    expect((await packagesIn({ 'var/lib/dpkg/status': file('') })).notices).toEqual([]);
  });

  it('has the first of a repeated field', async () => {
    const text = 'Package: a\nPackage: b\nVersion: 1\nVersion: 2\n';
    expect(summary((await packagesIn({ 'var/lib/dpkg/status': file(text) })).packages)).toEqual(['a 1 0']);
  });

  it('may repeat a package: its list is walked once', async () => {
    const start = computedMs();
    const { packages } = await packagesIn({
      'var/lib/dpkg/status': file('Package: a\nVersion: 1\n\n'.repeat(10_000)),
      [`${INFO}/a.list`]: file('/x/y\n/x/z\n'.repeat(10_000)),
      'x/y': file(5),
    });
    expect(packages.filter(({ bytes }) => bytes > 0)).toMatchObject([{ name: 'a', bytes: 5 + 100_000 }]);
    expect(computedMs() - start).toBeLessThan(5000);
  });

  it('out of all proportion is named as not read, and what it replaced does not count', async () => {
    const { packages, notices } = await packagesIn(
      { 'var/lib/dpkg/status': file(status('a')) },
      {
        'var/lib/dpkg/status': file('Package: a\nVersion: 1\n\n'.repeat(100_001)),
      },
    );
    expect(packages).toEqual([]);
    expect(notices).toEqual([
      {
        code: 'package-database-unread',
        message: 'The package database /var/lib/dpkg/status could not be read; its packages are not named.',
      },
    ]);
  });
});
