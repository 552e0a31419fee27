import { APK } from './apk.ts';
import { APT, DPKG } from './apt.ts';
import { BUN } from './bun.ts';
import { CARGO } from './cargo.ts';
import { COMPOSER } from './composer.ts';
import { CONDA } from './conda.ts';
import { DNF, RPM } from './dnf.ts';
import { DOTNET } from './dotnet.ts';
import { GO } from './go.ts';
import { GRADLE, MAVEN } from './jvm.ts';
import { NPM } from './npm.ts';
import type { PackageCache } from './package-cache.ts';
import type { PackageManager } from './package-manager.ts';
import { PACMAN } from './pacman.ts';
import { PIP, PIPENV } from './pip.ts';
import { PNPM } from './pnpm.ts';
import { POETRY } from './poetry.ts';
import { BUNDLER, GEM } from './ruby.ts';
import { UV } from './uv.ts';
import { YARN } from './yarn.ts';
import { ZYPPER } from './zypper.ts';

const RECORDS = [
  APT,
  DPKG,
  APK,
  DNF,
  RPM,
  ZYPPER,
  PACMAN,
  PIP,
  UV,
  POETRY,
  PIPENV,
  CONDA,
  NPM,
  YARN,
  PNPM,
  BUN,
  GO,
  CARGO,
  MAVEN,
  GRADLE,
  DOTNET,
  GEM,
  BUNDLER,
  COMPOSER,
] as const;

type Record = (typeof RECORDS)[number];

type PackageManagerId = Record['id'];
export type CacheKind = Extract<Record, { readonly caches: unknown }>['caches'][number]['kind'];
/** One of the records: what it refers to exists. */
export type KnownPackageManager = PackageManager<PackageManagerId, CacheKind>;
export type KnownPackageCache = PackageCache<PackageManagerId, CacheKind>;

/** Every package manager that is known: those of distributions, then by language. */
export const PACKAGE_MANAGERS: readonly KnownPackageManager[] = RECORDS;

const BY_PROGRAM: ReadonlyMap<string, KnownPackageManager> = new Map(
  PACKAGE_MANAGERS.flatMap(manager => manager.programs.map(program => [program, manager] as const)),
);
const BY_ID: ReadonlyMap<string, KnownPackageManager> = new Map(
  PACKAGE_MANAGERS.map(manager => [manager.id, manager]),
);

/** The package manager that a program is, by its name without directory and version; undefined of others. */
export function findManager(program: string): KnownPackageManager | undefined {
  return BY_PROGRAM.get(program);
}

/** @param id of a finding's arguments: anything, where a report comes from outside */
export function findManagerById(id: unknown): KnownPackageManager | undefined {
  return typeof id === 'string' ? BY_ID.get(id) : undefined;
}

/** A cache with the package manager whose record has it. */
export interface KnownCache {
  readonly cache: KnownPackageCache;
  readonly manager: KnownPackageManager;
}

/** Every cache, in the order of the records. */
export const KNOWN_CACHES: readonly KnownCache[] = PACKAGE_MANAGERS.flatMap(manager =>
  (manager.caches ?? []).map(cache => ({ cache, manager })),
);

const CACHE_BY_KIND: ReadonlyMap<string, KnownCache> = new Map(
  KNOWN_CACHES.map(known => [known.cache.kind, known]),
);

/** @param kind of a finding's arguments: anything, where a report comes from outside */
export function findCache(kind: unknown): KnownCache | null {
  return typeof kind === 'string' ? (CACHE_BY_KIND.get(kind) ?? null) : null;
}

/** What files of packages end in: `.deb`, `.whl`. */
export const PACKAGE_FILE_ENDINGS: readonly string[] = [
  ...new Set(PACKAGE_MANAGERS.flatMap(({ packageFile }) => packageFile ?? [])),
];

const SYSTEM = PACKAGE_MANAGERS.filter(({ scope }) => scope === 'system');
const COMPANIONS = SYSTEM.flatMap(({ companions }) => companions ?? []);

/** Programs of the distributions' package managers. */
export const SYSTEM_PROGRAMS: ReadonlySet<string> = new Set([
  ...SYSTEM.flatMap(({ programs }) => programs),
  ...COMPANIONS.map(({ name }) => name),
]);

/** Programs of the distributions that install, fetch and describe, and compile nothing. */
export const BUILDLESS_PROGRAMS: ReadonlySet<string> = new Set(
  [...SYSTEM_PROGRAMS].filter(program => !COMPANIONS.some(({ name, builds }) => name === program && builds)),
);

/** Programs of the distributions whose words do not name files, unless their record tells of a verb that it reads files: `apt-mark hold`. */
const FILELESS_PROGRAMS: ReadonlySet<string> = new Set([
  ...SYSTEM.flatMap(({ verbs, programs }) => (verbs?.names === undefined ? [] : programs)),
  ...COMPANIONS.flatMap(({ name, isFileless }) => (isFileless ? [name] : [])),
]);

/** Whether the words behind a system's program name no files: `apt-get update`, but not `zypper addrepo ./my.repo`. */
export function isFileless(program: string, words: readonly string[]): boolean {
  const verbs = findManager(program)?.fileVerbs ?? [];
  return FILELESS_PROGRAMS.has(program) && !words.some(word => verbs.includes(word));
}
