import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { readInputFile } from '../../src/base/input-file.ts';
import { deadweight, expectRefusal } from '../support/e2e/command-line.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { blobPath, ociLayout, writeFiles } from '../support/fabricate/oci-layout.ts';
import { folderOf } from '../support/folder.ts';
import { times } from '../support/long.ts';

/** Each case starts a Node of its own, which is killed after 30 seconds. */
vi.setConfig({ testTimeout: 60_000 });

type Special = 'pipe' | 'device' | 'null device';

async function putSpecial(path: string, kind: Special): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  if (kind === 'pipe') execFileSync('mkfifo', [path]);
  else await symlink(kind === 'device' ? '/dev/zero' : '/dev/null', path);
}

const image = await fabricateImage({
  tags: ['app:1'],
  steps: [{ createdBy: 'RUN make # buildkit', layer: { 'app/out': file(900) } }],
});
const layer = image.layers[0];
const contextId = createHash('sha256').update('other').digest('hex');

interface Input {
  readonly name: string;
  readonly path: string;
  readonly args: readonly string[];
  readonly code: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Also there: an OCI layout. */
  readonly hasLayout?: true;
}

const LAYOUT = ['inspect', 'oci:layout'];
const FIX = ['fix', '--prove'];

/** Every file that a user, an image or a repository names. */
const INPUTS: readonly Input[] = [
  { name: 'an archive', path: 'x', args: ['inspect', 'docker-archive:x'], code: 4 },
  { name: 'an archive of a layout', path: 'x', args: ['inspect', 'oci-archive:x'], code: 4 },
  { name: 'a layout', path: 'x', args: ['inspect', 'oci:x'], code: 4 },
  { name: 'the mark of a layout', path: 'layout/oci-layout', args: LAYOUT, code: 4, hasLayout: true },
  { name: 'the index of a layout', path: 'layout/index.json', args: LAYOUT, code: 4, hasLayout: true },
  {
    name: 'a manifest',
    path: `layout/${blobPath(image.manifest)}`,
    args: LAYOUT,
    code: 4,
    hasLayout: true,
  },
  {
    name: 'a layer',
    path: `layout/${layer === undefined ? '' : blobPath(layer)}`,
    args: LAYOUT,
    code: 4,
    hasLayout: true,
  },
  { name: 'a configuration', path: 'x', args: [...LAYOUT, '--config', 'x'], code: 2, hasLayout: true },
  { name: 'the configuration', path: '.deadweight.yml', args: LAYOUT, code: 2, hasLayout: true },
  { name: 'rules of dive', path: 'x', args: [...LAYOUT, '--dive-ci', 'x'], code: 2, hasLayout: true },
  { name: 'the rules of dive', path: '.dive-ci', args: LAYOUT, code: 2, hasLayout: true },
  { name: 'a snapshot', path: 'x.json', args: ['diff', 'x.json', 'x.json'], code: 4 },
  { name: 'a Dockerfile', path: 'x', args: ['build', '-f', 'x'], code: 2 },
  { name: 'the Dockerfile', path: 'Dockerfile', args: FIX, code: 2 },
  { name: 'an ignore file', path: '.dockerignore', args: FIX, code: 4 },
  {
    name: "Docker's configuration",
    path: 'docker/config.json',
    args: ['inspect', 'app:1'],
    code: 4,
    env: { DOCKER_CONFIG: 'docker' },
  },
  {
    name: "an engine's context",
    path: `docker/contexts/meta/${contextId}/meta.json`,
    args: ['inspect', 'app:1'],
    code: 4,
    env: { DOCKER_CONFIG: 'docker', DOCKER_CONTEXT: 'other' },
  },
  {
    name: "an engine's certificate",
    path: 'certificates/ca.pem',
    args: ['inspect', 'app:1'],
    code: 4,
    env: {
      DOCKER_HOST: 'tcp://127.0.0.1:1',
      DOCKER_TLS_VERIFY: '1',
      DOCKER_CERT_PATH: 'certificates',
    },
  },
];

async function run({ path, args, env = {}, hasLayout }: Input, kind: Special) {
  const cwd = await folderOf({ Dockerfile: 'FROM scratch\n' });
  if (hasLayout) await writeFiles(join(cwd, 'layout'), ociLayout([image]));
  await putSpecial(join(cwd, path), kind);
  return deadweight(args, { cwd, env, timeout: 30_000 });
}

/** All of them in the long run, and each n-th every day: that files are opened in one place is checked below. */
function someOf(nth: number): readonly Input[] {
  return INPUTS.filter((_input, index) => index % times(nth, 1) === 0);
}

describe.concurrent('what is named as an input', () => {
  it.each(someOf(3))('$name that is a pipe is refused at once', async input => {
    expectRefusal(await run(input, 'pipe'), input.code, /./, /\n[A-Z][^\n]*\.\n$/);
  });

  it.each(someOf(9))('$name that is a device is refused at once', async input => {
    expectRefusal(await run(input, 'device'), input.code, /./, /\n[A-Z][^\n]*\.\n$/);
  });

  it.each(someOf(9))('$name that is the null device ends at once', async input => {
    const { code, stderr } = await run(input, 'null device');
    expect([0, 2, 3, 4]).toContain(code);
    expect(stderr).not.toContain('has a bug');
  });
});

describe('a file that is read', () => {
  const read = async (kind: Special) => {
    const path = join(await folderOf(), 'x');
    await putSpecial(path, kind);
    return () => readInputFile(path, { maxBytes: 100 }).toString('utf8');
  };

  it('is empty when it is the null device', async () => {
    expect((await read('null device'))()).toBe('');
  });

  it('is told by its kind when it is none', async () => {
    expect(await read('pipe')).toThrow(/it is a pipe/);
    expect(await read('device')).toThrow(/it is a device/);
    const folder = await folderOf();
    expect(() => readInputFile(folder, { maxBytes: 100 })).toThrow(/it is a directory/);
    const socket = createServer().listen(join(folder, 'socket'));
    await new Promise(listening => socket.once('listening', listening));
    expect(() => readInputFile(join(folder, 'socket'), { maxBytes: 100 })).toThrow(/it is a socket/);
    socket.close();
  });

  it('has a bound, also where the system tells no size', async () => {
    const folder = await folderOf({ large: Buffer.alloc(101), full: Buffer.alloc(100) });
    expect(() => readInputFile(join(folder, 'large'), { maxBytes: 100 })).toThrow(
      /101 bytes, and at most 100/,
    );
    expect(readInputFile(join(folder, 'full'), { maxBytes: 100 })).toHaveLength(100);
    expect(() => readInputFile('/proc/self/maps', { maxBytes: 100 })).toThrow(/at most 100/);
    expect(readInputFile('/proc/self/stat', { maxBytes: 10_000 }).length).toBeGreaterThan(10);
  });

  it('is opened in one place', async () => {
    const root = join(import.meta.dirname, '../../src');
    const paths = await readdir(root, { recursive: true });
    const openers: string[] = [];
    for (const path of paths.filter(each => each.endsWith('.ts'))) {
      const text = await readFile(join(root, path), 'utf8');
      if (/\b(?:readFile|readFileSync|open|openSync|createReadStream)\b[^;]*\} from 'node:fs/.test(text)) {
        openers.push(path);
      }
    }
    // The last three write.
    expect(openers.sort()).toEqual([
      'base/input-file.ts',
      'image/targets/partial-file.ts',
      'run/explore/extract-file.ts',
      'run/publish/output-pipe.ts',
    ]);
  });
});
