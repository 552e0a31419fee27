import type { Report } from '../../src/report/report.ts';
import type { LayerSpec } from '../support/fabricate/analysis.ts';
import { type DpkgPackages, dpkgLists, dpkgStatus, LIST_BYTES } from '../support/fabricate/dpkg.ts';
import {
  compressedTo,
  fabricateReport,
  filesIn,
  filled,
  type ReportSpec,
} from '../support/fabricate/report.ts';
import { ADD, COPY } from './reports.ts';

/** Bytes of Debian's packages, by name and version. */
type Packages = Readonly<Record<string, readonly [version: string, bytes: number]>>;

const OLD_BASE: Packages = {
  libc6: ['2.36-9+deb12u9', 12_000_000],
  tzdata: ['2024a-0+deb12u1', 3_000_000],
  'base-files': ['12.4+deb12u9', 300_000],
};
const NEW_BASE: Packages = {
  libc6: ['2.36-9+deb12u10', 12_310_000],
  tzdata: ['2025b-0+deb12u1', 3_040_000],
  'base-files': ['12.4+deb12u10', 300_000],
};
const NANO: Packages = { nano: ['7.2-1+deb12u1', 2_861_000] };
const VIM: Packages = {
  'vim-runtime': ['2:9.0.1378-2', 36_102_331],
  vim: ['2:9.0.1378-2', 3_811_020],
  'vim-common': ['2:9.0.1378-2', 1_120_044],
  libgpm2: ['1.20.7-10+b1', 60_020],
  libsodium23: ['1.0.18-1', 56_585],
  xxd: ['2:9.0.1378-2', 50_000],
  libacl1: ['2.3.1-3', 40_000],
  libselinux1: ['3.4-1+b6', 35_000],
  libtinfo6: ['6.4-4', 25_000],
};

/** What packages leave in the layer that installs them; the database is the last layer's. */
function packageFiles(packages: Packages, inDatabase: Packages = {}): Pick<LayerSpec, 'files' | 'texts'> {
  const paths = (some: Packages): DpkgPackages =>
    Object.fromEntries(Object.entries(some).map(([name, [version]]) => [name, [version, `usr/lib/${name}`]]));
  return {
    files: Object.fromEntries(
      Object.entries(packages).map(([name, [, bytes]]) => [`usr/lib/${name}`, bytes - LIST_BYTES]),
    ),
    texts: {
      ...dpkgLists(paths(packages)),
      ...(Object.keys(inDatabase).length === 0 ? {} : dpkgStatus(paths(inDatabase), 4096)),
    },
  };
}

/** A package was put into the line that installs, its Recommends came along, and the base image has fixes. */
export function installedSpec(): ReportSpec {
  const run = { line: 2, text: 'RUN apt-get update && apt-get install -y vim' };
  const debian = { base: true, createdBy: ADD, line: 1, text: 'FROM debian:bookworm' } as const;
  const fetched = {
    ...filesIn('var/lib/apt/lists/', 19_300_000),
    'var/lib/dpkg/available': 300_000,
    'var/log/dpkg.log': 61_000,
  };
  const newest = packageFiles(VIM, { ...NEW_BASE, ...VIM });
  const copy = { ...COPY, cache: 'executed', durationMs: 210 } as const;
  const leftPad = 'app/node_modules/left-pad/package.json';
  const manifest = JSON.stringify({ name: 'left-pad', version: '1.3.0' });
  const code = filesIn('app/', 3_400_000);
  const before: readonly LayerSpec[] = [
    filled(74_800_000, 'usr/lib/rest', { ...debian, ...packageFiles(OLD_BASE) }),
    filled(5_800_000, 'usr/bin/rest', {
      line: 2,
      text: 'RUN apt-get update && apt-get install -y nano',
      ...packageFiles(NANO, { ...OLD_BASE, ...NANO }),
    }),
    {
      ...copy,
      files: { ...code, 'app/node_modules/left-pad/index.js': 18_000 - manifest.length },
      texts: { [leftPad]: manifest },
    },
  ];
  const after: readonly LayerSpec[] = [
    filled(75_150_000, 'usr/lib/rest', { ...debian, ...packageFiles(NEW_BASE) }),
    filled(63_900_000, 'usr/bin/rest', {
      ...run,
      ...newest,
      files: { ...newest.files, ...fetched },
      cache: 'executed',
      durationMs: 9_120,
    }),
    { ...copy, files: code },
  ];
  return {
    layers: compressedTo(155_200_000, after),
    baseline: { layers: compressedTo(131_000_000, before) },
  };
}

export function installed(): Report {
  return fabricateReport(installedSpec());
}
