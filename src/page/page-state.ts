/** What bytes are counted. `compressed`: the share that a file has of its layer's compressed bytes. */
export const UNITS = ['size', 'compressed'] as const;
/** What rectangles are coloured by. */
export const COLORS = ['layer', 'change', 'waste', 'package'] as const;
/** Which paths are shown. */
export const SHOWN = ['all', 'added', 'removed', 'changed', 'wasted'] as const;
/** What rows of files are sorted by. */
export const SORTS = ['size', 'name', 'delta', 'waste', 'count'] as const;

/** All that a reader chose. Views draw from it, and it is in the address, so that a link shows the same. */
export interface PageState {
  /** Id of a view; empty for the first. */
  readonly view: string;
  /** Indexes of the layers that are shown; empty for all. */
  readonly layers: readonly number[];
  /** What paths, packages or sentences have to hold, whatever the case. */
  readonly text: string;
  readonly sort: (typeof SORTS)[number];
  /** Whether the order is turned around. */
  readonly isReversed: boolean;
  /** Clean path of the directory that is zoomed to; the root is the empty string. */
  readonly path: string;
  readonly unit: (typeof UNITS)[number];
  readonly color: (typeof COLORS)[number];
  readonly show: (typeof SHOWN)[number];
  /** Indexes of the findings whose fixes are ticked. */
  readonly fixes: readonly number[];
}

export const INITIAL_STATE: PageState = {
  view: '',
  layers: [],
  text: '',
  sort: 'size',
  isReversed: false,
  path: '',
  unit: 'size',
  color: 'layer',
  show: 'all',
  fixes: [],
};

/** The state as the fragment of an address, without its `#`: what is as in the beginning is left out. */
export function formatState(state: PageState): string {
  const fields = new URLSearchParams();
  const add = (name: string, value: string, initial: string): void => {
    if (value !== initial) fields.set(name, value);
  };
  add('view', state.view, INITIAL_STATE.view);
  add('layers', state.layers.join('.'), '');
  add('text', state.text, INITIAL_STATE.text);
  add('sort', state.sort, INITIAL_STATE.sort);
  add('reversed', state.isReversed ? '1' : '', '');
  add('path', state.path, INITIAL_STATE.path);
  add('unit', state.unit, INITIAL_STATE.unit);
  add('color', state.color, INITIAL_STATE.color);
  add('show', state.show, INITIAL_STATE.show);
  add('fixes', state.fixes.join('.'), '');
  return fields.toString();
}

/** Reads what `formatState` wrote. What is no such thing counts as left out. */
export function parseState(fragment: string): PageState {
  const fields = new URLSearchParams(fragment);
  return {
    view: fields.get('view') ?? INITIAL_STATE.view,
    layers: parseNumbers(fields.get('layers')),
    text: fields.get('text') ?? INITIAL_STATE.text,
    sort: oneOf(SORTS, fields.get('sort'), INITIAL_STATE.sort),
    isReversed: fields.get('reversed') === '1',
    path: fields.get('path') ?? INITIAL_STATE.path,
    unit: oneOf(UNITS, fields.get('unit'), INITIAL_STATE.unit),
    color: oneOf(COLORS, fields.get('color'), INITIAL_STATE.color),
    show: oneOf(SHOWN, fields.get('show'), INITIAL_STATE.show),
    fixes: parseNumbers(fields.get('fixes')),
  };
}

/** Numbers that an address may hold. */
const MAX_NUMBERS = 10_000;

function parseNumbers(text: string | null): readonly number[] {
  if (text === null) return [];
  const numbers = text
    .split('.', MAX_NUMBERS)
    .filter(part => /^\d{1,9}$/.test(part))
    .map(Number);
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function oneOf<Value extends string>(values: readonly Value[], text: string | null, initial: Value): Value {
  return values.find(value => value === text) ?? initial;
}
