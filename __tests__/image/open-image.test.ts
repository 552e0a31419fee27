import { describe, expect, it } from 'vitest';
import { parseImageReference } from '../../src/image/open-image.ts';
import { splitLocation, TRANSPORTS } from '../../src/image/transports.ts';

const ID = `sha256:${'b'.repeat(64)}`;

describe('references', () => {
  it.each([
    ['app', { transport: 'docker-daemon', name: 'app' }],
    ['ghcr.io/a/app:1', { transport: 'docker-daemon', name: 'ghcr.io/a/app:1' }],
    ['0123456789ab', { transport: 'docker-daemon', name: '0123456789ab' }],
    [ID, { transport: 'docker-daemon', name: ID }],
    ['docker-daemon:app:1', { transport: 'docker-daemon', name: 'app:1' }],
    [`docker-daemon:${ID}`, { transport: 'docker-daemon', name: ID }],
    ['docker-daemon:oci:latest', { transport: 'docker-daemon', name: 'oci:latest' }],
    ['docker-daemon:app.tar', { transport: 'docker-daemon', name: 'app.tar' }],
    ['docker-archive:a.tar:app:1', { transport: 'docker-archive', location: 'a.tar:app:1' }],
    ['oci:dir', { transport: 'oci', location: 'dir' }],
    ['oci-archive:/x/y.tar', { transport: 'oci-archive', location: '/x/y.tar' }],
    [' oci:dir ', { transport: 'oci', text: 'oci:dir' }],
  ])('%s', (text, expected) => {
    expect(parseImageReference(text)).toMatchObject(expected);
  });

  it('gives a registry name its default tag', () => {
    expect(parseImageReference('docker://debian')).toMatchObject({
      transport: 'docker',
      name: { registry: 'docker.io', repository: 'library/debian', tag: 'latest', digest: null },
    });
  });

  it.each(['', 'docker-daemon:', 'oci:', 'oci::ref', 'docker-archive:', 'docker://', 'docker://A B'])(
    'refuses "%s"',
    text => {
      expect(() => parseImageReference(text)).toThrowError(
        expect.objectContaining({ code: 'reference-invalid' }),
      );
    },
  );

  it.each([
    ...[
      './app.tar',
      '/tmp/app',
      'app.tar',
      'app.tar.gz',
      'app.tgz',
      'C:\\app.tar',
      '..\\x',
      '../x',
      '.',
      './',
    ],
    ...['./app.tar:app:1', 'app.tar:ghcr.io/org/app:1', 'layout/', 'report.json'],
  ])('takes %s for a path', text => {
    expect(parseImageReference(text)).toMatchObject({ transport: 'path', location: text });
  });

  it('takes - for standard input', () => {
    expect(parseImageReference('-')).toMatchObject({ transport: 'standard-input' });
  });
});

describe('where a path ends', () => {
  const split = (location: string, ...existing: string[]) =>
    splitLocation(location, path => existing.includes(path));

  it.each([
    ['a.tar', [], 'a.tar', null],
    ['a.tar:app:1', [], 'a.tar', 'app:1'],
    ['a.tar:app:1', ['a.tar'], 'a.tar', 'app:1'],
    ['a:b.tar:app:1', ['a:b.tar'], 'a:b.tar', 'app:1'],
    ['a:b.tar:app:1', ['a', 'a:b.tar'], 'a:b.tar', 'app:1'],
    ['a:b.tar', ['a', 'a:b.tar'], 'a:b.tar', null],
    ['C:\\x\\a.tar:app:1', [], 'C:\\x\\a.tar', 'app:1'],
    ['C:\\x\\a.tar:app:1', ['C:\\x\\a.tar'], 'C:\\x\\a.tar', 'app:1'],
    ['dir:localhost:5000/app:1', ['dir'], 'dir', 'localhost:5000/app:1'],
    ['dir:', ['dir'], 'dir', null],
    [`dir:${ID}`, ['dir'], 'dir', ID],
  ] as const)('%s with %j', (location, existing, path, ref) => {
    expect(split(location, ...existing)).toEqual({ path, ref });
  });
});

describe('the table of transports', () => {
  it('takes names without a prefix by one of them', () => {
    expect(TRANSPORTS.filter(({ isDefault }) => isDefault)).toHaveLength(1);
  });

  it('tells them apart by their prefixes', () => {
    const prefixes = TRANSPORTS.filter(({ matches }) => !matches).map(({ prefix }) => prefix);
    for (const prefix of prefixes) {
      expect(prefixes.filter(other => other.startsWith(prefix) || prefix.startsWith(other))).toEqual([
        prefix,
      ]);
    }
  });

  it('is what the remedy of a wrong reference lists', () => {
    expect(() => parseImageReference('oci:')).toThrowError(
      expect.objectContaining({
        remedy:
          'Write NAME[:TAG], docker-daemon:NAME[:TAG], docker-archive:PATH[:REF], oci:DIR[:REF], oci-archive:PATH[:REF], dir:PATH, docker://NAME[:TAG|@DIGEST], containers-storage:NAME[:TAG], PATH[:REF] or -.',
      }),
    );
  });
});
