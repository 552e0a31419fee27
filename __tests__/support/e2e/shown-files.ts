import { createHash } from 'node:crypto';
import { readTarStream } from '../../../src/tar/tar-parser.ts';
import { chunked } from '../../tar/collect.ts';
import { askEngine, downloadTar } from './engine-api.ts';

/** What the engine itself puts into a container. */
const OF_ENGINE = /^(?:\.dockerenv|dev|proc|sys|etc\/(?:hosts|hostname|resolv\.conf|mtab))(?:\/|$)/;

/** Seconds since the epoch: no made-up layer has a later time. */
const BEGUN = 1_750_000_000;

/**
 * What a container of an image shows, as the kernel mounts its layers: each path with its kind, mode, owner, time
 * and content, and of several names of one file which it is. The time of folders that the engine itself writes to is left out.
 */
export async function shownFiles(host: string, image: string): Promise<readonly string[]> {
  const made = await askEngine(
    host,
    'POST',
    '/containers/create',
    Buffer.from(JSON.stringify({ Image: image, Cmd: ['none'] })),
    'application/json',
  );
  const { Id: id }: { Id: string } = JSON.parse(made);
  try {
    const tar = await downloadTar(host, `/containers/${id}/export`);
    const lines: string[] = [];
    await readTarStream(chunked(tar, [65_536]), {
      entry({ path, kind, mode, uid, gid, mtime, size, linkname }) {
        const clean = path.replace(/\/$/, '');
        if (OF_ENGINE.test(clean)) return undefined;
        // A folder that no layer names has the time of when it was made.
        const isMade = kind === 'directory' && (mtime === 0 || mtime > BEGUN);
        const time = isMade || clean === 'etc' || clean === '' ? '' : Math.floor(mtime);
        const line = [clean, kind, mode.toString(8), uid, gid, time, size, linkname].join(' ');
        if (kind !== 'file') {
          lines.push(line);
          return undefined;
        }
        const hash = createHash('sha256');
        return {
          write: chunk => void hash.update(chunk),
          end: () => void lines.push(`${line} ${hash.digest('hex')}`),
        };
      },
    });
    return lines.sort();
  } finally {
    await askEngine(host, 'DELETE', `/containers/${id}?force=1`);
  }
}
