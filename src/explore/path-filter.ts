import { ROOT } from '../layer/path-table.ts';
import type { ExploredTree } from './explored-tree.ts';

/** What may match across a slash: such a pattern is tried on whole paths. */
const SPANS_NAMES = /[/*+{|?^$]/;

/**
 * The paths that a filter names, and all that is below them: a regular expression, as in dive; what is none is taken as it is
 * written.
 * @returns by node: 1 where it matches
 */
export function matchingPaths(tree: ExploredTree, filter: string): Uint8Array {
  const pattern = patternOf(filter);
  const matches = new Uint8Array(tree.paths.size);
  const test = SPANS_NAMES.test(filter)
    ? (node: number) => pattern.test(`/${tree.paths.pathOf(node)}`)
    : nameTest(tree, pattern);
  for (let node = ROOT + 1; node < matches.length; node += 1) {
    if (matches[tree.paths.parentOf(node)] === 1 || test(node)) matches[node] = 1;
  }
  return matches;
}

/** Each name is tried once, however many files have it. */
function nameTest(tree: ExploredTree, pattern: RegExp): (node: number) => boolean {
  const { names } = tree.paths;
  const tried = new Uint8Array(names.size);
  return node => {
    const name = tree.paths.nameOf(node);
    if (tried[name] === 0) tried[name] = pattern.test(names.textOf(name)) ? 2 : 1;
    return tried[name] === 2;
  };
}

function patternOf(filter: string): RegExp {
  try {
    return new RegExp(filter, 'u');
  } catch {
    // A hyphen may not be escaped outside of a class.
    return new RegExp(filter.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'u');
  }
}
