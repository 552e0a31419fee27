import { describe, expect, it } from 'vitest';
import { type BuildInputs, buildInputs } from '../../src/build/build-inputs.ts';
import { BUILD_OPTIONS } from '../../src/cli/build-options.ts';
import { type Invocation, PlainAnswer, parseArguments } from '../../src/cli/program.ts';
import type { BuildRequest, Request, Settings } from '../../src/run/config/request.ts';

function invocationOf(...args: readonly string[]): Invocation {
  const invocation = parseArguments(args, '1.2.3');
  if (invocation instanceof PlainAnswer) throw new Error(`only text: ${invocation.text}`);
  return invocation;
}

function buildOf(...args: readonly string[]): BuildRequest {
  const { request } = invocationOf('build', ...args);
  if (request.command !== 'build') throw new Error(`a request to ${request.command}`);
  return request;
}

function settingsOf(request: Request): Settings {
  if (request.command === 'fix') throw new Error('a fix has no settings');
  return request.settings;
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

  it('has a case above for each of its options', () => {
    const tried = table.flatMap(([args]) => args.map(arg => arg.replace(/=.*/, '')));
    for (const { flags } of BUILD_OPTIONS) {
      expect(tried.some(arg => flags.split(/[ ,]+/).includes(arg))).toBe(true);
    }
  });

  it('takes all of it at once, and the rest of its own', () => {
    const request = buildOf('a', '--against', 'main', '--json', 'j', '--snapshot', 's', '--max-size', '1MB');
    expect(request).toMatchObject({
      baseline: { kind: 'rebuild', commit: { kind: 'explicit', ref: 'main' } },
      inputs: { context: 'a' },
      settings: { budgets: { 'max-size': '1MB' }, output: { json: 'j', markdown: null, snapshot: 's' } },
    });
    expect(buildOf().baseline).toBeNull();
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

describe('the command line', () => {
  it('inspects and compares', () => {
    expect(
      invocationOf('inspect', 'oci:x', '--verify', '--base', 'debian', '--platform', 'linux/arm64').request,
    ).toMatchObject({
      ...{ command: 'inspect', reference: 'oci:x', base: 'debian', verify: true },
      settings: { platform: 'linux/arm64' },
    });
    expect(invocationOf('diff', 'a', 'b').request).toMatchObject({ command: 'diff', base: 'a', head: 'b' });
  });

  it('reads a request to fix', () => {
    const inputs = { context: 'ctx', file: 'D', target: 'app' };
    expect(invocationOf('fix', 'ctx', '-f', 'D', '--target', 'app').request).toMatchObject({
      ...{ command: 'fix', inputs, title: null, proves: false, writes: true, json: null },
    });
    const args = ['--prove', '--dry-run', '--json', '-', '--title', 'T'];
    expect(invocationOf('fix', ...args).request).toMatchObject({
      ...{ inputs: { context: '.' }, title: 'T', proves: true, writes: false, json: '-' },
    });
  });

  it('takes settings', () => {
    const { request, quiet, color, debug } = invocationOf(
      ...['inspect', 'x', '-q', '--no-color', '--debug', '--config', 'c.yml', '--title', 'T'],
      ...['--max-layers', '3', '--max-compressed-size', '1MB', '--max-own-size', '2MB'],
      ...['--max-layer-size', '3MB', '--max-size-increase', '5%', '--min-efficiency', '95%'],
      ...['--max-wasted', 'warn 4MB, fail 5MB'],
    );
    expect({ quiet, color, debug }).toEqual({ quiet: true, color: false, debug: true });
    expect(settingsOf(request)).toMatchObject({
      ...{ config: 'c.yml', title: 'T', diveCi: null },
      budgets: {
        ...{ 'max-layers': '3', 'max-compressed-size': '1MB', 'max-own-size': '2MB' },
        ...{ 'max-layer-size': '3MB', 'max-size-increase': '5%', 'min-efficiency': '95%' },
        'max-wasted': 'warn 4MB, fail 5MB',
      },
    });
  });

  it.each([
    [[], null],
    [['--dive-ci', 'd'], 'd'],
    [['--no-dive-ci'], false],
  ])('reads the rules of dive with %j', (args, expected) => {
    expect(settingsOf(invocationOf('inspect', 'x', ...args).request).diveCi).toBe(expected);
  });

  it.each([
    [['bild'], /^Unknown command 'bild' .*build\?/],
    [['build', '--tga', 'x'], /^Unknown option '--tga' .*--tag\?/],
    [['inspect', 'x', '--max-sizes', '1'], /--max-size\?/],
    [['inspect', 'x', '--bogus'], /^Unknown option '--bogus'\.$/],
    [['inspect'], /[Mm]issing .*argument 'image'/],
    [['diff', 'a'], /[Mm]issing .*argument 'head'/],
    [['inspect', 'a', 'b'], /[Tt]oo many arguments/],
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

  it.each([[['build', '--help']], [['help', 'build']]])('describes its options for %j', args => {
    const help = answerOf(...args);
    for (const { flags } of BUILD_OPTIONS) expect(help).toContain(flags);
    for (const option of ['--against', '--max-size', '--json', '--no-inline-cache']) {
      expect(help).toContain(option);
    }
  });

  it('prints help and version', () => {
    expect(answerOf('--version')).toBe('1.2.3\n');
    for (const text of [answerOf(), answerOf('--help'), answerOf('help')]) {
      expect(text).toMatch(/^Usage: deadweight/);
      expect(text).toContain('docker-archive:PATH');
    }
  });
});
