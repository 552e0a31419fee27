import { actionTables } from './action.ts';
import { type Document, fillSections } from './document.ts';

/** What the Action takes and gives. */
export const INPUTS: Document = {
  path: 'docs/inputs.md',
  make: current => fillSections(current, { ...actionTables() }),
};
