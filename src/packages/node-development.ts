import { isInModules, NodeModules } from './node-modules.ts';
import { directoriesAbove, type NodeManager, npmCollector } from './npm-reader.ts';
import { readField } from './package-reader.ts';
import type { PackagedImage } from './visible-values.ts';

/** Each is held against all manifests. */
const MAX_PROJECTS = 16;

/**
 * Packages that a project of Yarn or pnpm lists for development, with all that nothing else needs: by their directories,
 * with who installed them. Neither keeps a list of them as npm does. As Node finds packages, from what the manifests of the
 * project and of the packages say; none where a manifest is missing, as nobody can tell then.
 */
export function findNodeDevelopment(image: PackagedImage): ReadonlyMap<string, NodeManager> {
  const found = new Map<string, NodeManager>();
  if (!image.scans.some(hasMarker)) return found;
  const modules = new NodeModules(image);
  const roots = [...modules.managers].filter(([project]) => !isInModules(`${project}/`));
  for (const [project, manager] of roots.slice(0, MAX_PROJECTS)) {
    if (manager === 'npm') continue;
    for (const directory of developmentOf(modules, project, manager)) found.set(directory, manager);
  }
  return found;
}

function hasMarker({ collected }: PackagedImage['scans'][number]): boolean {
  return collected[npmCollector.id]?.some(({ value }) => readField(value, 'marker') !== undefined) === true;
}

/** @param project directory of the `node_modules` */
function developmentOf(modules: NodeModules, project: string, manager: NodeManager): readonly string[] {
  const { projects, scopes, packages } = modules;
  const root = projects.get(project);
  if (root === undefined) return [];
  const isBelow = (path: string): boolean => path === project || directoriesAbove(path).includes(project);
  const members = [...projects].filter(([directory]) => isBelow(directory));
  const hasParts = root.hasWorkspaces || manager === 'pnpm';
  const own = scopes.get(project) ?? new Map<string, string | null>();
  // A workspace that is no longer there may have needed anything.
  const isWhole = !root.hasWorkspaces || (members.length > 1 && ![...own.values()].includes(null));
  if (!isWhole) return [];
  const strays = [...scopes].flatMap(([directory, scope]) =>
    !isInModules(`${directory}/`) && !projects.has(directory) && isBelow(directory)
      ? [...scope.values()]
      : [],
  );
  const used = modules.reach([
    ...members.flatMap(([directory, { needs }]) => modules.find(directory, needs)),
    ...strays.filter(directory => directory !== null),
  ]);
  const developers = hasParts ? members : ([[project, root]] as const);
  const wanted = modules.reach(
    developers.flatMap(([directory, { development }]) => modules.find(directory, development)),
  );
  // What nobody asks for is there for reasons of its own.
  const others = [...own.values()].filter(
    directory => directory !== null && !used.has(directory) && !wanted.has(directory),
  );
  const kept = modules.reach(others.filter(directory => directory !== null));
  return [...wanted].filter(
    directory =>
      packages.has(directory) && !used.has(directory) && !kept.has(directory) && isBelow(directory),
  );
}
