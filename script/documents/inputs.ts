import { DROP_IN_DIFFERENCES } from '../../src/build/drop-in.ts';
import { actionTables } from './action.ts';
import { type Document, fillSections } from './document.ts';

const differences = Object.values(DROP_IN_DIFFERENCES)
  .map(text => `- ${text}`)
  .join('\n');

/** What the Action takes and gives. */
export const INPUTS: Document = {
  path: 'docs/inputs.md',
  make: current => fillSections(current, { ...actionTables(), differences }),
};
