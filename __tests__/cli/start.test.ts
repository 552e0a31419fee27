import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'acorn';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { inherited } from '../support/e2e/child-process.ts';
import { folderOf } from '../support/folder.ts';

const CLI = join(import.meta.dirname, '../../src/cli');

/** What the build makes of the start. */
const START = ts.transpileModule(readFileSync(join(CLI, 'index.cts'), 'utf8'), {
  fileName: 'index.cts',
  compilerOptions: { target: ts.ScriptTarget.ES2024, module: ts.ModuleKind.NodeNext },
}).outputText;

/** Prints the directory of the compile cache, null without one. */
const MAIN = `console.log(JSON.stringify(require('node:module').getCompileCacheDir() ?? null));`;

interface Started {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the start before a program that prints where its compile cache is. @param version what Node says it is */
async function start(env: Readonly<Record<string, string>>, version?: string): Promise<Started> {
  const folder = await folderOf();
  const files = {
    'package.json': '{"type":"commonjs"}',
    'index.js': START,
    'main.js': MAIN,
    'version.js':
      version === undefined
        ? ''
        : `Object.defineProperty(process, 'version', { value: 'v${version}' });
           Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const args = ['--require', join(folder, 'version.js'), join(folder, 'index.js')];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    env: { ...inherited('PATH', 'TMPDIR'), HOME: folder, ...env },
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

function compileCacheOf({ stdout }: Started): unknown {
  return JSON.parse(stdout);
}

describe('the version of Node', () => {
  it('is told by a file that a parser of ECMAScript 5 takes', () => {
    expect(() => parse(START, { ecmaVersion: 5, sourceType: 'script', allowHashBang: true })).not.toThrow();
    expect(START).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it.each([
    ['0.12.18', '22.15'],
    ['4.9.1', '22.15'],
    ['20.20.2', '22.15'],
    ['22.14.9', '22.15'],
    ['23.7.0', '23.8'],
  ])('%s is refused in plain words', async (version, needed) => {
    expect(await start({ DEADWEIGHT_CACHE_DIR: '' }, version)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        `deadweight: This is Node v${version}, and Deadweight needs Node ${needed} or newer.\n` +
        'Install a newer Node: https://nodejs.org\n',
    });
  });

  it.each(['22.15.0', '22.20.1', '23.8.0', '24.0.0', '100.0.0'])('%s will do', async version => {
    expect(await start({ DEADWEIGHT_CACHE_DIR: '' }, version)).toEqual({
      code: 0,
      stdout: 'null\n',
      stderr: '',
    });
  });
});

describe('the compile cache', () => {
  it('is beside the scans, for the user alone', async () => {
    const cache = join(await folderOf(), 'a', 'cache');
    const started = await start({ DEADWEIGHT_CACHE_DIR: cache });
    expect(compileCacheOf(started)).toMatch(new RegExp(`^${cache}/compiled/`));
    expect(readdirSync(join(cache, 'compiled'))).toHaveLength(1);
    expect(compileCacheOf(await start({ XDG_CACHE_HOME: cache }))).toMatch(
      new RegExp(`^${cache}/deadweight/compiled/`),
    );
  });

  it('is none where nothing is kept, or where Node is told so', async () => {
    expect(compileCacheOf(await start({ DEADWEIGHT_CACHE_DIR: '' }))).toBeNull();
    const cache = await folderOf();
    const told = await start({ DEADWEIGHT_CACHE_DIR: cache, NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(compileCacheOf(told)).toBeNull();
  });

  it('is where Node is told to have it', async () => {
    const [cache, own] = [await folderOf(), await folderOf()];
    const started = await start({ DEADWEIGHT_CACHE_DIR: cache, NODE_COMPILE_CACHE: own });
    expect(compileCacheOf(started)).toMatch(new RegExp(`^${own}/`));
  });

  it('is none where others could write, and nothing is said where it cannot be', async () => {
    const cache = await folderOf();
    mkdirSync(join(cache, 'compiled'));
    chmodSync(join(cache, 'compiled'), 0o777);
    expect(compileCacheOf(await start({ DEADWEIGHT_CACHE_DIR: cache }))).toBeNull();
    const file = join(cache, 'file');
    writeFileSync(file, '');
    const started = await start({ DEADWEIGHT_CACHE_DIR: file });
    expect(started).toEqual({ code: 0, stdout: 'null\n', stderr: '' });
  });
});

describe('the help and the version', () => {
  /** Prints what is loaded, by its address. */
  const LOADED = `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    process.on('exit', () => process.stderr.write(loaded.join('\\n')));
  `)}`;

  function loadedBy(...args: readonly string[]): readonly string[] {
    const { stderr, status } = spawnSync(
      process.execPath,
      ['--import', LOADED, join(CLI, 'main.ts'), ...args],
      {
        env: { ...inherited('PATH', 'TMPDIR'), HOME: '/nonexistent', DEADWEIGHT_CACHE_DIR: '' },
        encoding: 'utf8',
      },
    );
    expect(status, stderr).toBe(args.includes('docker-archive:/nonexistent.tar') ? 4 : 0);
    return stderr.split('\n').filter(line => line.startsWith('file:'));
  }

  function packagesIn(urls: readonly string[]): readonly string[] {
    const names = urls.flatMap(url => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []);
    return [...new Set(names)].sort();
  }

  it.each(['--version', '--help', 'inspect --help'])('load nothing that weighs (%s)', args => {
    const loaded = loadedBy(...args.split(' '));
    expect(packagesIn(loaded)).toEqual(['commander']);
    expect(
      loaded.filter(url => /\/src\/(?:layer|tar|analysis|findings|report|dockerfile)\//.test(url)),
    ).toEqual([]);
    expect(loaded.filter(url => /\/src\/image\/(?:sources|engine|registry|files)\//.test(url))).toEqual([]);
    expect(loaded.length).toBeLessThan(70);
  });

  it('are not how a command starts', () => {
    const loaded = loadedBy('inspect', 'docker-archive:/nonexistent.tar');
    expect(packagesIn(loaded)).toContain('zod');
    expect(loaded.some(url => url.endsWith('/image/sources/docker-archive.ts'))).toBe(true);
  });
});
