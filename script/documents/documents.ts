import manifest from '../../package.json' with { type: 'json' };
import { ACTION } from './action.ts';
import { CLI } from './cli.ts';
import { CONFIGURATION } from './configuration.ts';
import { type Document, fillSections } from './document.ts';
import { EXPLORE } from './explore.ts';
import { INPUTS } from './inputs.ts';
import { LIMITS } from './limits.ts';
import { README } from './readme.ts';
import { RULE_PAGES } from './rule-pages.ts';
import { SCHEMAS } from './schemas.ts';

/** All that is made from the code, but for the list of the rules that it starts from. */
export const DOCUMENTS: readonly Document[] = [
  ...SCHEMAS,
  { path: 'src/run/version.ts', make: current => current.replace(/'[^']+'/, `'${manifest.version}'`) },
  ACTION,
  README,
  CLI,
  CONFIGURATION,
  EXPLORE,
  INPUTS,
  LIMITS,
  ...['docs/forks.md', 'docs/several-images.md'].map(path => ({ path, make: fillWorkflows })),
  ...RULE_PAGES,
];

/** A guide that is written by hand, but for the workflows that it shows. */
function fillWorkflows(current: string): string {
  return fillSections(current, {});
}
