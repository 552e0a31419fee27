import { COMPOSER } from '../../package-managers/composer.ts';
import { NPM } from '../../package-managers/npm.ts';
import type { PackageManager } from '../../package-managers/package-manager.ts';
import { PNPM } from '../../package-managers/pnpm.ts';
import { BUNDLER } from '../../package-managers/ruby.ts';
import { YARN } from '../../package-managers/yarn.ts';
import { findGemDevelopment } from '../../packages/bundle-reader.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import { findNodeDevelopment } from '../../packages/node-development.ts';
import type { RuleContext } from '../rule-context.ts';

export const DEVELOPMENT_MANAGERS = ['npm', 'yarn', 'yarn-berry', 'pnpm', 'composer', 'bundler'] as const;
export type DevelopmentManager = (typeof DEVELOPMENT_MANAGERS)[number];

/** What is known of them. Yarn from its second version on is the same program with other commands. */
export const DEVELOPMENT_RECORDS = {
  npm: NPM,
  yarn: YARN,
  'yarn-berry': YARN,
  pnpm: PNPM,
  composer: COMPOSER,
  bundler: BUNDLER,
} as const satisfies Readonly<Record<DevelopmentManager, PackageManager>>;

/** The packages that are there for development only, by who installed them. */
export function findDevelopment({
  analysis,
}: RuleContext): ReadonlyMap<DevelopmentManager, readonly InstalledPackage[]> {
  const { packages } = analysis.packages;
  const ofNode = findNodeDevelopment(analysis);
  const managerOf = (found: InstalledPackage): DevelopmentManager | null => {
    if (found.type === 'npm') return found.isDevelopment ? 'npm' : (ofNode.get(found.path) ?? null);
    return found.type === 'composer' && found.isDevelopment ? 'composer' : null;
  };
  const found = Map.groupBy(packages, managerOf);
  found.set('bundler', [...findGemDevelopment(analysis, packages)]);
  return new Map(DEVELOPMENT_MANAGERS.map(manager => [manager, found.get(manager) ?? []]));
}

const ENVIRONMENT = /\b(?:NODE|RAILS|RACK|APP)_ENV[=\s]+["']?(\w+)/g;
const FOR_DEVELOPMENT: ReadonlySet<string> = new Set(['development', 'dev', 'test', 'testing']);
const RUNS: ReadonlySet<string> = new Set(['CMD', 'ENTRYPOINT']);
const RUNNERS = [NPM, YARN, PNPM].flatMap(({ programs }) => programs);
const RUNS_DEVELOPMENT = new RegExp(
  `\\b(?:${RUNNERS.join('|')})\\b[\\s"',]+(?:run[\\s"',]+)?(?:dev|test|start:dev|watch)\\b`,
);

/** Whether the image says that it is there to develop in, or to test. */
export function isForDevelopment({ dockerfile }: RuleContext): boolean {
  const shipped = dockerfile?.shipped ?? [];
  const set = shipped.flatMap(({ keyword, body }) =>
    keyword === 'ENV' ? Array.from(body.matchAll(ENVIRONMENT), ([, value = '']) => value) : [],
  );
  const last = shipped.filter(({ keyword }) => RUNS.has(keyword)).map(({ body }) => body);
  return FOR_DEVELOPMENT.has(set.at(-1) ?? '') || RUNS_DEVELOPMENT.test(last.slice(-2).join('\n'));
}
