import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ReportSquash } from '../../src/report/report.ts';
import { squashCommand } from '../../src/report/squash-command.ts';
import { times } from '../support/long.ts';

function command(reference: string | null, rest: Partial<ReportSquash> = {}): string {
  const saving = { bytes: 0, addedBytes: 0 };
  const squash = {
    ranges: [{ first: 3, last: 7, size: 0, saving }],
    ...{ layerCount: 4, limit: null, fixesFirst: false, reference, platform: null },
    ...rest,
  };
  return squashCommand(squash).join(' ');
}

it.each([
  ['app:1', '--tag app:1-squashed'],
  ['app', '--tag app:squashed'],
  ['docker-daemon:localhost:5000/app', '--tag localhost:5000/app:squashed'],
  ['docker-daemon:sha256:0123', '--tag squashed'],
  ['0123456789ab', '--tag squashed'],
  ['docker://ghcr.io/team/app:1.2', '--output docker://ghcr.io/team/app:1.2-squashed'],
  ['docker://app@sha256:0123', '--output docker://app:squashed'],
  ['docker-archive:app.tar', '--output docker-archive:app-squashed.tar'],
  ['docker-archive:out/app.tar.gz:app:1', '--output docker-archive:out/app-squashed.tar'],
  ['app.tgz', '--output docker-archive:app-squashed.tar'],
  ['oci-archive:app.tar:1', '--output oci-archive:app-squashed.tar'],
  ['oci:build/layout:1', '--output oci:build/layout-squashed'],
  ['dir:build/', '--output oci:build-squashed'],
  ['./layout', '--output oci:./layout-squashed'],
  ['containers-storage:localhost/app', '--output oci-archive:squashed.tar'],
  ['my images/app.tar', "--output 'docker-archive:my images/app-squashed.tar'"],
])('puts what %s is merged into beside it', (reference, target) => {
  const name = reference.includes(' ') ? `'${reference}'` : reference;
  expect(command(reference)).toBe(`deadweight squash ${name} --layers 3..7 ${target}`);
});

it('names each range, and the platform where that has to be', () => {
  const saving = { bytes: 0, addedBytes: 0 };
  const ranges = [
    { first: 1, last: 2, size: 0, saving },
    { first: 4, last: 5, size: 0, saving },
  ];
  expect(command('app', { ranges, platform: 'linux/arm64' })).toBe(
    'deadweight squash app --platform linux/arm64 --layers 1..2 --layers 4..5 --tag app:squashed',
  );
});

it.each([
  null,
  '-',
  '--output=x',
  '',
  ' app',
  'app  1',
  'app\n1',
  'app;id',
  'a`id`',
  "a'b",
  '$(id)',
  '\u202eapp',
  'a'.repeat(301),
])('repeats nothing that is no name: %j', reference => {
  expect(command(reference)).toBe('deadweight squash IMAGE --layers 3..7');
  expect(command('app', { platform: reference })).toBe(
    reference === null
      ? 'deadweight squash app --layers 3..7 --tag app:squashed'
      : 'deadweight squash IMAGE --layers 3..7',
  );
});

it('is what a shell reads, whatever the name', () => {
  const character = fc.constantFrom(...'aZ9é_./\\:@%+=,~- \'"$`;|&<>(){}*?!#\n');
  fc.assert(
    fc.property(fc.string({ unit: character, minLength: 1, maxLength: 12 }), reference => {
      const text = command(reference);
      if (text.includes(' IMAGE ')) return;
      const script = `deadweight() { printf '%s\\n' "$@"; }; ${text}`;
      const words = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\n');
      expect(words.slice(0, 4)).toEqual(['squash', reference, '--layers', '3..7']);
      expect(words).toHaveLength(7);
    }),
    { numRuns: times(60) },
  );
});
