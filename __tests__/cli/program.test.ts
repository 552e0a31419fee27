import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/base/option.ts';
import type { BuildInputs } from '../../src/build/build-inputs.ts';
import type { Invocation, Request } from '../../src/cli/invocation.ts';
import { PlainAnswer, parseArguments } from '../../src/cli/program.ts';
import { OPTIONS } from '../../src/run/config/options.ts';
import { buildInputs } from '../support/option-values.ts';

function invocationOf(...args: readonly string[]): Invocation {
  const invocation = parseArguments(args, '1.2.3');
  if (invocation instanceof PlainAnswer) throw new Error(`only text: ${invocation.text}`);
  return invocation;
}

function buildOf(...args: readonly string[]): Extract<Request, { readonly command: 'build' }> {
  const { request } = invocationOf('build', ...args);
  if (request.command !== 'build') throw new Error(`a request to ${request.command}`);
  return request;
}

/** The flags of a command, in the forms that may be given. */
function flagsOf(command: Command): readonly (readonly string[])[] {
  return OPTIONS.flatMap(([, { flags = [] }]) => flags)
    .filter(({ commands }) => commands.includes(command))
    .map(({ form }) => form.split(/[ ,]+/).filter(part => part.startsWith('-')));
}

function answerOf(...args: readonly string[]): string {
  const answer = parseArguments(args, '1.2.3');
  if (answer instanceof PlainAnswer) return answer.text;
  throw new Error('an invocation');
}

describe('deadweight build', () => {
  const table: readonly (readonly [args: readonly string[], inputs: Partial<BuildInputs>])[] = [
    [['ctx'], { context: 'ctx' }],
    [['-f', 'a/b.Dockerfile'], { file: 'a/b.Dockerfile' }],
    [['--file', 'x'], { file: 'x' }],
    [['-t', 'a:1', '--tag', 'b:2'], { tags: ['a:1', 'b:2'] }],
    [['--platform', 'linux/amd64,linux/arm64'], { platforms: ['linux/amd64', 'linux/arm64'] }],
    [
      ['--platform', 'linux/amd64', '--platform', 'linux/arm64'],
      { platforms: ['linux/amd64', 'linux/arm64'] },
    ],
    [['--target', 'final'], { target: 'final' }],
    [
      ['--build-arg', 'A=1,2', '--build-arg', 'B=x "y"\nz', '--build-arg', 'C'],
      { 'build-args': ['A=1,2', 'B=x "y"\nz', 'C'] },
    ],
    [['--build-context', 'n=docker-image://a'], { 'build-contexts': ['n=docker-image://a'] }],
    [['--cache-from', 'type=registry,ref=a'], { 'cache-from': ['type=registry,ref=a'] }],
    [['--cache-to', 'type=local,dest=d'], { 'cache-to': ['type=local,dest=d'] }],
    [['--no-cache'], { 'no-cache': true }],
    [['--no-cache-filter', 'one'], { 'no-cache-filters': ['one'] }],
    [['--pull'], { pull: true }],
    [['--push'], { push: true }],
    [['--load'], { load: true }],
    [['-o', 'type=local,dest=d', '--output', 'e'], { outputs: ['type=local,dest=d', 'e'] }],
    [['--secret', 'id=t,src=a b'], { 'secret-specs': ['id=t,src=a b'] }],
    [['--ssh', 'default'], { ssh: ['default'] }],
    [['--label', 'a=b'], { labels: ['a=b'] }],
    [['--annotation', 'a=b'], { annotations: ['a=b'] }],
    [['--network', 'host'], { network: 'host' }],
    [['--add-host', 'a:1.2.3.4'], { 'add-hosts': ['a:1.2.3.4'] }],
    [['--allow', 'network.host'], { allow: ['network.host'] }],
    [['--attest', 'type=sbom'], { attests: ['type=sbom'] }],
    [['--provenance', 'false'], { provenance: 'false' }],
    [['--provenance=mode=max'], { provenance: 'mode=max' }],
    [['--sbom', 'true'], { sbom: 'true' }],
    [['--shm-size', '2g'], { 'shm-size': '2g' }],
    [['--ulimit', 'nofile=1:2'], { ulimit: ['nofile=1:2'] }],
    [['--cgroup-parent', 'p'], { 'cgroup-parent': 'p' }],
    [['--call', 'build'], { call: 'build' }],
    [['--builder', 'b'], { builder: 'b' }],
    [['--no-inline-cache'], { 'inline-cache': false }],
  ];

  it.each(table)('%j gives the inputs', (args, inputs) => {
    expect(buildOf(...args).inputs).toEqual(buildInputs(inputs));
  });

  it('has a case above for each flag of a build', () => {
    const tried = table.flatMap(([args]) => args.map(arg => arg.replace(/=.*/, '')));
    const untried = flagsOf('fix').filter(forms => !forms.some(form => tried.includes(form)));
    const own = [
      ...[
        '--title',
        '--prove',
        '--fix-check',
        '--only',
        '--interactive',
        '--dry-run',
        '--config',
        '--json',
        '--html',
        '--no-html-source',
        '--engine-store',
        '--scan-cache-size',
        '--layer-cache-size',
      ],
      ...['--quiet', '--no-color', '--debug'],
    ];
    expect(untried.map(forms => forms.at(-1))).toEqual(own);
  });

  it('takes all of it at once, and the rest of its own', () => {
    const args = ['a', '--against', 'main', '--json', 'j', '--snapshot', 's', '--max-size', '1MB'];
    expect(invocationOf('build', ...args)).toMatchObject({
      request: {
        baseline: { kind: 'rebuild', commit: { kind: 'explicit', ref: 'main' } },
        inputs: { context: 'a' },
      },
      options: {
        budgets: [{ name: 'max-size', warn: null, fail: { value: 1e6, unit: 'bytes' } }],
        json: 'j',
        markdown: null,
        snapshot: 's',
        prove: false,
      },
    });
    expect(buildOf().baseline).toBeNull();
    expect(invocationOf('build', '--prove').options.prove).toBe(true);
  });

  it('takes a base from files and from registries', () => {
    expect(buildOf('--baseline-file', 'a.json', '--baseline-file', 'b.json').baseline).toEqual({
      ...{ kind: 'file', paths: ['a.json', 'b.json'], required: true },
    });
    const template = 'ghcr.io/octo/app:{sha}';
    expect(buildOf('--baseline-image', template, '--against', 'main').baseline).toEqual({
      ...{ kind: 'registry', commit: { kind: 'explicit', ref: 'main' }, branch: null, template },
    });
    expect(buildOf('--baseline-image', 'app:latest').baseline).toMatchObject({ commit: null });
    for (const other of ['--against', '--baseline-image']) {
      expect(() => buildOf('--baseline-file', 'a.json', other, 'main')).toThrow(/name two bases/);
    }
  });
});

describe('deadweight squash', () => {
  it('takes layers, a target and how layers are packed', () => {
    const layers = ['--layers', '1..3', '--layers', '5..9'];
    const target = ['-o', 'oci:dir:ref', '--compression', 'zstd:19', '--beside', 'a', '--beside', 'b'];
    expect(invocationOf('squash', 'app:1', ...layers, ...target)).toMatchObject({
      request: { command: 'squash', reference: 'app:1' },
      options: {
        layers: ['1..3', '5..9'],
        'squash-output': 'oci:dir:ref',
        'squash-compression': { type: 'zstd', level: 19 },
        beside: ['a', 'b'],
        'dry-run': false,
      },
    });
    expect(
      invocationOf('squash', 'app:1', '--last', '4', '-t', 'app:2', '--dry-run', '--compression', 'none')
        .options,
    ).toMatchObject({
      last: 4,
      'squash-tag': 'app:2',
      'squash-compression': { type: 'none', level: null },
      'dry-run': true,
    });
    expect(
      invocationOf('squash', 'app:1', '--above', 'debian', '--platform', 'linux/arm64').options,
    ).toMatchObject({
      above: 'debian',
      platform: { os: 'linux', architecture: 'arm64' },
      layers: [],
      last: null,
    });
  });

  it.each([
    [['--last', 'x'], /"x", which is invalid/],
    [['--compression', 'gzip:10'], /"gzip:10", which is invalid/],
    [['--compression', 'xz'], /The option --compression is "xz", which is invalid/],
    [['--compression', 'none:1'], /"none:1", which is invalid/],
    [['--tag', 'a', '-t', 'b'], /The option --tag is given twice: "a" and "b"/],
    [['-o', 'oci:a', '-o', 'oci:b'], /The option --output is given twice: "oci:a" and "oci:b"/],
    [['--max-size', '1MB'], /--max-size/],
  ])('refuses %j', (args, message) => {
    expect(() => invocationOf('squash', 'app:1', ...args)).toThrow(message);
  });

  it('takes ranges of a build in one text and in several', () => {
    const wanted = { kind: 'ranges', texts: ['1..3', '5..6', '8..9'] };
    const args = ['--squash', '1..3,5..6', '--squash', '8..9'];
    expect(invocationOf('build', ...args, '.').options.squash).toEqual(wanted);
    expect(() => invocationOf('build', '--squash', 'own', '--squash', '1..2', '.')).toThrow(
      /The option --squash is "own, 1..2", which is invalid/,
    );
  });
});

describe('trend', () => {
  it('is of one image or of all, of a branch or of files', () => {
    expect(invocationOf('trend')).toMatchObject({
      request: { command: 'trend', image: null },
      options: { 'history-branch': 'deadweight-history', 'history-path': null, badge: null },
    });
    expect(
      invocationOf('trend', 'app', '--history', 'x.ndjson', '--badge', 'b.svg', '--history-branch', 'a/b'),
    ).toMatchObject({
      request: { command: 'trend', image: 'app' },
      options: { 'history-branch': 'a/b', 'history-path': 'x.ndjson', badge: 'b.svg' },
    });
  });

  it.each([
    [['--history-branch', '-x'], /The option --history-branch is "-x", which is invalid/],
    [['--history-branch', 'a..b'], /is "a..b", which is invalid/],
    [['--history-branch', ''], /The option --history-branch is "", which is invalid/],
    [['--badge', '-', '--json', '-'], /Only one report can go to standard output/],
  ])('refuses %j', (args, message) => {
    expect(() => invocationOf('trend', ...args)).toThrow(message);
  });
});

describe('the command line', () => {
  it('inspects and compares', () => {
    const args = ['--verify', '--base', 'debian', '--platform', 'linux/arm64', '--no-findings'];
    expect(invocationOf('inspect', 'oci:x', ...args)).toMatchObject({
      request: { command: 'inspect', reference: 'oci:x' },
      options: {
        base: 'debian',
        verify: true,
        findings: false,
        platform: { os: 'linux', architecture: 'arm64' },
      },
    });
    expect(invocationOf('inspect', 'oci:x').options).toMatchObject({
      base: null,
      verify: false,
      findings: true,
      platform: null,
    });
    expect(invocationOf('diff', 'a', 'b').request).toMatchObject({
      command: 'diff',
      baseline: 'a',
      head: 'b',
    });
  });

  it('reads a request to fix', () => {
    const inputs = { context: 'ctx', file: 'D', target: 'app' };
    expect(invocationOf('fix', 'ctx', '-f', 'D', '--target', 'app')).toMatchObject({
      request: { command: 'fix', inputs },
      options: { title: null, prove: false, 'dry-run': false, json: null },
    });
    const args = ['--prove', '--dry-run', '--json', '-', '--title', 'T'];
    expect(invocationOf('fix', ...args)).toMatchObject({
      request: { inputs: { context: '.' } },
      options: { title: 'T', prove: true, 'dry-run': true, json: '-' },
    });
  });

  it('reads a request to show or clear what is kept', () => {
    expect(invocationOf('cache')).toMatchObject({
      request: { command: 'cache' },
      options: { clear: false, json: null, 'scan-cache-size': null },
    });
    expect(invocationOf('cache', '--clear', '--scan-cache-size', '250MB').options).toMatchObject({
      clear: true,
      'scan-cache-size': 250e6,
    });
  });

  it('takes settings', () => {
    const { options } = invocationOf(
      ...['inspect', 'x', '-q', '--no-color', '--debug', '--config', 'c.yml', '--title', 'T'],
      ...['--max-layers', '3', '--max-compressed-size', '1MB', '--max-own-size', '2MB'],
      ...['--max-layer-size', '3MB', '--max-size-increase', '5%', '--min-efficiency', '95%'],
      ...['--max-wasted', 'warn 4MB, fail 5MB'],
    );
    const at = (value: number, unit = 'bytes') => ({ value, unit });
    expect(options).toMatchObject({ config: 'c.yml', title: 'T', 'dive-ci': null });
    expect(options).toMatchObject({ quiet: true, color: false, debug: true });
    expect(options.budgets).toEqual([
      { name: 'max-layers', warn: null, fail: at(3, 'layers') },
      { name: 'max-compressed-size', warn: null, fail: at(1e6) },
      { name: 'max-own-size', warn: null, fail: at(2e6) },
      { name: 'max-layer-size', warn: null, fail: at(3e6) },
      { name: 'max-size-increase', warn: null, fail: at(0.05, 'ratio') },
      { name: 'min-efficiency', warn: null, fail: at(0.95, 'ratio') },
      { name: 'max-wasted', warn: at(4e6), fail: at(5e6) },
    ]);
  });

  it.each([
    [[], null],
    [['--dive-ci', 'd'], 'd'],
    [['--no-dive-ci'], false],
    [['--no-dive-ci', '--dive-ci', 'd'], 'd'],
  ])('reads the rules of dive with %j', (args, expected) => {
    expect(invocationOf('inspect', 'x', ...args).options['dive-ci']).toBe(expected);
  });

  it('refuses an option that is no limit, without naming a file', () => {
    expect(() => parseArguments(['inspect', 'x', '--max-size', 'warn 1MB, 2MB'], '1.2.3')).toThrow(
      expect.objectContaining({
        code: 'config-invalid',
        message: 'The budget max-size is "warn 1MB, 2MB", which is invalid.',
      }),
    );
  });

  it.each([
    [['bild'], /^Unknown command 'bild' .*build\?/],
    [['build', '--tga', 'x'], /^Unknown option '--tga' .*--tag\?/],
    [['inspect', 'x', '--max-sizes', '1'], /--max-size\?/],
    [['inspect', 'x', '--bogus'], /^Unknown option '--bogus'\.$/],
    [['inspect'], /[Mm]issing .*argument 'image'/],
    [['diff', 'a'], /[Mm]issing .*argument 'head'/],
    [['inspect', 'a', 'b'], /weighs one image, and 2 are named/],
    [['inspect', 'a', 'b', '--shared', '--markdown', 'x.md'], /^What images share .* not to x\.md/],
    [['inspect', '-', '-', '--shared'], /given twice/],
    [
      ['inspect', 'x', '--files', 'a.ndjson', '--files', 'b.csv'],
      /--files is given twice: "a\.ndjson" and "b\.csv"/,
    ],
    [['inspect', 'x', '--json', 'a', '--json=a'], /The option --json is given twice/],
    [['diff', 'x', 'y', '--html', 'a', '--html', '-'], /The option --html is given twice/],
    [['build', '--markdown', 'a', '--markdown', 'b'], /The option --markdown is given twice/],
    [['build', '--snapshot', 'a', '--snapshot', 'b'], /The option --snapshot is given twice/],
    [['trend', '--badge', 'a', '--badge', 'b'], /The option --badge is given twice/],
    [['build', '--tag'], /argument missing/],
    [['inspect', 'x', '--platform', 'a/b/c/d'], /"a\/b\/c\/d" is not a platform/],
    [['inspect', 'x', '--json', '-', '--markdown', '-'], /^Only one report can go to standard output\.$/],
  ])('refuses %j', (args, message) => {
    expect(() => parseArguments(args, '1.2.3')).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: expect.stringMatching(message),
        remedy: expect.stringMatching(/\.$/),
      }),
    );
  });

  it.each(['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'])('takes %s for standard output', path => {
    expect(invocationOf('inspect', 'x', '--html', path).options.html).toBe('-');
    expect(invocationOf('inspect', 'x', '--files', path).options.files).toBe('-');
  });

  it.each([[['build', '--help']], [['help', 'build']]])('describes its options for %j', args => {
    const help = answerOf(...args);
    for (const form of flagsOf('build').flat()) expect(help).toContain(form);
  });

  it('prints help and version', () => {
    expect(answerOf('--version')).toBe('1.2.3\n');
    for (const text of [answerOf(), answerOf('--help'), answerOf('help')]) {
      expect(text).toMatch(/^Usage: deadweight/);
      expect(text).toContain('docker-archive:PATH');
    }
  });
});
