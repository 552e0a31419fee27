import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { COMMAND_LINE } from '../support/e2e/child-process.ts';
import { dockerArchive } from '../support/fabricate/docker-archive.ts';
import { fabricateImage } from '../support/fabricate/image.ts';
import { file } from '../support/fabricate/node.ts';
import { folderOf } from '../support/folder.ts';

/** Each case starts a Node of its own. */
vi.setConfig({ testTimeout: 60_000 });

let cwd: string;
beforeAll(async () => {
  cwd = await folderOf({
    'folder/.keep': '',
    'wrong.yml': 'budgets:\n  max-siz: 1MB\n',
    Dockerfile: 'FROM scratch\n',
  });
  const image = await fabricateImage({
    tags: ['app:1'],
    steps: [{ createdBy: 'ADD rootfs.tar / # buildkit', layer: { 'bin/sh': file(4000) } }],
  });
  await writeFile(join(cwd, 'app.tar'), await dockerArchive([image]));
  const files = Array.from({ length: 500 }, (_, number) => [`opt/${number}`, file(1)]);
  const many = await fabricateImage({
    tags: ['many:1'],
    steps: [{ createdBy: 'ADD rootfs.tar / # buildkit', layer: Object.fromEntries(files) }],
  });
  await writeFile(join(cwd, 'many.tar'), await dockerArchive([many]));
});

interface Ended {
  readonly code: number;
  readonly stderr: string;
}

/** Runs a line of a shell in which `dw` is the program, `app` an image and `many` one of many files. */
function shell(line: string): Promise<Ended> {
  const script = `dw() { "${process.execPath}" "${COMMAND_LINE}" "$@"; }; app=docker-archive:${cwd}/app.tar; many=docker-archive:${cwd}/many.tar; ${line}`;
  const env = {
    PATH: process.env['PATH'] ?? '',
    DOCKER_HOST: 'unix:///nonexistent/docker.sock',
    DOCKER_CONFIG: '/nonexistent',
    DEADWEIGHT_CACHE_DIR: '',
    HOME: '/nonexistent',
  };
  return new Promise(resolve => {
    const options = { cwd, env, timeout: 50_000 };
    const child = execFile('bash', ['-c', script], options, (_error, _stdout, stderr) => {
      resolve({ code: child.exitCode ?? -1, stderr });
    });
  });
}

const FULL = /^deadweight: The disk is full: standard output cannot be written\.\nFree some space/;
const BROKEN = 'inspect docker-archive:nope.tar';

describe.concurrent('the exit code, and the words', () => {
  it.each<readonly [name: string, line: string, code: number, words: RegExp]>([
    ['of inspect with standard output full', 'dw inspect $app > /dev/full', 4, FULL],
    ['of a report on a full standard output', 'dw inspect $app --json - > /dev/full', 4, FULL],
    ['of a list on a full standard output', 'dw inspect $app --files - > /dev/full', 4, FULL],
    [
      'of a list beyond the largest file',
      // A block has 1024 bytes; what Node compiles is in no file.
      'ulimit -f 1; dw diff $many $app --files - > list',
      4,
      /^deadweight: standard output cannot be written: it grew beyond .*\nSet a higher limit .*\.\n$/,
    ],
    // 1024 bytes of the page fit.
    [
      'of a page of which a part fits',
      'ulimit -f 1; dw inspect $app --html - > page',
      4,
      /^deadweight: .*standard output cannot be written/,
    ],
    [
      'of a report that is to be a folder',
      'dw inspect $app --json folder/',
      2,
      /folder\/ is the path of a folder/,
    ],
    ['of diff with standard output full', 'dw diff $app $app > /dev/full', 4, FULL],
    ['of cache with standard output full', 'dw cache > /dev/full', 4, FULL],
    ['of the help with standard output full', 'dw --help > /dev/full', 4, FULL],
    ['of the version with standard output full', 'dw --version > /dev/full', 4, FULL],
    ['of a budget with standard output full', 'dw inspect $app --max-layers 0 > /dev/full', 4, FULL],
    ['of a failure with standard error full', `dw ${BROKEN} 2> /dev/full`, 4, /^$/],
    ['of wrong usage with standard error full', 'dw inspect --nope 2> /dev/full', 2, /^$/],
    ['of a fine run with standard error full', 'dw inspect $app --debug > out 2> /dev/full', 0, /^$/],
    ['of a failure with all closed', `dw ${BROKEN} >&- 2>&-`, 4, /^$/],
    ['of a reader that left', 'set -o pipefail; dw inspect $app | head -1', 0, /^$/],
    ['of a reader of errors that left', `set -o pipefail; dw ${BROKEN} 2>&1 | true`, 4, /^$/],
    ['of a report where nothing can be made', 'dw inspect $app --json /proc/x/r.json', 4, /does not exist/],
    ['of a report that is a folder', 'dw inspect $app --json folder', 4, /it is a directory/],
    ['without a folder for temporary files', 'TMPDIR=/nope dw inspect $app', 4, /Point TMPDIR/],
    ['with a file for that folder', 'TMPDIR=$PWD/app.tar dw inspect $app', 4, /Point TMPDIR/],
    ['of a report over the archive', 'dw inspect $app --json ./app.tar', 2, /app\.tar is read, and a report/],
    [
      'of a snapshot over a base',
      'cp app.tar a.tar; dw diff ./a.tar $app --snapshot a.tar',
      2,
      /a\.tar is read/,
    ],
    [
      'of two reports in one file',
      'dw inspect $app --json r --markdown ./r',
      2,
      /Only one report can go to r\./,
    ],
    // As in a mount that was removed: Node itself tries for ever to make folders there.
    ['with scans where nothing can be made', 'DEADWEIGHT_CACHE_DIR=/proc/x dw inspect $app', 0, /^$/],
    ['of a cache where nothing can be made', 'DEADWEIGHT_CACHE_DIR=/proc/x dw cache', 0, /^$/],
    ['without HOME', 'unset HOME; dw inspect $app', 0, /^$/],
    ['with the working directory gone', 'mkdir g; cd g; rmdir ../g; dw inspect $app', 4, /directory is gone/],
    ['of a budget that fails', 'dw inspect $app --max-layers 0', 1, /^$/],
    [
      'of a misspelt budget',
      'dw inspect $app --config wrong.yml',
      2,
      /wrong\.yml:2: budgets\.max-siz is unknown.\n.*did you mean max-size\?/,
    ],
    ['of an option without its value', 'dw inspect $app --json', 2, /argument missing/],
    ['of a folder for an archive', 'dw inspect docker-archive:folder', 4, /it is a directory/],
    ['of a folder for a configuration', 'dw inspect $app --config folder', 2, /it is a directory/],
    ['of a snapshot that is not there', 'dw diff nope.json nope.json', 4, /no snapshot nope\.json/],
    ['of a build without docker', 'PATH=/nope dw build', 3, /Install Docker/],
    ['of a fix without docker', 'PATH=/nope dw fix --prove', 3, /Install Docker/],
    ['of a build without an engine', 'dw build', 3, /docker/i],
    ['of a build of nothing', 'dw build nope', 4, /not a directory/],
  ])('%s', async (_name, line, code, words) => {
    const ended = await shell(line);
    expect(ended.stderr).toMatch(words);
    expect(ended.stderr).not.toMatch(/\bat .*:\d+:\d+|has a bug/);
    expect(ended.code).toBe(code);
  });
});
