import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { DependencyGraph } from '../../packages/dpkg/dependency-graph.ts';
import { type InstalledPackage, isSystemPackage } from '../../packages/installed-package.ts';
import { findOwnScripts } from '../later-use/own-scripts.ts';
import type { RuleContext } from '../rule-context.ts';
import { findOwnFiles, findOwnPackages } from './system-packages.ts';

export const LANGUAGES = ['Python', 'Node.js', 'Ruby', 'PHP'] as const;
type Language = (typeof LANGUAGES)[number];

/** A language that the image has as its own build of it, and as a package of the system besides. */
interface DoubledRuntime {
  readonly language: Language;
  /** The program that is there already. */
  readonly program: string;
  /** Files of the packages that come with the second one alone. */
  readonly files: readonly VisibleFile[];
}

/** A link or a script is no program of its own. Bytes. */
const MIN_PROGRAM = 5000;

interface Runtime {
  readonly language: Language;
  /** Where official images and installers put it. */
  readonly program: RegExp;
  /** Packages of Debian that are the language itself, and no library of it. */
  readonly packages: RegExp;
  /** Names the package's own program by its path. */
  readonly use: RegExp;
}

const RUNTIMES: readonly Runtime[] = [
  {
    language: 'Python',
    program: /^(?:usr\/local|opt\/conda)\/bin\/python3\.\d+$/,
    packages: /^python3(?:\.\d+)?(?:-(?:minimal|pip|venv|dev|setuptools|wheel|distutils))?$/,
    use: /\/usr\/bin\/(?:python|pip)3?\b/,
  },
  {
    language: 'Node.js',
    program: /^usr\/local\/bin\/node$/,
    packages: /^(?:nodejs|npm|yarnpkg)$/,
    use: /\/usr\/bin\/(?:node|npm|yarn)/,
  },
  {
    language: 'Ruby',
    program: /^usr\/local\/bin\/ruby$/,
    packages: /^(?:ruby|ruby\d\.\d|ruby-dev|bundler|rubygems)$/,
    use: /\/usr\/bin\/(?:ruby|gem|bundle)/,
  },
  {
    language: 'PHP',
    program: /^usr\/local\/bin\/php$/,
    packages: /^php(?:\d\.\d)?(?:-cli|-common|-fpm)?$/,
    use: /\/usr\/s?bin\/php/,
  },
];

/**
 * Languages whose package the Dockerfile asks for by name where another build of it is there, which programs find first.
 * None where something names the package's own program by its path, or where a package that is wanted for another reason needs it.
 */
export function findDoubledRuntimes(context: RuleContext): readonly DoubledRuntime[] {
  const { analysis, dockerfile } = context;
  const asked = findOwnPackages(context).filter(({ relations }) => relations?.isAutomatic === false);
  const wanted = RUNTIMES.flatMap(runtime => {
    const packages = asked.filter(({ name }) => runtime.packages.test(name));
    return packages.length === 0 ? [] : [{ ...runtime, packages }];
  });
  if (wanted.length === 0 || dockerfile === null) return [];
  const graph = new DependencyGraph(analysis.packages.packages);
  const texts = [
    ...dockerfile.file.instructions.map(({ text }) => text),
    ...findOwnScripts(context).map(({ words }) => words),
  ];
  return wanted.flatMap(({ language, program, use, packages }): DoubledRuntime[] => {
    const there = findProgram(context, program);
    if (there === null || texts.some(text => use.test(text))) return [];
    return [{ language, program: there, files: findOwnFiles(context, onlyFor(context, graph, packages)) }];
  });
}

/** The program, where no package of the system has it. */
function findProgram({ analysis }: RuleContext, pattern: RegExp): string | null {
  for (const { path, otherNames = [] } of analysis.visibleFiles.values(MIN_PROGRAM)) {
    const name = [path, ...otherNames].find(each => pattern.test(each));
    if (name === undefined) continue;
    const owner = analysis.packages.ownerOf(path);
    if (owner === null || !isSystemPackage(owner)) return name;
  }
  return null;
}

/** What comes with these packages and with nothing else that is asked for. */
function onlyFor(
  context: RuleContext,
  graph: DependencyGraph,
  packages: readonly InstalledPackage[],
): readonly InstalledPackage[] {
  const own = new Set(findOwnPackages(context));
  const mine = new Set(packages);
  const going = graph.reachable(packages, { recommends: true });
  const { packages: all } = context.analysis.packages;
  const others = [...own].filter(found => found.relations?.isAutomatic !== true && !mine.has(found));
  const needed = graph.reachable(others, { recommends: true });
  // Nobody installed what the base image only recommends.
  const neededByBase = graph.reachable(
    all.filter(found => !own.has(found)),
    { recommends: false },
  );
  return [...going].filter(found => own.has(found) && !needed.has(found) && !neededByBase.has(found));
}
