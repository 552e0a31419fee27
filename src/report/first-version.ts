import { renameKeys } from '../base/renamed-keys.ts';

type Values = Readonly<Record<string, unknown>>;

/** A report of version 1 under the names of version 2, trusting none of it; anything else as it is. */
export function upgradeReport(value: unknown): unknown {
  if (!isValues(value) || value['schemaVersion'] !== 1) return value;
  return {
    ...value,
    schemaVersion: 2,
    context: renameKeys(value['context'], { base: 'baseline' }),
    image: renameKeys(value['image'], { baseName: 'baseImageName' }),
    comparison: upgradeComparison(value['comparison']),
  };
}

const LAYER_NAMES = {
  baseIndex: 'baselineIndex',
  baseSize: 'baselineSize',
  baseWastedBytes: 'baselineWastedBytes',
} as const;

function upgradeComparison(value: unknown): unknown {
  const renamed = renameKeys(value, { base: 'baseline' });
  if (!isValues(renamed)) return renamed;
  const { layers, causes } = renamed;
  return {
    ...renamed,
    layers: Array.isArray(layers) ? layers.map(layer => renameKeys(layer, LAYER_NAMES)) : layers,
    causes: Array.isArray(causes) ? causes.map(upgradeCause) : causes,
    moved: [],
    renamed: [],
  };
}

const NONE = { count: 0, bytes: 0 };

/** Version 1 told causes by instruction: what is below one may be packages and files together. */
function upgradeCause(value: unknown): unknown {
  if (!isValues(value)) return value;
  const { kind, bytes, instruction, createdBy, packages = [], files = [], otherBytes } = value;
  const place = [{ layer: 0, bytes, instruction, createdBy }];
  const isGone = kind === 'instruction-removed';
  const isBase = kind === 'base-image';
  return {
    kind: isBase ? 'base-image' : Array.isArray(packages) && packages.length > 0 ? 'packages' : 'files',
    change: isGone ? 'removed' : kind === 'instruction-added' ? 'added' : 'changed',
    bytes,
    head: isGone ? [] : place,
    baseline: isGone || isBase ? place : [],
    layerCounts: { head: isGone ? 0 : 1, baseline: isGone || isBase ? 1 : 0 },
    waste: null,
    packages,
    packageTotals: value['packageTotals'] ?? { added: NONE, removed: NONE, updated: NONE, kept: NONE },
    files,
    otherBytes,
  };
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
