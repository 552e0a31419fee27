import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'acorn';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { inherited } from '../support/e2e/child-process.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
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
    expect(compileCacheOf(await start({ HOME: '', XDG_CACHE_HOME: '.cache' }))).toBeNull();
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

/** Prints what is loaded: modules by their address, and those of Node that are there at the end by their name. */
const LOADED = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  const loaded = [];
  registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
  process.on('exit', () => process.stderr.write('\\n' + [...loaded, ...process.moduleLoadList].join('\\n')));
`)}`;

interface Loaded {
  readonly code: number | null;
  /** Addresses of the project's own modules and of those of packages. */
  readonly modules: readonly string[];
  readonly packages: readonly string[];
  /** `http`, `net`: what Node itself needs is among them. */
  readonly builtins: readonly string[];
  /** `node:crypto`: what a module imports. */
  readonly imported: readonly string[];
}

function load(...args: readonly string[]): Loaded {
  const { stderr, status } = spawnSync(
    process.execPath,
    ['--import', LOADED, join(CLI, 'main.ts'), ...args],
    {
      env: { ...inherited('PATH', 'TMPDIR'), HOME: '/nonexistent', DEADWEIGHT_CACHE_DIR: '' },
      encoding: 'utf8',
    },
  );
  const lines = stderr.split('\n');
  const modules = lines.filter(line => line.startsWith('file:'));
  const packages = modules.flatMap(url => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []);
  return {
    code: status,
    modules,
    packages: [...new Set(packages)].sort(),
    builtins: lines.flatMap(line => /^NativeModule ([a-z_0-9]+)$/.exec(line)?.[1] ?? []),
    imported: lines.filter(line => line.startsWith('node:')),
  };
}

/** Clients of networks, TLS, and what the runner of programs brings along. */
const NETWORK = ['http', 'https', 'http2', 'tls', 'assert'];

describe('an answer without an image', () => {
  it.each([
    ['--version', 0],
    ['--help', 0],
    ['inspect --help', 0],
    ['inspect', 2],
    ['inspect app:1 --no-such-option', 2],
    ['inspect app:1 --max-size lots', 2],
    ['build --no-such-option', 2],
  ])('loads nothing that weighs (%s)', (args, code) => {
    const loaded = load(...args.split(' '));
    expect(loaded.code).toBe(code);
    expect(loaded.packages).toEqual(['commander']);
    const weighing = /\/src\/(?:layer|tar|analysis|findings|report|dockerfile|packages|savings|compare)\//;
    expect(loaded.modules.filter(url => weighing.test(url))).toEqual([]);
    const reading = /\/src\/image\/(?:sources|engine|registry|files)\//;
    expect(loaded.modules.filter(url => reading.test(url))).toEqual([]);
    expect(loaded.imported).not.toContain('node:crypto');
    expect(loaded.builtins.filter(name => NETWORK.includes(name))).toEqual([]);
    expect(loaded.modules.length).toBeLessThan(70);
  });
});

describe('the inspection of an archive', () => {
  it('loads no network, no other program and no tables of emoji', async () => {
    const image = await fabricateImage({ steps: [{ createdBy: 'COPY a /', layer: { a: file(10) } }] });
    const cwd = await folderOf({ 'app.tar': await dockerArchive([image]) });
    const loaded = load('inspect', `docker-archive:${join(cwd, 'app.tar')}`);
    expect(loaded.code).toBe(0);
    expect(loaded.modules.some(url => url.endsWith('/image/sources/docker-archive.ts'))).toBe(true);
    expect(loaded.builtins.filter(name => NETWORK.includes(name))).toEqual([]);
    expect(loaded.packages).toEqual([
      'commander',
      'diff',
      'dockerfile-ast',
      'get-east-asian-width',
      'vscode-languageserver-textdocument',
      'vscode-languageserver-types',
      'yaml',
      'zod',
    ]);
  });
});

describe('a schema', () => {
  const SRC = join(import.meta.dirname, '../../src');
  const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(path =>
    path.endsWith('.ts'),
  );

  /** Calls of zod that run when the module is loaded, each as it is written. */
  function madeAtOnce(path: string): readonly string[] {
    const source = ts.createSourceFile(
      path,
      readFileSync(join(SRC, path), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    const calls: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isFunctionLike(node)) return;
      if (ts.isCallExpression(node) && /^z\./.test(node.expression.getText())) calls.push(node.getText());
      ts.forEachChild(node, visit);
    };
    visit(source);
    return calls;
  }

  it('is made when it is used, not when its module is loaded', () => {
    expect(sources.length).toBeGreaterThan(400);
    expect(sources.flatMap(path => madeAtOnce(path).map(call => `${path}: ${call}`))).toEqual([]);
  });
});
