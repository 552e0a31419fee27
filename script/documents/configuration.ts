import { z } from 'zod';
import { configSchema } from '../../src/run/config/config-file.ts';
import { type Document, fillSections, table } from './document.ts';

interface Described {
  readonly description?: string | undefined;
  readonly properties?: Readonly<Record<string, Described>> | undefined;
}

const described: z.ZodType<Described> = z.looseObject({
  description: z.string().optional(),
  get properties() {
    return z.record(z.string(), described).optional();
  },
});

const { properties: KEYS = {} } = described.parse(z.toJSONSchema(configSchema()));

/** The guide to `.deadweight.yml`. */
export const CONFIGURATION: Document = {
  path: 'docs/configuration.md',
  make: current => fillSections(current, { keys: settingTable('key', KEYS), budgets: budgetTable() }),
};

/** The budgets, each with what it holds. */
export function budgetTable(): string {
  return settingTable('budget', KEYS['budgets']?.properties ?? {});
}

function settingTable(kind: string, settings: Readonly<Record<string, Described>>): string {
  const rows = Object.entries(settings).map(([name, { description = '' }]) => [`\`${name}\``, description]);
  return table([kind, 'meaning'], rows);
}
