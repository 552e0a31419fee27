import { z } from 'zod';
import { phrase } from '../../base/phrase.ts';
import { DependencyGraph } from '../../packages/dpkg/dependency-graph.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import { leftoverDefects } from '../leftovers/leftover-defect.ts';
import {
  bringsToolchain,
  buildsNothing,
  isBuildTool,
  isCompilerLibrary,
  isWorkedIn,
} from '../packages/building.ts';
import { dpkgTraces } from '../packages/dpkg-traces.ts';
import { inParentheses, packageArgs, packageNames } from '../packages/package-names.ts';
import { findRecommended } from '../packages/recommends.ts';
import {
  findNamedPackages,
  findOwnFiles,
  findOwnPackages,
  findPackagesOfVariables,
} from '../packages/system-packages.ts';
import { findSpareToolchains } from '../packages/toolchains.ts';
import { defineRule } from '../rule.ts';
import type { RuleContext } from '../rule-context.ts';
import { inPlaces, leftAt } from '../words/evidence-phrases.ts';

/** A `make` or a `pkg-config` that stayed is not worth a reader's time. */
const MIN_BYTES = 2_000_000;

/** What says what the image runs. */
const RUNS: ReadonlySet<string> = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

/**
 * Compilers, headers and the like in what ships, and the libraries that compilers are made of. An image that is there to
 * build in needs them: of one that brings a toolchain of its own, or whose Dockerfile builds nothing with them, the
 * finding says so much and saves nothing. So does one of an image that starts a shell.
 */
export const buildTools = defineRule({
  id: 'build-tools',
  family: 'packages',
  order: 10,
  severity: 'warning',
  args: () =>
    packageArgs().extend({
      isForBuilding: z
        .boolean()
        .describe(
          'Whether the image may be there to build in: it starts a shell, brings a toolchain, or nobody can have built with them yet',
        ),
      toolchain: z
        .enum(['Go', 'Rust'])
        .nullable()
        .default(null)
        .describe("Of which language they are its own distribution; null for the system's packages"),
    }),
  finds:
    'Compilers, headers and `-dev` packages, and toolchains of Go and Rust, that nothing needs when the image runs',
  why: 'They are often most of an image, and give an intruder tools. Where the image seems meant for building (it starts a shell, brings a toolchain of its own, or its Dockerfile builds nothing), the finding only informs and promises no saving. A toolchain that was unpacked is told of where a RUN built with it what the image runs.',
  usual:
    'From 2 MB for some headers to hundreds of megabytes: by their declared sizes, `build-essential` with what it brings takes 323 MB on a minimal Debian 12.',
  remedy:
    'Compile in a stage of its own and `COPY --from` it what was made; or install, build and purge in one RUN.',
  whenToIgnore:
    'Where the image is for building: a builder, a development container, a CI runner; or where the program compiles at run time (`torch.compile`, native gems or modules that users add).',
  byHand: 'only its author can say what is to be built in another stage',
  find: context => {
    const toolchains = findSpareToolchains(context);
    const own = toolchains.flatMap(({ language, files }) =>
      leftoverDefects(context, files, {
        minBytes: MIN_BYTES,
        args: () => ({ packages: '', packageCount: 0, isForBuilding: false, toolchain: language }),
      }),
    );
    const tools = spareTools(context);
    const files = [...findOwnFiles(context, tools), ...dpkgTraces(context, tools)];
    const isToolchain = files.length > 0 && toolchains.length === 0 && bringsToolchain(context);
    const packaged = leftoverDefects(context, files, {
      minBytes: MIN_BYTES,
      args: group => ({
        toolchain: null,
        ...packageNames(context, group.files),
        isForBuilding: isToolchain || isWorkedIn(context) || buildsNothing(context, group.instruction),
      }),
    }).map(defect =>
      defect.args.isForBuilding ? { ...defect, severity: 'info' as const, freed: [] } : defect,
    );
    return [...own, ...packaged];
  },
  what: finding => {
    const { args } = finding;
    if (args.toolchain !== null)
      return phrase`of the ${args.toolchain} toolchain ${inPlaces(finding)}${leftAt(finding, 'installed')} stays in the image, and only the build needed it`;
    const stay = args.isForBuilding
      ? 'stays in the image, which may be there to build in'
      : 'stays in the image, and only the build needs it';
    return phrase`of compilers, headers and the like${inParentheses(args)}${leftAt(finding, 'installed')} ${stay}`;
  },
  fix: ({ args }) =>
    args.isForBuilding
      ? phrase`omit them, unless the image is meant for building`
      : phrase`build in another stage and copy the result, or install, build and purge them in one RUN`,
});

/**
 * Neither what another package needs that somebody asked for, nor what the image is there to run. What only was
 * recommended is another rule's.
 */
function spareTools(context: RuleContext): ReadonlySet<InstalledPackage> {
  const own = findOwnPackages(context);
  const tools = own.filter(isBuildTool);
  if (tools.length === 0) return new Set();
  const running = context.dockerfile?.shipped.filter(({ keyword }) => RUNS.has(keyword)) ?? [];
  const run = findNamedPackages(context, tools, running);
  const mayGo = new Set(own.filter(found => isBuildTool(found) || isCompilerLibrary(found)));
  const used = findPackagesOfVariables(context, [...mayGo], context.dockerfile?.shipped ?? []);
  for (const found of [...run, ...used]) mayGo.delete(found);
  const all = context.analysis.packages.packages;
  const graph = new DependencyGraph(all);
  const needed = graph.reachable(
    all.filter(found => !mayGo.has(found)),
    { recommends: false },
  );
  const { spare } = findRecommended(context);
  const going = [...graph.reachable(tools, { recommends: false })];
  return new Set(going.filter(found => mayGo.has(found) && !needed.has(found) && !spare.has(found)));
}
