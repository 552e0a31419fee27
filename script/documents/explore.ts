import { KEY_BINDINGS, KEY_PLACES } from '../../src/explore/keys.ts';
import { type Document, fillSections, table } from './document.ts';

/** The guide to the explorer, with its keys. */
export const EXPLORE: Document = {
  path: 'docs/explore.md',
  make: current => fillSections(current, { keys: keyTables() }),
};

function keyTables(): string {
  return Object.entries(KEY_PLACES)
    .map(([place, title]) => {
      const rows = KEY_BINDINGS.filter(binding => binding.place === place).map(({ label, does }) => [
        label
          .split(' ')
          .map(key => `\`${key}\``)
          .join(' '),
        does,
      ]);
      return `### ${title}\n\n${table(['key', 'what it does'], rows)}`;
    })
    .join('\n\n');
}
