/** Where a key means something. */
export type KeyPlace = 'everywhere' | 'layers' | 'tree' | 'lists';

/** What a key does. */
export type KeyAction =
  | 'quit'
  | 'help'
  | 'switch'
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'filter'
  | 'leave'
  | 'layer-changes'
  | 'all-changes'
  | 'fold'
  | 'fold-all'
  | 'added'
  | 'removed'
  | 'modified'
  | 'unmodified'
  | 'attributes'
  | 'order'
  | 'extract'
  | 'compare'
  | 'waste'
  | 'packages'
  | 'findings'
  | 'instruction'
  | 'notices'
  | 'causes'
  | 'choose'
  | 'edit'
  | 'copy'
  | 'suspend';

interface KeyBinding {
  readonly action: KeyAction;
  readonly place: KeyPlace;
  /** Names of keys, as `KeyPress` has them. */
  readonly keys: readonly string[];
  /** How people write them. */
  readonly label: string;
  /** What it does: a phrase that begins small. */
  readonly does: string;
  /** In the line at the bottom; absent where there is no need of it. */
  readonly hint?: string;
}

/** Every key that there is: the page of keys, the guide and the reducer are made of this. Those of dive are the same. */
export const KEY_BINDINGS: readonly KeyBinding[] = [
  {
    action: 'switch',
    place: 'everywhere',
    keys: ['tab', 'back-tab'],
    label: 'Tab',
    does: 'switch between the layers and the tree',
    hint: 'switch',
  },
  { action: 'help', place: 'everywhere', keys: ['?'], label: '?', does: 'show this page', hint: 'keys' },
  {
    action: 'quit',
    place: 'everywhere',
    keys: ['q', 'ctrl-c'],
    label: 'q Ctrl-C',
    does: 'quit',
    hint: 'quit',
  },
  { action: 'up', place: 'everywhere', keys: ['up', 'k'], label: '↑ k', does: 'move up' },
  { action: 'down', place: 'everywhere', keys: ['down', 'j'], label: '↓ j', does: 'move down' },
  { action: 'page-up', place: 'everywhere', keys: ['page-up', 'u'], label: 'PgUp u', does: 'move up a page' },
  {
    action: 'page-down',
    place: 'everywhere',
    keys: ['page-down', 'd'],
    label: 'PgDn d',
    does: 'move down a page',
  },
  { action: 'home', place: 'everywhere', keys: ['home', 'g'], label: 'Home g', does: 'go to the start' },
  { action: 'end', place: 'everywhere', keys: ['end', 'G'], label: 'End G', does: 'go to the end' },
  {
    action: 'filter',
    place: 'everywhere',
    keys: ['ctrl-f', '/', 'ctrl-/'],
    label: 'Ctrl-F /',
    does: 'show only paths that match a regular expression (Esc ends it)',
    hint: 'filter',
  },
  {
    action: 'waste',
    place: 'everywhere',
    keys: ['w'],
    label: 'w',
    does: 'show only what the final filesystem does not show',
    hint: 'waste',
  },
  {
    action: 'compare',
    place: 'everywhere',
    keys: ['b'],
    label: 'b',
    does: 'show the image against its baseline, or its layers again',
    hint: 'baseline',
  },
  {
    action: 'causes',
    place: 'everywhere',
    keys: ['c'],
    label: 'c',
    does: 'list what moved the size against the baseline',
  },
  {
    action: 'packages',
    place: 'everywhere',
    keys: ['p'],
    label: 'p',
    does: 'list the packages; Enter shows the files of one',
    hint: 'packages',
  },
  {
    action: 'findings',
    place: 'everywhere',
    keys: ['f'],
    label: 'f',
    does: 'list the findings, each with its fix',
    hint: 'findings',
  },
  {
    action: 'notices',
    place: 'everywhere',
    keys: ['n'],
    label: 'n',
    does: 'show what could not be known, or was approximated',
  },
  {
    action: 'instruction',
    place: 'everywhere',
    keys: ['i'],
    label: 'i',
    does: "show the text of the layer's instruction",
  },
  {
    action: 'edit',
    place: 'everywhere',
    keys: ['e'],
    label: 'e',
    does: "open the instruction's line in $VISUAL or $EDITOR",
  },
  {
    action: 'copy',
    place: 'everywhere',
    keys: ['y'],
    label: 'y',
    does: 'copy the path (OSC 52, where the terminal allows it)',
  },
  {
    action: 'leave',
    place: 'everywhere',
    keys: ['escape'],
    label: 'Esc',
    does: 'close what is open, or end the filter',
    hint: 'back',
  },
  {
    action: 'suspend',
    place: 'everywhere',
    keys: ['ctrl-z'],
    label: 'Ctrl-Z',
    does: 'suspend, as in a shell',
  },
  {
    action: 'layer-changes',
    place: 'everywhere',
    keys: ['ctrl-l'],
    label: 'Ctrl-L',
    does: 'mark what this layer changed',
  },
  {
    action: 'all-changes',
    place: 'layers',
    keys: ['ctrl-a'],
    label: 'Ctrl-A',
    does: 'mark what all layers up to this one changed',
    hint: 'all up to here',
  },
  {
    action: 'choose',
    place: 'layers',
    keys: ['enter', 'right', 'l'],
    label: 'Enter → l',
    does: 'go to the tree',
  },
  {
    action: 'fold',
    place: 'tree',
    keys: ['space'],
    label: 'Space',
    does: 'fold or unfold the directory',
    hint: 'fold',
  },
  {
    action: 'fold-all',
    place: 'tree',
    keys: ['ctrl-space'],
    label: 'Ctrl-Space',
    does: 'fold or unfold all directories',
  },
  {
    action: 'left',
    place: 'tree',
    keys: ['left', 'h'],
    label: '← h',
    does: 'fold the directory, or go to the one above',
  },
  {
    action: 'right',
    place: 'tree',
    keys: ['right', 'l'],
    label: '→ l',
    does: 'unfold the directory, or go into it',
  },
  { action: 'added', place: 'tree', keys: ['ctrl-a'], label: 'Ctrl-A', does: 'show or hide what is added' },
  {
    action: 'removed',
    place: 'tree',
    keys: ['ctrl-r'],
    label: 'Ctrl-R',
    does: 'show or hide what is removed',
  },
  {
    action: 'modified',
    place: 'tree',
    keys: ['ctrl-m', 'enter'],
    label: 'Ctrl-M',
    does: 'show or hide what is modified (terminals send Enter for it)',
  },
  {
    action: 'unmodified',
    place: 'tree',
    keys: ['ctrl-u'],
    label: 'Ctrl-U',
    does: 'show or hide what is unmodified',
  },
  {
    action: 'attributes',
    place: 'tree',
    keys: ['ctrl-b'],
    label: 'Ctrl-B',
    does: 'show or hide permissions and owners',
  },
  {
    action: 'order',
    place: 'tree',
    keys: ['ctrl-o'],
    label: 'Ctrl-O',
    does: 'order by size, or by name',
    hint: 'order',
  },
  {
    action: 'extract',
    place: 'tree',
    keys: ['ctrl-e'],
    label: 'Ctrl-E',
    does: 'write the file to this machine',
    hint: 'extract',
  },
  {
    action: 'choose',
    place: 'lists',
    keys: ['enter'],
    label: 'Enter',
    does: 'show the files of the package, or the layer of the finding',
    hint: 'show',
  },
];

/** Headings of the page of keys, in their order. */
export const KEY_PLACES: Readonly<Record<KeyPlace, string>> = {
  everywhere: 'Everywhere',
  layers: 'Among the layers',
  tree: 'In the tree',
  lists: 'In a list',
};

/** What a key does in a place: its own meaning there goes before the one that it has everywhere. */
export function actionOf(key: string, place: Exclude<KeyPlace, 'everywhere'>): KeyAction | null {
  const bound = (where: KeyPlace) =>
    KEY_BINDINGS.find(binding => binding.place === where && binding.keys.includes(key))?.action;
  return bound(place) ?? bound('everywhere') ?? null;
}

/** What the line at the bottom names: first what is of this place alone. */
export function keyHints(
  place: Exclude<KeyPlace, 'everywhere'>,
): readonly { readonly key: string; readonly hint: string }[] {
  const named = KEY_BINDINGS.flatMap(({ action, place: where, label, hint }) => {
    const isNamed =
      place === 'lists' && where === 'everywhere'
        ? ALWAYS.has(action)
        : [place, 'everywhere'].includes(where);
    return hint === undefined || !isNamed ? [] : [{ key: label.split(' ')[0] ?? label, hint, where }];
  });
  return named.toSorted((one, other) => Number(one.where !== place) - Number(other.where !== place));
}

/** What is named over a page, too. */
const ALWAYS: ReadonlySet<KeyAction> = new Set<KeyAction>(['help', 'quit', 'leave']);
