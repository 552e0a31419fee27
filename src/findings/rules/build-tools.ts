import { DependencyGraph } from '../../packages/dpkg/dependency-graph.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import { leftoverFindings } from '../leftover.ts';
import { isAutomaticLibrary, isBuildTool } from '../packages/build-tool.ts';
import { bringsToolchain, buildsNothing } from '../packages/building.ts';
import { dpkgTraces } from '../packages/dpkg-traces.ts';
import { namedPackages } from '../packages/named-programs.ts';
import { recommendedPackages } from '../packages/recommended-packages.ts';
import { ownFilesOf, ownPackages, type PackageArgs, packageArgs } from '../packages/system-packages.ts';
import type { ClaimedFinding, Rule } from '../rule.ts';
import type { Subject } from '../subject.ts';

export type BuildToolsArgs = PackageArgs & {
  /** Whether nobody can have built with them yet: the image may be there to build in. */
  readonly isForBuilding: boolean;
};

/** A `make` or a `pkg-config` that stayed is not worth a reader's time. */
const FLOOR = 2_000_000;

/** What says what the image runs. */
const RUNS: ReadonlySet<string> = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

/**
 * Compilers, headers and the like in what ships, and the libraries that only they need. An image that is there to
 * build in needs them: of one that brings a toolchain of its own, or whose Dockerfile builds nothing with them, the
 * finding says so much and claims nothing.
 */
export const buildTools: Rule = {
  id: 'build-tools',
  find: subject => {
    const tools = spareTools(subject);
    const files = [...ownFilesOf(subject, tools), ...dpkgTraces(subject, tools)];
    const isToolchain = files.length > 0 && bringsToolchain(subject);
    return leftoverFindings(subject, files, {
      rule: 'build-tools',
      severity: 'warning',
      floor: FLOOR,
      args: group => {
        const isForBuilding = isToolchain || buildsNothing(subject, group.instruction);
        return { ...packageArgs(subject, group.files), isForBuilding } satisfies BuildToolsArgs;
      },
    }).map(withoutClaims);
  },
};

function withoutClaims(found: ClaimedFinding): ClaimedFinding {
  if (found.finding.args['isForBuilding'] !== true) return found;
  return { finding: { ...found.finding, severity: 'info', saving: null }, claims: [] };
}

/**
 * Neither what another package needs that somebody asked for, nor what the image is there to run. What only was
 * recommended is told by another rule.
 */
function spareTools(subject: Subject): ReadonlySet<InstalledPackage> {
  const own = ownPackages(subject);
  const tools = own.filter(isBuildTool);
  if (tools.length === 0) return new Set();
  const running = subject.recipe?.shipped.filter(({ keyword }) => RUNS.has(keyword)) ?? [];
  const run = namedPackages(subject, tools, running);
  const mayGo = new Set(own.filter(found => isBuildTool(found) || isAutomaticLibrary(found)));
  for (const found of run) mayGo.delete(found);
  const all = subject.analysis.packages.packages;
  const graph = new DependencyGraph(all);
  const needed = graph.reachable(
    all.filter(found => !mayGo.has(found)),
    { recommends: false },
  );
  const { spare } = recommendedPackages(subject);
  const going = [...graph.reachable(tools, { recommends: false })];
  return new Set(going.filter(found => mayGo.has(found) && !needed.has(found) && !spare.has(found)));
}
