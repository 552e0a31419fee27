import { z } from 'zod';
import { code, phrase } from '../../base/phrase.ts';
import { locationOf } from '../../dockerfile/dockerfile-instruction.ts';
import type { KnownPackageManager } from '../../package-managers/package-managers.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import { type LeftoverGroup, leftoverDefects } from '../leftovers/leftover-defect.ts';
import {
  DEVELOPMENT_MANAGERS,
  DEVELOPMENT_RECORDS,
  type DevelopmentManager,
  findDevelopment,
  isForDevelopment,
} from '../packages/development.ts';
import { findInstallInStage, installWithout } from '../packages/development-fix.ts';
import { inParentheses, packageArgs, packageNames } from '../packages/package-names.ts';
import { findOwnFiles } from '../packages/system-packages.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { leftAt } from '../words/evidence-phrases.ts';

/** A type declaration or two. */
const MIN_BYTES = 500_000;

/**
 * Packages that are there for development only: as npm's record of a `node_modules` and Composer's of a `vendor` say, and
 * of Yarn, pnpm and Bundler as their manifests do.
 */
export const devDependencies = defineRule({
  id: 'dev-dependencies',
  family: 'packages',
  order: 30,
  severity: 'warning',
  args: () =>
    packageArgs().extend({
      isCopied: z
        .boolean()
        .describe('Whether they came from another stage or from the context, and were not installed here'),
      manager: z
        .enum(DEVELOPMENT_MANAGERS)
        .default('npm')
        .describe('Who installed them; `yarn-berry` is Yarn from its second version on'),
    }),
  finds: 'Packages of npm, Yarn, pnpm, Composer and Bundler that the project lists for development',
  why: 'The program runs without them. An image that says it is for development (`NODE_ENV=development`, `npm run dev`) keeps them.',
  usual:
    'Depends on the project. A compiler, a bundler and a test runner are often more than the program itself: some 100 MB.',
  remedy:
    "Install with `npm ci --omit=dev` (`yarn install --production`, from Yarn 2 on `yarn workspaces focus --all --production`, `pnpm install --prod`, `composer install --no-dev`, `bundle config set without 'development test'`); where the build needs them, build in a stage of its own, or prune in the RUN that installed (`npm prune --omit=dev`, `pnpm prune --prod`).",
  whenToIgnore:
    'Where the image runs the tests or the development server, or a package that is listed under `devDependencies` is used when the program runs (then move it).',
  find: context => {
    if (isForDevelopment(context)) return [];
    return [...findDevelopment(context)].flatMap(([manager, own]) => defectsOf(context, manager, own));
  },
  what: finding => {
    const maker = leftAt(finding, finding.args.isCopied ? 'is copied' : 'is installed');
    return phrase`of ${NOUNS[finding.args.manager]} for development${inParentheses(finding.args)}${maker}`;
  },
  fix: ({ args: { manager, isCopied } }) => {
    const { install, prune, later }: NonNullable<KnownPackageManager['development']> =
      DEVELOPMENT_RECORDS[manager].development;
    const isLater = manager === 'yarn-berry' && later !== undefined;
    return isCopied
      ? phrase`run ${code(isLater ? later : prune)} before they are copied`
      : phrase`${INSTALL_WITH[manager]} ${code(isLater ? later : install)}, and where the build needs them, build in another stage`;
  },
});

const NOUNS: Readonly<Record<DevelopmentManager, string>> = {
  npm: 'npm packages',
  yarn: 'packages of Yarn',
  'yarn-berry': 'packages of Yarn',
  pnpm: 'packages of pnpm',
  composer: 'Composer packages',
  bundler: 'gems',
};

/** Bundler is told before it installs. */
const INSTALL_WITH: Readonly<Record<DevelopmentManager, string>> = {
  npm: 'install with',
  yarn: 'install with',
  'yarn-berry': 'install with',
  pnpm: 'install with',
  composer: 'install with',
  bundler: 'before you install, run',
};

function defectsOf(context: RuleContext, manager: DevelopmentManager, own: readonly InstalledPackage[]) {
  return leftoverDefects(context, findOwnFiles(context, own), {
    minBytes: MIN_BYTES,
    args: group => ({
      ...packageNames(context, group.files),
      isCopied: group.instruction !== null && group.instruction.keyword !== 'RUN',
      manager,
    }),
    edits: (instruction, group) => installWithout(context, instruction, manager, packagesIn(context, group)),
  }).map(defect => {
    const copy = context.dockerfile?.shippedAt(defect.location) ?? null;
    const install = findInstallInStage(context, copy, manager);
    return install === null ? defect : { ...defect, related: locationOf(install) };
  });
}

function packagesIn({ analysis }: RuleContext, { files }: LeftoverGroup): readonly InstalledPackage[] {
  return [...new Set(files.flatMap(({ path }) => analysis.packages.ownerOf(path) ?? []))];
}
