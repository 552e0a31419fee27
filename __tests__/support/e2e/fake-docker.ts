import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { folderOf } from '../folder.ts';

export interface FakeDocker {
  /** What `docker buildx build` writes to its standard error. */
  readonly build: string;
  /** How it ends; 1 when absent. */
  readonly exitCode?: number;
  /** What `docker buildx inspect` says of the builder; the docker driver, running, when absent. */
  readonly inspect?: string;
}

const RUNNING = 'Name: default\nDriver: docker\n\nNodes:\nName: default\nStatus: running\n';

const CALLS = 'calls.txt';

/** The arguments of each call of it so far. */
export async function dockerCalls(path: string): Promise<readonly string[]> {
  const [folder = ''] = path.split(':');
  const text = await readFile(join(folder, CALLS), 'utf8');
  return text.split('\n').filter(line => line !== '');
}

/**
 * A program `docker` on the graph driver that answers, and builds nothing.
 * @returns a PATH that finds it first
 */
export async function fakeDocker({ build, exitCode = 1, inspect = RUNNING }: FakeDocker): Promise<string> {
  const folder = await folderOf({ 'build.txt': build, 'inspect.txt': inspect, [CALLS]: '' });
  const script = `#!/bin/sh
echo "$*" >> '${folder}/${CALLS}'
case "$1 $2" in
  'buildx version') echo 'github.com/docker/buildx v0.29.1 abc' ;;
  'buildx inspect') cat '${folder}/inspect.txt' ;;
  'info --format') echo '[["Backing Filesystem","extfs"]]null' ;;
  'buildx build') cat '${folder}/build.txt' >&2; exit ${exitCode} ;;
  *) echo "unexpected: $*" >&2; exit 64 ;;
esac
`;
  const program = join(folder, 'docker');
  await writeFile(program, script);
  await chmod(program, 0o755);
  return `${folder}:${process.env['PATH'] ?? ''}`;
}
