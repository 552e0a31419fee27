import type { ImageAnalysis } from '../analysis/image-analysis.ts';
import type { Comparison } from '../compare/comparison.ts';
import { MAX_LAYERS } from '../image/image.ts';
import { GO_RATIO, GO_SIZE, type GoThreshold } from './go-number.ts';
import { type BudgetLimit, type BudgetUnit, COUNT, GROWTH, type LimitKind, RATIO, SIZE } from './limit.ts';

/** What a budget is held against, in the unit of its limit, or why it is not known. */
type Measure = { readonly actual: number } | { readonly unknown: string };

/** The figures of a report's table, in the order of its rows. */
export const FIGURES = [
  'size',
  'compressedSize',
  'pull',
  'baseSize',
  'ownSize',
  'layers',
  'efficiency',
  'wasted',
  'diveEfficiency',
] as const;

export type FigureName = (typeof FIGURES)[number];

/** What evaluation and reports know of a budget. */
interface BudgetDefinition {
  readonly bound: 'max' | 'min';
  readonly limit: LimitKind;
  /** @param unit of the limit: growth is measured in bytes or as a ratio of the baseline's size */
  readonly measure: (image: ImageAnalysis, comparison: Comparison | null, unit: BudgetUnit) => Measure;
  /** Begins a sentence on the measured amount: `Size 410.5 MB` (is over …). */
  readonly subject: (amount: string) => string;
  /** The row of the report's table that shows the budget. A row of its own is there only when the budget is set. */
  readonly row: FigureName | { readonly title: string; readonly after: FigureName };
  /** What an excess is blamed on. */
  readonly excess: 'waste' | 'growth' | 'layer' | 'layers' | 'pull';
  /** Without a baseline it cannot be checked. */
  readonly needsBaseline?: true;
  /** The budget fails here unless it is set or switched off. */
  readonly failsAt?: BudgetLimit;
}

/** A budget that options, inputs and the configuration file set. */
interface OptionBudget extends BudgetDefinition {
  /** For the schema, the README, action.yml and `--help`, without a full stop. */
  readonly description: string;
}

/** A budget that a rule of a `.dive-ci` file sets. */
interface DiveBudget extends BudgetDefinition {
  readonly key: string;
  readonly threshold: GoThreshold;
  /** What dive takes where the file does not say. */
  readonly whenAbsent: string;
}

const COMPRESSED_UNKNOWN =
  "the compressed size is unknown: registries, OCI layouts and engines with containerd's store have it, engines with a graph driver (overlay2) and their archives do not";
/** Of budgets that need it. */
const NOT_OF_GRAPH_DRIVERS = '(an engine with overlay2 does not know them)';

const optionBudgets = {
  'max-layers': {
    description: `Most layers, base layers included (${MAX_LAYERS} unless set)`,
    bound: 'max',
    limit: COUNT,
    measure: ({ layers }) => ({ actual: layers.length }),
    subject: count => `${count} layers`,
    row: 'layers',
    excess: 'layers',
    failsAt: { value: MAX_LAYERS, unit: 'layers' },
  },
  'max-size': {
    description: 'Most uncompressed bytes of all layers',
    bound: 'max',
    limit: SIZE,
    measure: ({ size }) => ({ actual: size }),
    subject: size => `Size ${size}`,
    row: 'size',
    excess: 'growth',
  },
  'max-compressed-size': {
    description: `Most bytes of all layers as a registry holds them ${NOT_OF_GRAPH_DRIVERS}`,
    bound: 'max',
    limit: SIZE,
    measure: ({ compressedSize }) => known(compressedSize, COMPRESSED_UNKNOWN),
    subject: size => `Compressed size ${size}`,
    row: 'compressedSize',
    excess: 'growth',
  },
  'max-own-size': {
    description: 'Most uncompressed bytes of the layers that the Dockerfile adds',
    bound: 'max',
    limit: SIZE,
    measure: ({ ownSize }) => known(ownSize, 'it is not known which layers come from the base image'),
    subject: size => `The size of own layers, ${size},`,
    row: 'ownSize',
    excess: 'growth',
  },
  'max-layer-size': {
    description: 'Most uncompressed bytes of one layer that the Dockerfile adds',
    bound: 'max',
    limit: SIZE,
    measure: image => ({ actual: largestLayer(image) }),
    subject: size => `The largest layer, ${size},`,
    row: { title: 'Largest layer', after: 'layers' },
    excess: 'layer',
  },
  'max-size-increase': {
    description: 'Most growth against the base, bytes or a percentage',
    bound: 'max',
    limit: GROWTH,
    measure: (_image, comparison, unit) => growth(comparison, unit),
    subject: growth => `Growth ${growth}`,
    row: { title: 'Growth', after: 'size' },
    excess: 'growth',
    needsBaseline: true,
  },
  'max-pull': {
    description: `Most compressed bytes that a machine with the base's image downloads for this one ${NOT_OF_GRAPH_DRIVERS}`,
    bound: 'max',
    limit: SIZE,
    measure: (_image, comparison) => pulledBytes(comparison),
    subject: size => `The download, ${size},`,
    row: 'pull',
    excess: 'pull',
    needsBaseline: true,
  },
  'min-efficiency': {
    description: 'Least efficiency (visible bytes / bytes of all layers), `95%` or `0.95`',
    bound: 'min',
    limit: RATIO,
    measure: ({ efficiency }) => ({ actual: efficiency.score }),
    subject: ratio => `Efficiency ${ratio}`,
    row: 'efficiency',
    excess: 'waste',
  },
  'max-wasted': {
    description: 'Most bytes of own layers that the final filesystem does not show',
    bound: 'max',
    limit: SIZE,
    measure: ({ efficiency }) => ({ actual: efficiency.wastedBytes }),
    subject: size => `Waste ${size}`,
    row: 'wasted',
    excess: 'waste',
  },
} satisfies Readonly<Record<string, OptionBudget>>;

/** Source: dive 0.13.1, cmd/dive/cli/internal/options/ci.go and command/ci/rules.go. */
const diveBudgets = {
  'dive-lowest-efficiency': {
    bound: 'min',
    limit: RATIO,
    measure: ({ dive }) => ({ actual: dive.efficiency }),
    subject: ratio => `dive's efficiency, ${ratio},`,
    row: 'diveEfficiency',
    excess: 'waste',
    key: 'lowestEfficiency',
    threshold: GO_RATIO,
    whenAbsent: '0.9',
  },
  'dive-highest-wasted-bytes': {
    bound: 'max',
    limit: SIZE,
    measure: ({ dive }) => ({ actual: dive.wastedBytes }),
    subject: size => `dive's wasted bytes, ${size},`,
    row: { title: 'dive: wasted', after: 'diveEfficiency' },
    excess: 'waste',
    key: 'highestWastedBytes',
    threshold: GO_SIZE,
    whenAbsent: 'disabled',
  },
  'dive-highest-user-wasted-percent': {
    bound: 'max',
    limit: RATIO,
    measure: ({ dive }) => ({ actual: dive.userWastedPercent }),
    subject: ratio => `dive's user-wasted percent, ${ratio},`,
    row: { title: 'dive: user wasted', after: 'diveEfficiency' },
    excess: 'waste',
    key: 'highestUserWastedPercent',
    threshold: GO_RATIO,
    whenAbsent: '0.1',
  },
} satisfies Readonly<Record<string, DiveBudget>>;

export type OptionBudgetName = keyof typeof optionBudgets;
type DiveBudgetName = keyof typeof diveBudgets;
export type BudgetName = OptionBudgetName | DiveBudgetName;

export const OPTION_BUDGETS: Readonly<Record<OptionBudgetName, OptionBudget>> = optionBudgets;
export const DIVE_BUDGETS: Readonly<Record<DiveBudgetName, DiveBudget>> = diveBudgets;
export const BUDGETS: Readonly<Record<BudgetName, BudgetDefinition>> = { ...OPTION_BUDGETS, ...DIVE_BUDGETS };

export const OPTION_BUDGET_NAMES = namesOf(OPTION_BUDGETS);
export const DIVE_BUDGET_NAMES = namesOf(DIVE_BUDGETS);
export const BUDGET_NAMES = namesOf(BUDGETS);

function namesOf<Name extends string>(table: Readonly<Record<Name, unknown>>): readonly Name[] {
  return Object.keys(table).filter((name): name is Name => Object.hasOwn(table, name));
}

/** A value for each budget that options set. */
export function mapOptionBudgets<Value>(
  to: (budget: OptionBudget, name: OptionBudgetName) => Value,
): Readonly<Record<OptionBudgetName, Value>> {
  const values: Partial<Record<OptionBudgetName, Value>> = {};
  for (const name of OPTION_BUDGET_NAMES) values[name] = to(OPTION_BUDGETS[name], name);
  if (!isWhole(values)) throw new Error('every budget has a value');
  return values;
}

function isWhole<Value>(
  values: Partial<Record<OptionBudgetName, Value>>,
): values is Record<OptionBudgetName, Value> {
  return OPTION_BUDGET_NAMES.every(name => Object.hasOwn(values, name));
}

function known(actual: number | null, otherwise: string): Measure {
  return actual === null ? { unknown: otherwise } : { actual };
}

/** Of the image's own: a base layer's size is not the Dockerfile's doing. Of all, where the base is unknown. */
function largestLayer({ layers, baseLayerCount }: ImageAnalysis): number {
  return layers.slice(baseLayerCount ?? 0).reduce((most, layer) => Math.max(most, layer.size), 0);
}

function pulledBytes(comparison: Comparison | null): Measure {
  const pull = comparison?.pull ?? null;
  if (pull === null) return { unknown: 'there is no base to compare with' };
  return known(pull.compressedSize, COMPRESSED_UNKNOWN);
}

/** Any growth of an image of no bytes is infinite. */
function growth(comparison: Comparison | null, unit: BudgetUnit): Measure {
  if (comparison === null) return { unknown: 'there is no base to compare with' };
  const { baseline: base, delta } = comparison;
  if (unit === 'bytes') return { actual: delta.size };
  return { actual: delta.size === 0 ? 0 : delta.size / base.size };
}
