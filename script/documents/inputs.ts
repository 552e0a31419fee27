import { actionTables } from '../action-tables.ts';
import { type Document, fillSections, textOf } from './document.ts';

/** What the Action takes and gives. */
export const INPUTS: Document = {
  path: 'docs/inputs.md',
  make: current => fillSections(current, { ...actionTables(textOf('action.yml')) }),
};
