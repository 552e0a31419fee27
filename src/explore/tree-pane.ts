import { formatSize, formatSizeDelta } from '../base/number-text.ts';
import { columnsOf } from '../report/text-width.ts';
import { modeText } from './attributes.ts';
import {
  alignLeft,
  alignRight,
  type CellStyle,
  chosenLine,
  fitLine,
  run,
  type ScreenLine,
  untrusted,
} from './cells.ts';
import { SIZE_COLUMNS } from './layers-pane.ts';
import type { Layout } from './layout.ts';
import { filterFault } from './path-filter.ts';
import { type ExploreState, hasAttributes } from './state.ts';
import type { PathStatus } from './tree-state.ts';
import type { TreeRow } from './tree-view.ts';

const SIGNS: Readonly<Record<PathStatus, string>> = {
  added: '+',
  removed: '-',
  modified: '~',
  unmodified: ' ',
  unknown: '?',
};

const STYLES: Readonly<Record<PathStatus, CellStyle>> = {
  added: 'added',
  removed: 'removed',
  modified: 'modified',
  unmodified: 'plain',
  unknown: 'plain',
};

/** `drwxr-xr-x 65534:65534`. */
const ATTRIBUTE_COLUMNS = 22;

/** The tree with its title and head. @returns as many lines as the pane has */
export function treePaneLines(state: ExploreState, layout: Layout): readonly ScreenLine[] {
  const { treeColumns: columns, treeRows } = layout;
  const { view } = state;
  const isActive = state.pane === 'tree' && state.page === null;
  const withAttributes = hasAttributes(state);
  const rows = view
    .rowsFrom(state.top, treeRows)
    .map((row, index) =>
      chosenLine(
        fitLine(rowLine(state, row, withAttributes, columns), columns),
        state.top + index === state.cursor,
        isActive,
      ),
    );
  const isSigned = state.subject === 'comparison';
  const head = [
    ` ${alignRight(isSigned ? 'Δ' : 'size', SIZE_COLUMNS + 1)}`,
    ...(withAttributes ? [alignLeft('mode       owner', ATTRIBUTE_COLUMNS)] : []),
    `path, by ${state.order}${hiddenText(state)}`,
  ].join(' ');
  const empty = view.rowCount > 0 ? [] : emptyText(state).map(text => fitLine([run(text, 'dim')], columns));
  return [
    fitLine([run(titleOf(state), isActive ? 'active' : 'title')], columns),
    fitLine([run(head, 'dim')], columns),
    ...rows,
    ...empty,
  ];
}

/** `20.4 MB wasted in layers 0 to 4`: how much is shown, and of what. */
function titleOf(state: ExploreState): string {
  const { subject, span, layer, exploration, package: owner, shownFilter, view } = state;
  if (exploration.listed === 'none') return 'Files';
  if (state.renewal !== null) return 'Listing …';
  const bytes = view.bytesOf();
  const total = subject === 'comparison' ? formatSizeDelta(bytes) : formatSize(bytes);
  const upTo = layer === 0 ? 'layer 0' : `layers 0 to ${layer}`;
  const what = {
    comparison: 'against the baseline',
    waste: `wasted in ${span === 'all' ? upTo : `layer ${layer}`}`,
    layers:
      span === 'all'
        ? `after layer ${layer}, with changes since layer 0`
        : `after layer ${layer}, with its changes`,
  }[subject];
  const narrowed =
    owner !== null
      ? ` of ${untrusted(exploration.tree.packageAt(owner)?.name ?? '')}`
      : shownFilter === ''
        ? ''
        : ' of what matches';
  return `${total}${narrowed} ${what}`;
}

function hiddenText({ shown }: ExploreState): string {
  const hidden = Object.entries(shown).flatMap(([status, isShown]) => (isShown ? [] : [status]));
  return hidden.map(status => `, no ${status}`).join('');
}

/** Why there is nothing to see, and what to press. */
function emptyText(state: ExploreState): readonly string[] {
  const { subject, shownFilter, package: owner, shown, exploration, span } = state;
  if (exploration.listed === 'none') return ['Listing the files …'];
  if (shownFilter !== '')
    return filterFault(shownFilter) === null
      ? ['No path matches the filter.', 'Esc ends it.']
      : ['No path has the text of the filter, which is', 'no regular expression. Esc ends it.'];
  if (owner !== null) return ['This layer shows no file of the package.', 'Esc shows all files.'];
  if (Object.values(shown).includes(false))
    return ['All that is here is hidden.', 'Ctrl-A, Ctrl-R, Ctrl-M and Ctrl-U show it again.'];
  if (subject === 'comparison') return ['The two images have the same files.'];
  if (subject === 'waste')
    return exploration.listed === 'wasted'
      ? ['The report lists no wasted files.']
      : span === 'all'
        ? ['Nothing is wasted: the final filesystem shows all of it.']
        : ['Nothing of this layer is wasted.'];
  return ['There are no files up to this layer.'];
}

function rowLine(state: ExploreState, row: TreeRow, withAttributes: boolean, columns: number): ScreenLine {
  const { view, exploration } = state;
  const { tree } = exploration;
  const { node } = row;
  const status = view.statusOf(node);
  const bytes = view.bytesOf(node);
  const entry = view.entryOf(node);
  const found = entry === null ? null : tree.describe(entry);
  const isDirectory = found === null || found.kind === 'directory' || tree.hasChildren(node);
  const size =
    state.subject === 'comparison'
      ? bytes === 0
        ? '='
        : formatSizeDelta(bytes)
      : isDirectory || bytes > 0 || found?.kind === 'file'
        ? formatSize(bytes)
        : '';
  const attributes = withAttributes
    ? `${alignLeft(found?.mode == null ? '' : `${modeText(found.mode, found.kind)} ${found.uid}:${found.gid}`, ATTRIBUTE_COLUMNS)} `
    : '';
  const used = 2 + SIZE_COLUMNS + 1 + columnsOf(attributes) + 1;
  const isFolded = isDirectory && view.isFoldable(node) && !view.isOpen(node);
  const target = found?.linkname == null ? '' : ` → ${untrusted(found.linkname)}`;
  return [
    run(`${SIGNS[status]} `, STYLES[status]),
    run(`${alignRight(size, SIZE_COLUMNS + 1)} `, bytes === 0 ? 'dim' : 'plain'),
    run(attributes, 'dim'),
    run(
      `${branchText(row, Math.max(6, Math.floor((columns - used) / 2)))}${isFolded ? '─⊕ ' : '── '}`,
      'dim',
    ),
    run(`${untrusted(tree.nameOf(node))}${isDirectory ? '/' : ''}`, STYLES[status]),
    run(target, 'dim'),
  ];
}

/** The lines that lead to a row; of a deep one only the last. */
function branchText({ continues }: TreeRow, most: number): string {
  const levels = continues.slice(0, -1).map(isContinued => (isContinued ? '│ ' : '  '));
  const shown = levels.slice(-Math.floor(most / 2));
  const lead = shown.length < levels.length ? `…${shown.join('').slice(1)}` : shown.join('');
  return `${lead}${continues.at(-1) === true ? '├' : '└'}`;
}
