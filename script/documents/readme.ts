import { budgetTable } from './configuration.ts';
import { type Document, fillSections } from './document.ts';
import { ruleTables } from './rule-pages.ts';

export const README: Document = {
  path: 'README.md',
  make: current => fillSections(current, { budgets: budgetTable(), rules: ruleTables() }),
};
