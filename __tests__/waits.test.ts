import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** A file that waits for somebody outside of the process. */
interface Wait {
  readonly for: string;
  /** On silence, in seconds; `null` where whoever is waited for does the user's own work, with the reason. */
  readonly bound: readonly number[] | { readonly none: string };
  /** Constants of the file (or of another) that have it, in milliseconds. */
  readonly limit?: RegExp;
  /** Where the limit is, when elsewhere. */
  readonly in?: string;
  /** The test in which somebody accepts and says nothing. */
  readonly provenBy: string;
}

const WAITS: Readonly<Record<string, Wait>> = {
  'image/engine/engine-connection.ts': {
    for: 'an engine: connection, ping, silence before it is pinged, answer, image to be packed, middle of an answer',
    bound: [30, 60, 30, 600, 3600, 120],
    limit: /(?:connect|silence|ping|answer|image|idle): ([\d_]+),/g,
    provenBy: 'image/engine/silent-engine.test.ts',
  },
  'image/store/sudo-access.ts': {
    for: 'what reads files with sudo',
    bound: [30],
    limit: /MAX_WAIT = ([\d_]+)/g,
    provenBy: 'image/store/sudo-access.test.ts',
  },
  'image/store/sudo-script.ts': {
    for: 'the same, from the thread between',
    bound: [30],
    limit: /MAX_WAIT = ([\d_]+)/g,
    in: 'image/store/sudo-access.ts',
    provenBy: 'image/store/sudo-access.test.ts',
  },
  'image/engine/ssh-tunnel.ts': {
    for: "ssh; the connection's own bounds hold for what is behind it",
    bound: [30],
    limit: /ConnectTimeout=(\d+)/g,
    provenBy: 'image/engine/silent-engine.test.ts',
  },
  'image/registry/registry-transport.ts': {
    for: 'a registry, its tokens and its proxy: head of an answer, silence, trickle; a blob to be stored or dropped',
    bound: [60, 60, 60, 600, 5],
    limit: /(?:head|idle|body|store|cancel): ([\d_]+),/g,
    in: 'image/registry/registry-limits.ts',
    provenBy: 'image/registry/registry-client.test.ts',
  },
  'image/registry/registry-agents.ts': {
    for: 'a proxy: as the request that goes through it',
    bound: [60, 60, 60],
    limit: /(?:head|idle|body): ([\d_]+),/g,
    in: 'image/registry/registry-limits.ts',
    provenBy: 'image/registry/registry-connection.test.ts',
  },
  'image/registry/socks-tunnel.ts': {
    for: 'a proxy of SOCKS 5',
    bound: [60],
    limit: /MAX_SILENCE = ([\d_]+)/g,
    provenBy: 'image/registry/registry-connection.test.ts',
  },
  'image/registry/credentials.ts': {
    for: 'a credential helper',
    bound: [60],
    limit: /MAX_HELPER_SILENCE = ([\d_]+)/g,
    provenBy: 'image/registry/credentials.test.ts',
  },
  'baseline/git/git.ts': {
    for: 'git and what it runs; of a remote that is silent it says so itself after ten seconds',
    bound: [1800],
    limit: /MAX_SILENCE = ([\d_]+)/g,
    provenBy: 'baseline/git/git-run.test.ts',
  },
  'baseline/git/file-times.ts': {
    for: 'cp, from one local folder to another',
    bound: { none: 'it waits for nothing but the disk' },
    provenBy: 'run/program-exec.test.ts',
  },
  'build/build-driver.ts': {
    for: 'docker: buildx inspect, info',
    bound: [120],
    limit: /MAX_DOCKER_SILENCE = ([\d_]+)/g,
    provenBy: 'build/build-driver.test.ts',
  },
  'build/build-metadata.ts': {
    for: 'docker buildx history',
    bound: [120],
    limit: /MAX_DOCKER_SILENCE = ([\d_]+)/g,
    in: 'build/build-driver.ts',
    provenBy: 'build/build-driver.test.ts',
  },
  'build/build-record.ts': {
    for: 'docker buildx history: the record of a build',
    bound: [600],
    limit: /MAX_EXPORT_SILENCE = ([\d_]+)/g,
    provenBy: 'run/program-exec.test.ts',
  },
  'action/environment.ts': {
    for: 'a program that run/program-exec.ts starts, without the inputs of the step',
    bound: { none: 'the limit is its caller’s' },
    provenBy: 'run/program-exec.test.ts',
  },
  'action/build-log.ts': {
    for: 'docker buildx version, inspect',
    bound: [120],
    limit: /MAX_DOCKER_SILENCE = ([\d_]+)/g,
    in: 'build/build-driver.ts',
    provenBy: 'run/program-exec.test.ts',
  },
  'run/call-pipeline.ts': {
    for: 'docker buildx build --call',
    bound: [600],
    limit: /MAX_CALL_SILENCE = ([\d_]+)/g,
    provenBy: 'run/program-exec.test.ts',
  },
  'tar/decompression-program.ts': {
    for: 'xz and bzip2',
    bound: [60],
    limit: /MAX_STALL = ([\d_]+)/g,
    provenBy: 'tar/decompression-program.test.ts',
  },
  'build/deferred-push.ts': {
    for: 'docker push',
    bound: [1800],
    limit: /MAX_PUSH_SILENCE = ([\d_]+)/g,
    provenBy: 'build/deferred-push.test.ts',
  },
  'build/run-build.ts': {
    for: 'docker buildx build',
    bound: { none: 'a RUN may work for hours without a word; the job has its own limit' },
    provenBy: 'e2e/interruption.test.ts',
  },
  'run/weigh/prepare-command.ts': {
    for: 'the command of prepare',
    bound: { none: "it is the user's own; it reads the end of its input at once" },
    provenBy: 'run/prepare-command.test.ts',
  },
  'run/program-exec.ts': {
    for: 'a program (the limit is its caller’s), and output that a daemon of it keeps open',
    bound: [10],
    limit: /MAX_AFTER_END = ([\d_]+)/g,
    provenBy: 'run/program-exec.test.ts',
  },
  'run/context-archive.ts': {
    for: 'tar, which unpacks a context from a file of the run',
    bound: [3600],
    limit: /MAX_TAR_SILENCE = ([\d_]+)/g,
    provenBy: 'run/program-exec.test.ts',
  },
  'run/standard-input.ts': {
    for: 'who writes an archive into standard input',
    bound: { none: '`docker save` packs an image for minutes before its first byte; a terminal is refused' },
    provenBy: 'cli/standard-input.test.ts',
  },
  'run/process-tree.ts': {
    for: 'programs that were told to end, and those that were killed: below two seconds together',
    bound: [1.2, 0.4],
    limit: /MAX_(?:END|KILL) = ([\d_]+)/g,
    provenBy: 'cli/interrupted-prepare.test.ts',
  },
  'cli/ask.ts': {
    for: 'who is asked whether to make a fix',
    bound: { none: 'people may think; without a terminal it is refused' },
    provenBy: 'cli/ask.test.ts',
  },
  'cli/explore-command-line.ts': {
    for: 'who presses keys',
    bound: { none: 'people may look as long as they like; without a terminal it is refused' },
    provenBy: 'cli/explore.test.ts',
  },
  'run/explore/editor.ts': {
    for: 'the editor of the user',
    bound: { none: 'people may take their time in it' },
    provenBy: 'cli/explore.test.ts',
  },
  'cli/run-invocation.ts': {
    for: 'who writes a Dockerfile or a context into standard input',
    bound: { none: 'the command before the pipe may take its time' },
    provenBy: 'cli/standard-input.test.ts',
  },
  'run/publish/output-pipe.ts': {
    for: 'who reads a named pipe that a report is written to',
    bound: [600],
    limit: /MAX_SILENCE = ([\d_]+)/g,
    provenBy: 'run/publish/output-pipe.test.ts',
  },
  'github/cache/actions-cache-store.ts': {
    for: 'the cache service, and the folder that jobs of one machine share',
    bound: [10],
    limit: /MAX_WAIT_MS = ([\d_]+)/g,
    provenBy: 'e2e/hanging-services.test.ts',
  },
  'github/cache/actions-scan-cache.ts': {
    for: 'the cache service, for scans of layers',
    bound: [10],
    limit: /MAX_WAIT_MS = ([\d_]+)/g,
    provenBy: 'github/cache/actions-scan-cache.test.ts',
  },
  'github/artifact/report-upload.ts': {
    for: 'the artifact service',
    bound: [10],
    limit: /MAX_WAIT = ([\d_]+)/g,
    provenBy: 'e2e/hanging-services.test.ts',
  },
  'github/octokit-client.ts': {
    for: "GitHub's API: all requests together that nobody answers",
    bound: [10],
    limit: /MAX_SILENCE = ([\d_]+)/g,
    provenBy: 'github/octokit-api.test.ts',
  },
  'github/bounded-request.ts': {
    for: "GitHub's API, the cache service and their storage",
    bound: [10],
    limit: /MAX_SILENCE = ([\d_]+)/g,
    provenBy: 'e2e/hanging-services.test.ts',
  },
  'layer/hash-thread.ts': {
    for: 'a thread of this process',
    bound: { none: 'what it does is finite, its failure is told, and it keeps no process alive' },
    provenBy: 'layer/hash-thread.test.ts',
  },
  'layer/tar-hash-thread.ts': {
    for: 'a thread of this process',
    bound: { none: 'what it does is finite, its failure is told, and it keeps no process alive' },
    provenBy: 'layer/tar-hash-thread.test.ts',
  },
  'layer/file-hash-thread.ts': {
    for: 'a thread of this process',
    bound: { none: 'what it does is finite, its failure is told, and it keeps no process alive' },
    provenBy: 'layer/file-hash-thread.test.ts',
  },
};

/** What waits: programs, connections, threads, pipes, standard input, and the clients that have those inside. */
const WAITING =
  /\bspawn(?:Sync)?\(|\bexecFile(?:Sync)?\(|exec\s*\.run\(|\bfetch\(|https?\(\)\.request\(|new HttpClient\(|\b(?:net|tls)\.connect\(|new Worker\(|Atomics\.wait\(|process\.stdin|new Socket\(|getOctokit\(|\bsaveCache\(|DefaultArtifactClient\(|\.attemptProgram\(|openSocksTunnel\(/;

const root = join(import.meta.dirname, '../src');
const read = (path: string): Promise<string> => readFile(join(root, path), 'utf8');
/** What is private to a class, as `#fetch(`, is its own. */
const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').replace(/#\w+\(/g, '');

it('every place that waits for somebody has a bound on silence, or a reason for none', async () => {
  const waiting: string[] = [];
  for await (const path of glob('**/*.ts', { cwd: root })) {
    if (WAITING.test(withoutComments(await read(path)))) waiting.push(path);
  }
  expect(waiting.toSorted()).toEqual(Object.keys(WAITS).toSorted());
});

it.each(Object.entries(WAITS))('%s', async (path, { bound, limit, in: elsewhere, provenBy }) => {
  await expect(readFile(join(import.meta.dirname, provenBy))).resolves.toBeDefined();
  if ('none' in bound) return;
  const text = await read(elsewhere ?? path);
  const found = [...text.matchAll(limit ?? /$^/g)].map(([, digits = '']) => Number(digits.replace(/_/g, '')));
  const inSeconds = path.endsWith('ssh-tunnel.ts') ? found : found.map(milliseconds => milliseconds / 1000);
  expect(inSeconds).toEqual(bound);
});
