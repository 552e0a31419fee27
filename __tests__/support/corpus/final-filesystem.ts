import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readTarStream } from '../../../src/tar/tar-parser.ts';

/** What is at each path: kind, mode, owner, link or hash of the content. No times: each build has its own. */
export type FinalFilesystem = ReadonlyMap<string, string>;

/** What dpkg lists of a package: `var/lib/dpkg/info/libssl3:amd64.list`. */
const PACKAGE_LIST = /^var\/lib\/dpkg\/info\/([^/:]+)(?::[^/]+)?\.list$/;

/** What dpkg runs when a package is installed. */
const INSTALL_SCRIPT = /^var\/lib\/dpkg\/info\/([^/:]+?)(?::[^/.]+)?\.(?:preinst|postinst|config)$/;

export interface ExportedImage {
  readonly files: FinalFilesystem;
  /** Paths of each Debian package. */
  readonly packages: ReadonlyMap<string, readonly string[]>;
  /** The texts of each Debian package's install scripts. */
  readonly scripts: ReadonlyMap<string, readonly string[]>;
}

/** Reads the tar of a final filesystem that `docker buildx build ARGS --output type=tar` writes. */
export async function exportFilesystem(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ExportedImage> {
  const child = spawn('docker', ['buildx', 'build', '--output', 'type=tar,dest=-', ...args], {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const closed = once(child, 'close');
  const image = await readFilesystem(child.stdout);
  const [code] = await closed;
  if (code !== 0) throw new Error(`docker buildx build: ${said.slice(-2000)}`);
  return image;
}

async function readFilesystem(chunks: AsyncIterable<Uint8Array>): Promise<ExportedImage> {
  const packages = new Map<string, readonly string[]>();
  const scripts = new Map<string, readonly string[]>();
  const files = new Map<string, string>();
  const links: (readonly [path: string, target: string])[] = [];
  await readTarStream(chunks, {
    entry({ path, kind, mode, uid, gid, linkname }) {
      const name = plain(path);
      const head = `${kind === 'hardlink' ? 'file' : kind} ${mode.toString(8)} ${uid}:${gid}`;
      if (kind === 'hardlink') links.push([name, plain(linkname)]);
      if (kind !== 'file') {
        files.set(name, kind === 'symlink' ? `${head} -> ${linkname}` : head);
        return undefined;
      }
      const hash = createHash('sha256');
      const [, listed] = PACKAGE_LIST.exec(name) ?? [];
      const [, installed] = INSTALL_SCRIPT.exec(name) ?? [];
      let text = '';
      return {
        write: chunk => {
          hash.update(chunk);
          if (listed !== undefined || installed !== undefined) text += Buffer.from(chunk).toString();
        },
        end: () => {
          files.set(name, `${head} ${hash.digest('hex')}`);
          if (listed !== undefined) packages.set(listed, text.split('\n').map(plain));
          if (installed !== undefined) scripts.set(installed, [...(scripts.get(installed) ?? []), text]);
        },
      };
    },
  });
  // A hard link is the file that it names.
  for (const [path, target] of links) files.set(path, files.get(target) ?? `a link to ${target}`);
  return { files, packages, scripts };
}

function plain(path: string): string {
  return path.replace(/^(?:\.?\/)+/, '').replace(/\/$/, '');
}

/** Paths that differ between two filesystems, in order. */
export function differences(one: FinalFilesystem, other: FinalFilesystem): readonly string[] {
  const paths = new Set([...one.keys(), ...other.keys()]);
  return [...paths].filter(path => one.get(path) !== other.get(path)).sort();
}
