import { ROOT } from '../layer/path-table.ts';
import type { KeyPress } from './key-parser.ts';
import { actionOf, type KeyAction } from './keys.ts';
import { findingRows, scrolledTop } from './layout.ts';
import { textLines } from './pages.ts';
import { chosenPath, startExtraction, suggestedEdit } from './path-action.ts';
import {
  chosenFinding,
  chosenLayer,
  chosenNode,
  type ExploreEffect,
  type ExploreState,
  hasAttributes,
  isNarrowed,
  layoutOfState,
  openOf,
  placed,
  type Reduced,
  withChoices,
  withOpenDirectory,
  withOrder,
  withoutSlowFilter,
} from './state.ts';
import type { PathStatus } from './tree-state.ts';

/** The screen is as large as this now. */
export function resized(state: ExploreState, columns: number, rows: number): ExploreState {
  return placed({ ...state, columns, rows });
}

/** A key was pressed. What was said before is gone. */
export function reduce(before: ExploreState, key: KeyPress): Reduced {
  const state: ExploreState = before.message === null ? before : { ...before, message: null };
  if (key.name === 'ctrl-c') return asks(state, { kind: 'quit' });
  if (key.name === 'ctrl-z') return asks(state, { kind: 'suspend' });
  if (state.input !== null) return type(state, state.input, key);
  const action = actionOf(key.name, placeOf(state));
  if (action === null) return shows(state);
  return act(state, action);
}

/** Keys that are heeded whatever is being done. */
const URGENT: ReadonlySet<string> = new Set(['q', 'ctrl-c', 'ctrl-z', 'escape']);

/** Whether a key is about rows of the tree that are not there yet. */
export function waitsForView({ renewal, input, page, pane }: ExploreState, { name }: KeyPress): boolean {
  return renewal !== null && input === null && page === null && pane === 'tree' && !URGENT.has(name);
}

function shows(state: ExploreState): Reduced {
  return { state, effects: [] };
}

function asks(state: ExploreState, ...effects: readonly ExploreEffect[]): Reduced {
  return { state, effects };
}

function says(state: ExploreState, text: string, kind: 'info' | 'error' = 'info'): Reduced {
  return shows({ ...state, message: { kind, text } });
}

function placeOf({ page, pane }: ExploreState): 'layers' | 'tree' | 'lists' {
  return page === null ? pane : 'lists';
}

function act(state: ExploreState, action: KeyAction): Reduced {
  switch (action) {
    case 'quit':
      return asks(state, { kind: 'quit' });
    case 'suspend':
      return asks(state, { kind: 'suspend' });
    case 'help':
    case 'instruction':
    case 'notices':
    case 'causes':
      return shows({ ...state, page: state.page?.kind === action ? null : { kind: action, top: 0 } });
    case 'packages':
      return openPackages(state);
    case 'findings':
      return openFindings(state);
    case 'leave':
      return leave(state);
    case 'edit':
      return suggestedEdit(chosenFinding(state)?.location ?? chosenLayer(state)?.instruction ?? null, state);
    case 'copy':
      return chosenPath(state);
    default:
      return state.page === null ? actOnPanes(state, action) : actOnPage(state, state.page, action);
  }
}

/** Closes what was opened last. */
function leave(state: ExploreState): Reduced {
  if (state.page !== null) return shows({ ...state, page: null });
  if (state.filter !== '') return shows(withChoices(state, { filter: '' }));
  if (state.package !== null) return shows(withChoices(state, { package: null }));
  if (state.subject === 'waste' && state.exploration.listed !== 'wasted')
    return shows(withChoices(state, { subject: 'layers' }));
  return shows(state);
}

function openPackages(state: ExploreState): Reduced {
  if (state.page?.kind === 'packages') return shows({ ...state, page: null });
  return shows({ ...state, page: { kind: 'packages', chosen: 0, top: 0 } });
}

function openFindings(state: ExploreState): Reduced {
  if (state.page?.kind === 'findings') return shows({ ...state, page: null });
  return shows({ ...state, page: { kind: 'findings', chosen: 0, top: 0, scroll: 0 } });
}

const TOGGLES: Partial<Record<KeyAction, PathStatus>> = {
  added: 'added',
  removed: 'removed',
  modified: 'modified',
  unmodified: 'unmodified',
};

function actOnPanes(state: ExploreState, action: KeyAction): Reduced {
  const status = TOGGLES[action];
  if (status !== undefined) {
    const shown = { ...state.shown, [status]: !state.shown[status] };
    return shows(withChoices(state, { shown }));
  }
  switch (action) {
    case 'switch':
      return shows(placed({ ...state, pane: state.pane === 'layers' ? 'tree' : 'layers' }));
    case 'choose':
      return shows(placed({ ...state, pane: 'tree' }));
    case 'filter':
      return shows({ ...state, input: { kind: 'filter' } });
    case 'layer-changes':
      return shows(withChoices(state, { span: 'layer', subject: withoutComparison(state) }));
    case 'all-changes':
      return shows(withChoices(state, { span: 'all', subject: withoutComparison(state) }));
    case 'compare':
      return compare(state);
    case 'waste':
      return showWaste(state);
    case 'attributes':
      return shows(placed({ ...state, attributes: !hasAttributes(state) }));
    case 'order':
      return shows(withOrder(state, state.order === 'size' ? 'name' : 'size'));
    case 'extract':
      return startExtraction(state);
    case 'fold':
      return shows(fold(state));
    case 'fold-all':
      return shows(foldAll(state));
    case 'left':
      return shows(state.pane === 'tree' ? moveLeft(state) : state);
    case 'right':
      return shows(moveRight(state));
    default:
      return shows(move(state, action));
  }
}

function withoutComparison({ subject }: ExploreState): ExploreState['subject'] {
  return subject === 'comparison' ? 'layers' : subject;
}

function compare(state: ExploreState): Reduced {
  const { tree, report } = state.exploration;
  if (!tree.isCompared) {
    // A report has what moved the size, and no files.
    if (report.comparison !== null) return shows({ ...state, page: { kind: 'causes', top: 0 } });
    return says(state, 'There is no baseline: explore two images, BASE HEAD, to compare them.');
  }
  const isOn = state.subject === 'comparison';
  const shown = { ...state.shown, unmodified: isOn };
  return shows(withChoices(state, { subject: isOn ? 'layers' : 'comparison', shown }));
}

/** All of the image's, to begin with. */
function showWaste(state: ExploreState): Reduced {
  if (state.exploration.listed === 'wasted') return says(state, 'A report lists no other files.');
  if (state.subject === 'waste') return shows(withChoices(state, { subject: 'layers', span: 'layer' }));
  const layer = state.exploration.report.layers.length - 1;
  return shows(withChoices(state, { subject: 'waste', span: 'all', layer, cursor: 0, top: 0 }));
}

/** What a directory's own list of open ones becomes. */
function withOpen(state: ExploreState, open: Uint8Array): ExploreState {
  return withChoices(state, isNarrowed(state) ? { openMatches: open } : { open });
}

function fold(state: ExploreState): ExploreState {
  const node = chosenNode(state);
  if (node === null || !state.view.isFoldable(node)) return state;
  return withOpenDirectory(state, node, !state.view.isOpen(node));
}

/** Folds all where any is unfolded. */
function foldAll(state: ExploreState): ExploreState {
  const open = openOf(state);
  const isAnyOpen = open.some((value, node) => value === 1 && node !== ROOT);
  return withOpen(state, new Uint8Array(open.length).fill(isAnyOpen ? 0 : 1));
}

function moveLeft(state: ExploreState): ExploreState {
  const node = chosenNode(state);
  if (node === null) return state;
  if (state.view.isOpen(node) && state.view.isFoldable(node)) return withOpenDirectory(state, node, false);
  const parent = state.exploration.tree.paths.parentOf(node);
  const row = parent === ROOT ? null : state.view.rowOf(parent);
  return row === null ? state : placed({ ...state, cursor: row });
}

function moveRight(state: ExploreState): ExploreState {
  const node = chosenNode(state);
  if (node === null || !state.view.isFoldable(node)) return state;
  if (state.view.isOpen(node)) return placed({ ...state, cursor: state.cursor + 1 });
  return withOpenDirectory(state, node, true);
}

/** @returns the place after a key that moves, of `count` places of which `rows` are shown */
function moved(action: KeyAction, at: number, rows: number, count: number): number {
  const steps: Partial<Record<KeyAction, number>> = {
    up: -1,
    down: 1,
    'page-up': -rows,
    'page-down': rows,
    home: -count,
    end: count,
  };
  return Math.max(0, Math.min(at + (steps[action] ?? 0), count - 1));
}

function move(state: ExploreState, action: KeyAction): ExploreState {
  const { treeRows, layerRows } = layoutOfState(state);
  if (state.pane === 'tree')
    return placed({ ...state, cursor: moved(action, state.cursor, treeRows, state.view.rowCount) });
  const layer = moved(action, state.layer, layerRows, state.exploration.report.layers.length);
  return layer === state.layer ? state : withChoices(state, { layer });
}

function actOnPage(state: ExploreState, page: NonNullable<ExploreState['page']>, action: KeyAction): Reduced {
  const { pageRows } = layoutOfState(state);
  const { report, packages } = state.exploration;
  switch (page.kind) {
    case 'help':
    case 'instruction':
    case 'notices':
    case 'causes': {
      const { length } = textLines(state, page.kind, state.columns);
      return shows({ ...state, page: { ...page, top: scrolledBy(action, page.top, pageRows, length) } });
    }
    case 'packages': {
      if (action === 'choose') return choosePackage(state, page.chosen);
      const rows = pageRows - 1;
      const chosen = moved(action, page.chosen, rows, packages.length);
      const top = scrolledTop(page.top, chosen, rows, packages.length);
      return shows({ ...state, page: { ...page, chosen, top } });
    }
    case 'findings': {
      if (action === 'choose') return chooseFinding(state);
      // Pages turn what is told of the chosen one.
      if (action === 'page-up' || action === 'page-down') {
        const step = action === 'page-down' ? 5 : -5;
        return shows({ ...state, page: { ...page, scroll: Math.max(0, page.scroll + step) } });
      }
      const rows = findingRows({ pageRows }, report.findings.length);
      const chosen = moved(action, page.chosen, rows, report.findings.length);
      const top = scrolledTop(page.top, chosen, rows, report.findings.length);
      const scroll = chosen === page.chosen ? page.scroll : 0;
      return shows({ ...state, page: { ...page, chosen, top, scroll } });
    }
  }
}

/** @returns the first line after a key that moves, of a text that is scrolled and has no chosen line */
function scrolledBy(action: KeyAction, top: number, rows: number, count: number): number {
  return moved(action, top, rows, Math.max(1, count - rows + 1));
}

function choosePackage(state: ExploreState, index: number): Reduced {
  const chosen = state.exploration.packages[index];
  if (chosen === undefined) return shows(state);
  if (chosen.number === null)
    return says(state, 'None of the files that are listed belongs to this package.');
  const layer = state.exploration.report.layers.length - 1;
  return shows(
    withChoices(state, {
      page: null,
      layer,
      package: chosen.number,
      pane: 'tree',
      subject: 'layers',
      span: 'layer',
      filter: '',
      cursor: 0,
      top: 0,
      shown: { ...state.shown, unmodified: true, added: true },
    }),
  );
}

/** Shows its layer, and its first path. */
function chooseFinding(state: ExploreState): Reduced {
  const finding = chosenFinding(state);
  if (finding === null) return shows(state);
  const { layers, paths } = finding.evidence;
  const layer = layers.at(0) ?? state.layer;
  const found = {
    page: null,
    layer,
    subject: withoutComparison(state),
    filter: '',
    package: null,
  };
  const node = state.exploration.tree.paths.find((paths[0]?.path ?? '').replace(/^\/+/, ''));
  if (node === undefined || node === ROOT) return shows(withChoices(state, found));
  const after = { ...state, ...found, shownFilter: '' };
  const open = openOf(after).slice();
  const { paths: table } = state.exploration.tree;
  for (let at = table.parentOf(node); at !== ROOT; at = table.parentOf(at)) open[at] = 1;
  return shows(
    withChoices(state, { ...found, ...(isNarrowed(after) ? { openMatches: open } : { open }) }, node),
  );
}

function type(state: ExploreState, input: NonNullable<ExploreState['input']>, key: KeyPress): Reduced {
  const text = input.kind === 'filter' ? state.filter : input.text;
  const write = (changed: string): Reduced =>
    shows(
      input.kind === 'filter'
        ? withChoices(state, { filter: changed, cursor: 0, top: 0 })
        : { ...state, input: { ...input, text: changed } },
    );
  switch (key.name) {
    case 'escape':
      return shows(
        input.kind === 'filter'
          ? withChoices(state, { input: null, filter: '' })
          : { ...state, input: null, message: { kind: 'info', text: 'Nothing was written.' } },
      );
    case 'enter':
      return accept(state, input);
    case 'backspace':
      return write(Array.from(text).slice(0, -1).join(''));
    case 'ctrl-u':
      return write('');
    case 'tab':
    case 'down':
      return input.kind === 'filter' ? accept(state, input) : shows(state);
    default:
      return key.text === null || text.length >= MAX_INPUT ? shows(state) : write(`${text}${key.text}`);
  }
}

/** UTF-16 units. */
const MAX_INPUT = 1000;

function accept(state: ExploreState, input: NonNullable<ExploreState['input']>): Reduced {
  if (input.kind === 'filter') {
    const accepted: ExploreState = { ...state, input: null, pane: state.filter === '' ? state.pane : 'tree' };
    const isSlow = state.renewal === null && state.filter !== state.shownFilter;
    return shows(placed(isSlow ? withoutSlowFilter(accepted) : accepted));
  }
  const { tree } = state.exploration;
  const target = input.text.trim();
  if (target === '')
    return says({ ...state, input: null }, 'Nothing was written: there is no path.', 'error');
  return asks(
    { ...state, input: null },
    {
      kind: 'extract',
      layer: tree.layerOf(input.entry),
      path: tree.paths.pathOf(tree.nodeOf(input.entry)),
      skip: tree.earlierOf(input.entry),
      target,
    },
  );
}
