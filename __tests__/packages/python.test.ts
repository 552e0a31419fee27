import { describe, expect, it } from 'vitest';
import { file } from '../support/fabricate/node.ts';
import { collected, fixture, packagesIn } from './packaged.ts';

const SITE = 'usr/local/lib/python3.13/dist-packages';

describe('a Python package', () => {
  it('has the files that pip recorded, its scripts, and what Python compiled', async () => {
    const dist = `${SITE}/wee_pkg-0.9.dist-info`;
    const { packages, ownerOf } = await packagesIn({
      [`${dist}/METADATA`]: file(fixture('python/METADATA')),
      [`${dist}/RECORD`]: file(fixture('python/RECORD')),
      [`${SITE}/wee/__init__.py`]: file(4),
      [`${SITE}/wee/__pycache__/__init__.cpython-313.pyc`]: file(100),
      [`${SITE}/wee/__pycache__/more.cpython-312.opt-1.pyc`]: file(200),
      [`${SITE}/wee/__pycache__/stranger.cpython-313.pyc`]: file(1),
      'usr/local/bin/wee': file(1000),
      'usr/local/bin/other': file(1),
    });
    const records = fixture('python/METADATA').length + fixture('python/RECORD').length;
    expect(packages).toMatchObject([
      { type: 'pypi', name: 'Wee.Pkg', version: '0.9', path: dist, bytes: 1304 + records, fileCount: 6 },
    ]);
    expect(ownerOf(`${SITE}/wee/__pycache__/stranger.cpython-313.pyc`)).toBeNull();
    expect(ownerOf(`${dist}/anything`)?.name).toBe('Wee.Pkg');
  });

  it('of the older forms has what these say', async () => {
    const { packages } = await packagesIn({
      [`${SITE}/old-1.egg-info/PKG-INFO`]: file('Name: old\nVersion: 1\n'),
      [`${SITE}/old-1.egg-info/installed-files.txt`]: file('../old.py\n../../../../bin/old\nPKG-INFO\n'),
      [`${SITE}/old.py`]: file(1000),
      'usr/local/bin/old': file(2000),
      [`${SITE}/mods-2.egg-info/PKG-INFO`]: file('Name: mods\nVersion: 2\n'),
      [`${SITE}/mods-2.egg-info/top_level.txt`]: file('pkg\n../x\nsingle\n\n'),
      [`${SITE}/pkg/deep/x.so`]: file(400),
      [`${SITE}/single.py`]: file(50),
      [`${SITE}/dist-3.egg-info`]: file('Metadata-Version: 1.0\nName: dist\nVersion: 3\n'),
      [`${SITE}/egg-4-py3.8.egg/EGG-INFO/PKG-INFO`]: file('Name: egg\nVersion: 4\n'),
      [`${SITE}/egg-4-py3.8.egg/egg/a.py`]: file(30),
    });
    expect(packages.map(({ name, version, bytes }) => [name, version, bytes])).toEqual([
      ['old', '1', 3000 + 21 + 39],
      ['mods', '2', 450 + 22 + 17],
      ['egg', '4', 30 + 21],
      ['dist', '3', 44],
    ]);
  });

  it('shares a directory with nobody: the first one has it', async () => {
    const { packages } = await packagesIn({
      's/a-1.egg-info/PKG-INFO': file('Name: a\n'),
      's/a-1.egg-info/top_level.txt': file('google\n'),
      's/b-1.egg-info/PKG-INFO': file('Name: b\n'),
      's/b-1.egg-info/top_level.txt': file('google\n'),
      's/google/x.py': file(100),
    });
    expect(packages.map(({ name, bytes }) => [name, bytes])).toEqual([
      ['a', 115],
      ['b', 15],
    ]);
  });

  it('that a system package brought is that package', async () => {
    const dist = 'usr/lib/python3/dist-packages/six-1.dist-info';
    const { packages, ownerOf } = await packagesIn({
      'var/lib/dpkg/status': file('Package: python3-six\nVersion: 1\n'),
      'var/lib/dpkg/info/python3-six.list': file(
        `/${dist}/METADATA\n/usr/lib/python3/dist-packages/six.py\n`,
      ),
      [`${dist}/METADATA`]: file('Name: six\nVersion: 1\n'),
      'usr/lib/python3/dist-packages/six.py': file(100),
      'usr/lib/python3/dist-packages/__pycache__/six.cpython-311.pyc': file(200),
    });
    expect(packages).toMatchObject([{ type: 'deb', name: 'python3-six', bytes: 300 + 20 + 95 }]);
    expect(ownerOf('usr/lib/python3/dist-packages/__pycache__/six.cpython-311.pyc')?.type).toBe('deb');
  });

  it('inside another is part of that one', async () => {
    const { packages } = await packagesIn({
      's/setuptools-1.dist-info/METADATA': file('Name: setuptools\nVersion: 1\n'),
      's/setuptools-1.dist-info/RECORD': file('setuptools/_vendor/w-2.dist-info/METADATA,,\n'),
      's/setuptools/_vendor/w-2.dist-info/METADATA': file('Name: w\nVersion: 2\n'),
    });
    expect(packages.map(({ name, bytes }) => [name, bytes])).toEqual([['setuptools', 28 + 44 + 19]]);
  });
});

describe('a record of files', () => {
  it.each([
    ['a.py,sha256=x,1\r\nb.py,,', 's/a.py\ns/b.py'],
    ['"a,b ""c"".py",,\n', 's/a,b "c".py'],
    ['"open,,\n', ''],
    ['bare\n\n,,\n', 's/bare'],
    ['../../../../etc/x,,\n', 'etc/x'],
    ['/abs/x,,\n', 'abs/x'],
    [`${'x'.repeat(5000)},,\ny,,`, 's/y'],
  ])('%j names %j', (text, list) => {
    expect(collected('s/x-1.dist-info/RECORD', text)).toBe(list);
  });
});

describe('metadata', () => {
  it.each([
    ['NAME: a\nVERSION: 1\n', { name: 'a', version: '1' }],
    ['Name: a\n\nVersion: 1\n', { name: 'a', version: '' }],
    ['Version: 1\n', null],
    ['\nName: a\n', null],
    ['Name: a\nName: b\nVersion: 1\nVersion: 2', { name: 'a', version: '1' }],
    [`X: ${'x'.repeat(70_000)}\nName: a`, null],
  ])('%# is read up to its first empty line', (text, value) => {
    expect(collected('x-1.dist-info/METADATA', text)).toEqual(value);
  });
});
