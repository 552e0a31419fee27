import type { VisibleFile } from '../../analysis/image-analysis.ts';
import { parentPath } from '../../base/slash-path.ts';
import { isTemporary } from '../../compare/known-path.ts';
import type { InstalledPackage } from '../../packages/installed-package.ts';
import type { RuleContext } from '../rule-context.ts';
import { isOfEnvironments, pythonName } from './python-environment.ts';
import { findOwnFiles } from './system-packages.ts';

/** A package of Python that own layers brought, and the base image has in another directory. */
interface PackageOfBase {
  /** Its files in own layers. */
  readonly files: readonly VisibleFile[];
  /** Where the base image has it. */
  readonly directory: string;
  readonly isSameVersion: boolean;
}

/** The largest first. */
export function findPackagesOfBase(context: RuleContext): readonly PackageOfBase[] {
  const { analysis, ownFrom, isBaseKnown } = context;
  if (!isBaseKnown) return [];
  const packages = analysis.packages.packages.filter(
    found => found.type === 'pypi' && !isTemporary(found.path) && !isOfEnvironments(found),
  );
  const ofBase = new Map<string, InstalledPackage>();
  for (const found of packages) {
    const name = pythonName(found.name);
    if (found.layers.every(layer => layer < ownFrom) && !ofBase.has(name)) ofBase.set(name, found);
  }
  if (ofBase.size === 0) return [];
  return packages.flatMap(found => {
    const there = ofBase.get(pythonName(found.name));
    const isOwn = found.layers.every(layer => layer >= ownFrom);
    if (there === undefined || !isOwn || parentPath(there.path) === parentPath(found.path)) return [];
    const isSameVersion = there.version === found.version;
    return [{ files: findOwnFiles(context, [found]), directory: parentPath(there.path), isSameVersion }];
  });
}
