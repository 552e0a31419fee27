import { baseName } from '../base/slash-path.ts';
import type { FileCollector } from '../layer/collector.ts';
import { isListOf, isRecord, isString, type JsonValue } from '../layer/json-value.ts';
import { decodeText, forEachLine, ReadingLimits } from './collected-text.ts';
import type { InstalledPackage } from './installed-package.ts';
import { HardLinks } from './links.ts';
import { readField } from './package-reader.ts';
import { type PackagedImage, VisibleValues } from './visible-values.ts';

const GEMFILE = 'Gemfile';
const LOCK = 'Gemfile.lock';
/** A large application's lock has some 50 kilobytes. Bytes. */
const MAX_FILE = 1024 * 1024;
/** Gems have Gemfiles of their own, which nobody installs from. */
const OF_GEMS = /(?:^|\/)(?:gems|bundler\/gems)\/[^/]+\//;

/**
 * What Bundler installs from: of a Gemfile the gems by whether only groups for development have them, of its lock which
 * gem needs which.
 * @see https://bundler.io/man/gemfile.5.html
 */
export const bundleCollector: FileCollector = {
  id: 'bundle',
  version: 1,

  wants({ path, size }) {
    const name = baseName(path);
    return (name === GEMFILE || name === LOCK) && size <= MAX_FILE && !OF_GEMS.test(path);
  },

  collect({ path }, content) {
    try {
      const text = decodeText(content);
      return path.endsWith(LOCK) ? readLock(text) : readGemfile(text);
    } catch {
      return null;
    }
  },
};

/** Longer lines are nobody's. Characters. */
const MAX_LINE = 2000;
const MAX_DEPTH = 64;
const GROUP = /^group\b(.*)\bdo$/;
const OPENS = /(?:\bdo(?:\s*\|[^|]*\|)?|^(?:if|unless|case|begin|while|until|def)\b.*)$/;
const GEM = /^gem[\s(]+(['"])([\w.-]{1,200})\1(.*)$/;
const OF_GROUP = /\bgroups?(?::|['"]?\s*=>)\s*(\[[^\]]*\]|:\w+|['"]\w+['"])/;
const NAME_OF_GROUP = /\w+/g;
const FOR_DEVELOPMENT: ReadonlySet<string> = new Set(['development', 'test']);

/** By lines, as nearly everybody writes it: what is written otherwise counts as needed. */
function readGemfile(text: string): JsonValue {
  const limits = new ReadingLimits();
  const development: string[] = [];
  const others: string[] = [];
  /** Whether what is inside of each open block is for development. */
  const blocks: boolean[] = [];
  let begun = '';
  forEachLine(text, raw => {
    const line = `${begun}${raw.trim()}`.slice(0, MAX_LINE);
    // An option on the next line.
    begun = line.endsWith(',') && line.length < MAX_LINE ? `${line} ` : '';
    if (begun !== '' || line.startsWith('#')) return;
    const isInside = blocks.at(-1) === true;
    const group = GROUP.exec(line)?.[1];
    if (group !== undefined) blocks.push(isInside || isForDevelopment(group));
    else if (/^end\b/.test(line)) blocks.pop();
    else if (OPENS.test(line)) blocks.push(isInside);
    if (blocks.length > MAX_DEPTH) blocks.shift();
    const [, , name, options = ''] = GEM.exec(line) ?? [];
    if (name === undefined) return;
    limits.package();
    const own = OF_GROUP.exec(options)?.[1];
    (isInside || (own !== undefined && isForDevelopment(own)) ? development : others).push(name);
  });
  return { development, others };
}

function isForDevelopment(groups: string): boolean {
  const names = groups.match(NAME_OF_GROUP) ?? [];
  return names.length > 0 && names.every(name => FOR_DEVELOPMENT.has(name));
}

const SPECIFICATION = /^ {4}([\w.-]{1,200}) \(([\w.-]{1,200})\)$/;
const NEED = /^ {6}([\w.-]{1,200})(?: \(|$)/;
const DEPENDENCY = /^ {2}([\w.-]{1,200})(?:!| \(|$)/;

/** @see https://bundler.io/guides/rationale.html */
function readLock(text: string): JsonValue {
  const limits = new ReadingLimits();
  const gems: { name: string; version: string; needs: string[] }[] = [];
  const dependencies: string[] = [];
  let section = '';
  forEachLine(text, line => {
    if (line.length > MAX_LINE) return;
    if (/^[A-Z]/.test(line)) section = line;
    const [, name, version] = SPECIFICATION.exec(line) ?? [];
    const need = NEED.exec(line)?.[1];
    const dependency = section === 'DEPENDENCIES' ? DEPENDENCY.exec(line)?.[1] : undefined;
    if (name !== undefined && version !== undefined) gems.push({ name, version, needs: [] });
    else if (need !== undefined) gems.at(-1)?.needs.push(need);
    else if (dependency !== undefined) dependencies.push(dependency);
    else return;
    limits.package();
  });
  return { gems, dependencies };
}

/** Gems that are there for development only, as the Gemfiles and their locks say. */
export function findGemDevelopment(
  image: PackagedImage,
  packages: readonly InstalledPackage[],
): readonly InstalledPackage[] {
  const gems = packages.filter(({ type }) => type === 'gem');
  if (gems.length === 0 || !image.scans.some(({ collected }) => Object.hasOwn(collected, bundleCollector.id)))
    return [];
  const values = new VisibleValues(
    image.scans,
    image.visibleFiles,
    new HardLinks(image.scans),
    new Set([bundleCollector.id]),
  ).of(bundleCollector.id);
  const byPath = new Map(values.map(({ path, value }) => [path, value]));
  const spare = new Set<string>();
  const needed = new Set<string>();
  for (const [path, value] of byPath) {
    const lock = path.endsWith(LOCK) ? readGems(value) : null;
    if (lock === null) continue;
    const gemfile = byPath.get(path.slice(0, -'.lock'.length));
    const others = new Set(listOf(gemfile, 'others'));
    const development = new Set(listOf(gemfile, 'development').filter(name => !others.has(name)));
    const used = reach(
      lock,
      lock.dependencies.filter(name => !development.has(name)),
    );
    for (const { name, version } of lock.gems) (used.has(name) ? needed : spare).add(`${name}-${version}`);
  }
  return gems.filter(({ path }) => {
    const full = baseName(path);
    return spare.has(full) && !needed.has(full);
  });
}

interface Lock {
  readonly gems: readonly { readonly name: string; readonly version: string }[];
  readonly needs: ReadonlyMap<string, readonly string[]>;
  readonly dependencies: readonly string[];
}

function readGems(value: unknown): Lock | null {
  const list = readField(value, 'gems');
  if (!Array.isArray(list)) return null;
  const needs = new Map<string, string[]>();
  const gems = list.filter(isRecord).flatMap(gem => {
    const { name, version } = gem;
    if (!isString(name) || !isString(version)) return [];
    // One gem may be there for several platforms.
    const known = needs.get(name) ?? [];
    needs.set(name, known);
    known.push(...listOf(gem, 'needs'));
    return [{ name, version }];
  });
  return { gems, needs, dependencies: listOf(value, 'dependencies') };
}

function reach({ needs }: Lock, from: readonly string[]): ReadonlySet<string> {
  const found = new Set(from);
  // A set is walked through while it grows.
  for (const name of found) for (const next of needs.get(name) ?? []) found.add(next);
  return found;
}

function listOf(value: unknown, field: string): readonly string[] {
  const list = readField(value, field);
  return isListOf(list, isString) ? list : [];
}
