import { safeText } from '../base/untrusted-text.ts';
import { ComparedInventory, type ComparedRow, type PathSide } from '../inventory/compared-inventory.ts';
import type { ImageInventory, Inventory, InventoryRow } from '../inventory/inventory.ts';
import type { ListFormat } from '../inventory/list-format.ts';
import type { OwningPackage } from '../inventory/owning-package.ts';
import { instructionTitle } from './layer-name.ts';
import type { Report } from './report.ts';

type Value = string | number | null;

/** What made a layer. */
const PLACE_COLUMNS = ['origin', 'instruction', 'file', 'line'] as const;
const PACKAGE_COLUMNS = ['packageType', 'package', 'version'] as const;
/** Of the entries of one image, in their order. */
const ENTRY_COLUMNS = [
  'path',
  'kind',
  'state',
  'size',
  'visible',
  'hidden',
  'wasted',
  'reason',
  'hiddenBy',
  'layer',
  ...PLACE_COLUMNS,
  'goneIn',
  'mode',
  'uid',
  'gid',
  'mtime',
  'link',
  ...PACKAGE_COLUMNS,
] as const;
/** Of the paths of two images, in their order. */
const PATH_COLUMNS = [
  'path',
  'kind',
  'change',
  'delta',
  'baselineSize',
  'size',
  'visible',
  'wasted',
  'state',
  'layer',
  ...PLACE_COLUMNS,
  'baselineLayer',
  'baselineInstruction',
  ...PACKAGE_COLUMNS,
  'baselineVersion',
] as const;

/** One line of a list: values by the name of their column. */
type Line<Column extends string> = Readonly<Record<Column, Value>>;
type EntryLine = Line<(typeof ENTRY_COLUMNS)[number]>;
type PathLine = Line<(typeof PATH_COLUMNS)[number]>;
type PlaceColumns = Line<(typeof PLACE_COLUMNS)[number]>;
type PackageColumns = Line<(typeof PACKAGE_COLUMNS)[number]>;

/** Characters of an instruction in a list. */
const MAX_TITLE = 200;

/**
 * The list of an image's files as text, in pieces: one line an entry of a layer, or one line a path of two images. `csv` is
 * as RFC 4180 has it, with a heading; `ndjson` has one JSON object a line. Columns are explained in docs/lists.md. Sizes
 * are bytes, times are ISO 8601, modes octal digits; what is not known is empty, or null.
 */
export function fileList(report: Report, inventory: Inventory, format: ListFormat): Generator<string> {
  const { head, baseline } = inventory;
  const places = new LayerColumns(report);
  return baseline === null
    ? listText(entryLines(head, places), ENTRY_COLUMNS, format)
    : listText(pathLines(head, baseline, places), PATH_COLUMNS, format);
}

function* listText<Column extends string>(
  lines: Iterable<Line<Column>>,
  columns: readonly Column[],
  format: ListFormat,
): Generator<string> {
  let text = format === 'csv' ? `${columns.join(',')}\r\n` : '';
  for (const line of lines) {
    text +=
      format === 'csv'
        ? `${columns.map(column => csvField(line[column])).join(',')}\r\n`
        : `${safeText(JSON.stringify(line), 'json')}\n`;
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  yield text;
}

/** Characters that are handed on at once. */
const CHUNK = 64 * 1024;

function* entryLines(image: ImageInventory, places: LayerColumns): Generator<EntryLine> {
  for (const row of image.rows()) {
    yield {
      path: `/${row.path}`,
      kind: row.kind,
      state: row.state,
      size: row.size,
      visible: row.visible,
      hidden: row.hidden,
      wasted: row.wasted,
      reason: row.reason,
      hiddenBy: row.hiddenBy,
      layer: row.layer,
      ...places.ofHead(row.layer),
      goneIn: row.goneIn,
      mode: row.mode === null ? null : row.mode.toString(8).padStart(4, '0'),
      uid: row.uid,
      gid: row.gid,
      mtime: timeOf(row),
      link: row.linkname,
      ...packageColumns(row.package),
    };
  }
}

function* pathLines(
  head: ImageInventory,
  baseline: ImageInventory,
  places: LayerColumns,
): Generator<PathLine> {
  const compared = new ComparedInventory({ head, baseline });
  for (const row of compared.rows()) yield pathLine(row, places);
  if (compared.unlistedDelta === 0) return;
  yield pathLine(
    { path: null, change: 'changed', delta: compared.unlistedDelta, head: null, baseline: null },
    places,
  );
}

/** @param row of no path for what is not listed */
function pathLine(
  row: Omit<ComparedRow, 'path'> & { readonly path: string | null },
  places: LayerColumns,
): PathLine {
  const { head, baseline } = row;
  const side = head ?? baseline;
  return {
    path: row.path === null ? null : `/${row.path}`,
    kind: row.path === null ? 'unlisted' : (side?.top.kind ?? null),
    change: row.change,
    delta: row.delta,
    baselineSize: baseline?.size ?? 0,
    size: head?.size ?? 0,
    visible: head?.visible ?? 0,
    wasted: head?.wasted ?? 0,
    state: head?.top.state ?? null,
    layer: head?.layer ?? null,
    ...(head === null ? NO_PLACE : places.ofHead(head.layer)),
    baselineLayer: baseline?.layer ?? null,
    baselineInstruction: baseline === null ? null : places.instructionOfBaseline(baseline.layer),
    ...packageColumns(packageOf(head) ?? packageOf(baseline)),
    baselineVersion: packageOf(baseline)?.version ?? null,
  };
}

function packageOf(side: PathSide | null): OwningPackage | null {
  return side?.package ?? null;
}

function packageColumns(owner: OwningPackage | null): PackageColumns {
  return {
    packageType: owner?.type ?? null,
    package: owner?.name ?? null,
    version: owner?.version ?? null,
  };
}

function timeOf({ mtime }: InventoryRow): string | null {
  if (mtime === null) return null;
  const date = new Date(mtime * 1000);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

const NO_PLACE: PlaceColumns = { origin: null, instruction: null, file: null, line: null };

/** What made each layer, as columns. */
class LayerColumns {
  readonly #head: ReadonlyMap<number, PlaceColumns>;
  readonly #baseline = new Map<number, string>();

  constructor({ layers, comparison }: Report) {
    this.#head = new Map(
      layers.map(layer => [
        layer.index,
        {
          origin: layer.origin,
          instruction: instructionTitle(layer, MAX_TITLE),
          file: layer.instruction?.file ?? null,
          line: layer.instruction?.startLine ?? null,
        },
      ]),
    );
    for (const layer of comparison?.layers ?? []) {
      if (layer.baselineIndex === null) continue;
      const instruction = layer.baselineInstruction ?? layer.instruction;
      this.#baseline.set(layer.baselineIndex, instructionTitle({ ...layer, instruction }, MAX_TITLE));
    }
  }

  ofHead(layer: number): PlaceColumns {
    return this.#head.get(layer) ?? NO_PLACE;
  }

  instructionOfBaseline(layer: number): string | null {
    return this.#baseline.get(layer) ?? null;
  }
}

/**
 * Characters that a terminal or an editor would not show are escaped as JSON escapes them. Programs that calculate take a
 * text that begins like a formula for one: an apostrophe, as they read it, says that it is a text.
 */
function csvField(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const shown = safeText(
    value.replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t'),
    'json',
  );
  const text = /^[=+\-@]/.test(shown) ? `'${shown}` : shown;
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
