import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { changeFiles, folderOf } from '../folder.ts';

export interface HangingDocker {
  /** A PATH that finds it first. */
  readonly path: string;
  /** Whether its build has written down all that it was given, as BuildKit's metadata has build arguments, and hangs. */
  hangs(): boolean;
  /** Ends the build, which outlives who started it. */
  end(): void;
}

/** A program `docker` that answers, and whose build never ends. */
export async function hangingDocker(): Promise<HangingDocker> {
  const folder = await folderOf();
  const mark = join(folder, 'pid');
  const program = `#!/bin/sh
case "$1 $2" in
  'buildx version') echo 'github.com/docker/buildx v0.29.1 abc' ;;
  'buildx inspect') printf 'Name: default\\nDriver: docker\\n\\nNodes:\\nName: default\\nStatus: running\\n' ;;
  'info --format') echo '[["Backing Filesystem","extfs"]]null' ;;
  'buildx build')
    given="$* $(env)"
    while [ "$1" != --metadata-file ]; do shift; done
    echo "$given" >"$2"
    echo $$ >'${mark}.new' && mv '${mark}.new' '${mark}'
    exec sleep 60 ;;
  *) exit 64 ;;
esac
`;
  await changeFiles(folder, { docker: { program } });
  return {
    path: `${folder}:${process.env['PATH'] ?? ''}`,
    hangs: () => existsSync(mark),
    end: () => void process.kill(Number(readFileSync(mark, 'utf8')), 'SIGKILL'),
  };
}
