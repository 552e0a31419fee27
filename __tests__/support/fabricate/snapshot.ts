import type { Snapshot } from '../../../src/compare/snapshot.ts';
import { createSnapshot } from '../../../src/compare/snapshot-of.ts';
import { fabricate } from './analysis.ts';
import { type DpkgPackages, dpkgLists, dpkgStatus } from './dpkg.ts';

const INSTALLED: DpkgPackages = { libc6: ['2.36-9', 'usr/lib/libc.so.6'] };

/** A snapshot of two layers by the real code: Debian with one package, and two files copied onto it. */
export function fakeSnapshot(commit: string | null, platform: `linux/${string}` = 'linux/amd64'): Snapshot {
  const layers = [
    {
      base: true,
      text: 'FROM debian:bookworm',
      files: { 'usr/lib/libc.so.6': 60, 'etc/issue': 40 },
      texts: { ...dpkgStatus(INSTALLED), ...dpkgLists(INSTALLED) },
    },
    { text: 'COPY a b /', line: 2, files: { a: 20, b: 10 } },
  ] as const;
  const architecture = platform.slice('linux/'.length);
  return createSnapshot(fabricate(layers, { reference: 'app', architecture }), commit);
}

/** A commit id that is easy to tell apart. */
export function fakeCommit(number: number): string {
  return number.toString(16).padStart(40, '0');
}
