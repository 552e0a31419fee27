import type { ReportFinding, ReportLayer } from '../report/report.ts';
import type { Exploration } from './exploration.ts';
import { type Layout, layoutOf, scrolledTop } from './layout.ts';
import { matchingPaths } from './path-filter.ts';
import { finished, type SlicedWork } from './sliced-work.ts';
import { type PathStatus, stateOf, type TreeSubject } from './tree-state.ts';
import { type TreeOrder, TreeView } from './tree-view.ts';

/** What lies over the panes. */
export type ExplorePage =
  /** What is scrolled, and has no chosen line. */
  | { readonly kind: 'help' | 'instruction' | 'notices' | 'causes'; readonly top: number }
  | { readonly kind: 'packages'; readonly chosen: number; readonly top: number }
  | {
      readonly kind: 'findings';
      readonly chosen: number;
      readonly top: number;
      /** First line of what is told of the chosen one. */
      readonly scroll: number;
    };

/** A line that is being typed. */
export type ExploreInput =
  | { readonly kind: 'filter' }
  | {
      readonly kind: 'extract';
      /** The entry that holds the content. */
      readonly entry: number;
      readonly text: string;
    };

/** A line for the reader, until the next key. Untrusted text. */
export interface ExploreMessage {
  readonly kind: 'info' | 'error';
  readonly text: string;
}

/** All that the screen shows. Nothing in it is changed: a key makes a new one. */
export interface ExploreState {
  readonly exploration: Exploration;
  readonly columns: number;
  readonly rows: number;
  readonly pane: 'layers' | 'tree';
  /** Index of the chosen layer. */
  readonly layer: number;
  readonly layerTop: number;
  /** Whose changes are marked: of this layer, or of all up to it. */
  readonly span: 'layer' | 'all';
  readonly subject: TreeSubject['kind'];
  readonly shown: Readonly<Record<PathStatus, boolean>>;
  /** null where the width decides. */
  readonly attributes: boolean | null;
  readonly order: TreeOrder;
  /** As it is typed, and the one that the tree shows: the same, but while one is typed that takes too long. */
  readonly filter: string;
  readonly shownFilter: string;
  /** One more than the number of the package that is shown alone; null for all. */
  readonly package: number | null;
  /** By node, 1 where it is unfolded: of the whole tree, and of one that a filter makes small. */
  readonly open: Uint8Array;
  readonly openMatches: Uint8Array;
  readonly view: TreeView;
  readonly matches: Uint8Array | null;
  /** What the view does not show yet, of what was chosen; null where it shows all of it. */
  readonly renewal: Renewal | null;
  /** The chosen row of the tree, and the first that is shown. */
  readonly cursor: number;
  readonly top: number;
  readonly page: ExplorePage | null;
  readonly input: ExploreInput | null;
  readonly message: ExploreMessage | null;
  /** What failed last, with what to do: the page of notices has it. null where nothing did. Untrusted text. */
  readonly failure: string | null;
}

/** A view that is to be made: each is another. */
export interface Renewal {
  /** The node that is to be chosen in it, or the row; null for the path that is chosen now. */
  readonly node: number | null;
  readonly row: number | null;
}

/** What a key asks of the world. */
export type ExploreEffect =
  | { readonly kind: 'quit' | 'suspend' }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'edit'; readonly file: string; readonly line: number }
  | {
      readonly kind: 'extract';
      readonly layer: number;
      readonly path: string;
      /** How many entries of the layer have the path before it. */
      readonly skip: number;
      /** Where to, as it was typed. */
      readonly target: string;
    };

/** What a key makes of a state, and what it asks of the world. */
export interface Reduced {
  readonly state: ExploreState;
  readonly effects: readonly ExploreEffect[];
}

/** The choices that decide what the tree shows. */
type Choices = Omit<ExploreState, 'view' | 'matches' | 'renewal' | 'shownFilter'>;

/** What is said of a tree that has not all files. */
const UNLISTED = {
  wasted: 'A report lists no files but the largest wasted ones.',
  snapshot: 'A snapshot lists the files of own layers alone.',
  none: 'Listing the files …',
} as const;

/** @param columns of the terminal */
export function startState(exploration: Exploration, columns: number, rows: number): ExploreState {
  const { tree, report, listed } = exploration;
  const { size } = tree.paths;
  const subject = listed === 'wasted' ? 'waste' : tree.isCompared ? 'comparison' : 'layers';
  const choices: Choices = {
    exploration,
    columns,
    rows,
    pane: 'layers',
    layer: Math.max(0, report.layers.length - 1),
    layerTop: 0,
    span: subject === 'waste' ? 'all' : 'layer',
    subject,
    // What two images have in common is most of them, and nobody asked for it.
    shown: {
      added: true,
      removed: true,
      modified: true,
      unmodified: subject !== 'comparison',
      unknown: true,
    },
    attributes: null,
    order: 'size',
    filter: '',
    package: null,
    open: new Uint8Array(size),
    openMatches: new Uint8Array(size).fill(1),
    cursor: 0,
    top: 0,
    page: null,
    input: null,
    message: listed === 'all' ? null : { kind: 'info', text: UNLISTED[listed] },
    failure: null,
  };
  const state = finished(stateOf(tree, subjectOf(choices)));
  const selection = { shown: choices.shown, matches: null, package: null };
  const open = subject === 'waste' ? choices.openMatches : choices.open;
  const view = finished(TreeView.of(tree, state, selection, open, choices.order));
  return placed({ ...choices, shownFilter: '', matches: null, renewal: null, view });
}

export function layoutOfState({ columns, rows, pane, exploration }: ExploreState): Layout {
  return layoutOf({ columns, rows, pane, layerCount: exploration.report.layers.length });
}

/** Whether the tree shows so little that all of it is unfolded at first. */
export function isNarrowed({
  shownFilter,
  package: owner,
  subject,
}: Pick<ExploreState, 'shownFilter' | 'package' | 'subject'>): boolean {
  return shownFilter !== '' || owner !== null || subject === 'waste';
}

export function openOf(
  state: Pick<ExploreState, 'shownFilter' | 'package' | 'subject' | 'open' | 'openMatches'>,
): Uint8Array {
  return isNarrowed(state) ? state.openMatches : state.open;
}

export function hasAttributes({
  attributes,
  columns,
}: Pick<ExploreState, 'attributes' | 'columns'>): boolean {
  return attributes ?? columns >= 120;
}

/** What the tree is about. */
function subjectOf({ subject, span, layer }: Pick<ExploreState, 'subject' | 'span' | 'layer'>): TreeSubject {
  if (subject === 'comparison') return { kind: 'comparison' };
  if (subject === 'waste') return { kind: 'waste', from: span === 'all' ? 0 : layer, to: layer };
  // As dive does: all changes up to a layer are those since the lowest.
  return { kind: 'layers', from: span === 'all' ? Math.min(0, layer - 1) : layer - 1, to: layer };
}

/** Paths and entries of a tree whose view is made at once. */
const MAX_AT_ONCE = 100_000;

/**
 * The state with other choices, and the same path chosen where it is still there. Of a large tree the view is still that of the
 * choices before, and its renewal is to be carried out.
 * @param node to be chosen instead
 */
export function withChoices(
  state: ExploreState,
  changes: Partial<Choices>,
  node: number | null = null,
): ExploreState {
  const { cursor, ...choices } = changes;
  const renewal = { node, row: cursor ?? state.renewal?.row ?? null };
  const changed: ExploreState = { ...state, ...choices, renewal };
  const { tree } = state.exploration;
  return tree.paths.size + tree.entryCount > MAX_AT_ONCE
    ? placed(changed)
    : finished(renewed(changed))(changed);
}

/** After so long, whoever makes a view lets others have their turn: keys and signals. Milliseconds. */
export const MAX_SLICE = 8;

/** Makes the view that a state is to have. @returns what a state becomes with it, whose choices are the same */
export function* renewed(wanted: ExploreState): SlicedWork<(state: ExploreState) => ExploreState> {
  const { exploration, shown, package: owner, filter, view: before } = wanted;
  const { tree } = exploration;
  const isSameFilter = filter === wanted.shownFilter;
  const found = isSameFilter ? wanted.matches : filter === '' ? null : yield* matchingPaths(tree, filter);
  const isTooSlow = !isSameFilter && filter !== '' && found === null;
  const matches = isTooSlow ? wanted.matches : found;
  const shownFilter = isTooSlow ? wanted.shownFilter : filter;
  const subject = subjectOf(wanted);
  const state = isSame(before.state.subject, subject) ? before.state : yield* stateOf(tree, subject);
  const selection = { shown, matches, package: owner };
  const view = yield* TreeView.of(tree, state, selection, openOf({ ...wanted, shownFilter }), wanted.order);
  return latest => {
    const chosen = latest.renewal?.node ?? chosenNode(latest);
    const row = chosen === null ? null : view.rowOf(chosen);
    const isNode = latest.renewal?.node != null && row !== null;
    const kept: ExploreState = {
      ...latest,
      view,
      matches,
      shownFilter,
      renewal: null,
      pane: isNode ? 'tree' : latest.pane,
      cursor: isNode ? row : (latest.renewal?.row ?? row ?? 0),
    };
    return placed(isTooSlow ? withoutSlowFilter(kept) : kept);
  };
}

/** Says that the filter is not the one that was typed. While it is typed, it may become another. */
export function withoutSlowFilter(state: ExploreState): ExploreState {
  return {
    ...state,
    filter: state.input?.kind === 'filter' ? state.filter : state.shownFilter,
    message: { kind: 'error', text: 'This expression takes too long: the filter is the one before.' },
  };
}

/** The state with another order of the same tree, and the same path chosen. */
export function withOrder(state: ExploreState, order: TreeOrder): ExploreState {
  return withView(state, { order, view: state.view.inOrder(order) });
}

/** The state with one directory folded, or unfolded, and the same path chosen where it is still there. */
export function withOpenDirectory(state: ExploreState, directory: number, isOpen: boolean): ExploreState {
  const view = state.view.withOpen(directory, isOpen);
  return withView(state, isNarrowed(state) ? { view, openMatches: view.open } : { view, open: view.open });
}

function withView(
  state: ExploreState,
  changes: Partial<ExploreState> & Pick<ExploreState, 'view'>,
): ExploreState {
  const node = chosenNode(state);
  const cursor = node === null ? state.cursor : (changes.view.rowOf(node) ?? 0);
  return placed({ ...state, ...changes, cursor });
}

/** The state with its chosen rows on the screen. */
export function placed(state: ExploreState): ExploreState {
  const { layerRows, treeRows } = layoutOfState(state);
  const { view, exploration } = state;
  const cursor = Math.max(0, Math.min(state.cursor, view.rowCount - 1));
  const layerCount = exploration.report.layers.length;
  const layer = Math.max(0, Math.min(state.layer, layerCount - 1));
  return {
    ...state,
    cursor,
    layer,
    top: scrolledTop(state.top, cursor, treeRows, view.rowCount),
    layerTop: scrolledTop(state.layerTop, layer, layerRows, layerCount),
  };
}

function isSame(one: TreeSubject, other: TreeSubject): boolean {
  if (one.kind === 'comparison' || other.kind === 'comparison') return one.kind === other.kind;
  return one.kind === other.kind && one.from === other.from && one.to === other.to;
}

export function chosenLayer({ exploration, layer }: ExploreState): ReportLayer | null {
  return exploration.report.layers[layer] ?? null;
}

/** The finding that its page is about; null where there is no such page. */
export function chosenFinding({ exploration, page }: ExploreState): ReportFinding | null {
  return page?.kind === 'findings' ? (exploration.report.findings[page.chosen] ?? null) : null;
}

/** The node of the chosen row; null where the tree is empty. */
export function chosenNode({ view, cursor }: ExploreState): number | null {
  return view.nodeAt(cursor);
}
