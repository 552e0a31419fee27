import { fitMiddle } from '../report/terminal/fit.ts';
import { columnsOf } from '../report/text-width.ts';
import { fitLine, lineColumns, run, type ScreenLine, untrusted } from './cells.ts';
import { detailLines } from './details-pane.ts';
import { keyHints } from './keys.ts';
import { layerPaneLines } from './layers-pane.ts';
import { type Layout, MIN_COLUMNS, MIN_ROWS } from './layout.ts';
import { pageLines } from './pages.ts';
import { filterFault } from './path-filter.ts';
import { type ExploreMessage, type ExploreState, layoutOfState } from './state.ts';
import { treePaneLines } from './tree-pane.ts';

/** All lines of the screen, each of its whole width. */
export function drawScreen(state: ExploreState): readonly ScreenLine[] {
  const layout = layoutOfState(state);
  const { columns, rows, bodyRows } = layout;
  if (layout.isTooSmall) return tooSmall(layout);
  const body = state.page === null ? paneLines(state, layout) : pageLines(state, state.page, layout);
  const empty = fitLine([], columns);
  const lines = [titleLine(state, columns), ...body.slice(0, bodyRows)];
  while (lines.length < rows - 1) lines.push(empty);
  return [...lines, bottomLine(state, columns)];
}

function tooSmall({ columns, rows }: Layout): readonly ScreenLine[] {
  const words = [`${MIN_COLUMNS}×${MIN_ROWS} is the least,`, `this is ${columns}×${rows}.`, 'q quits.'];
  return Array.from({ length: rows }, (_, index) => fitLine([run(words[index] ?? '')], columns));
}

function titleLine({ exploration }: ExploreState, columns: number): ScreenLine {
  return fitLine([run(' deadweight ', 'title'), run(` ${untrusted(exploration.title)}`, 'strong')], columns);
}

/** The panes side by side, or the one that takes the keys. */
function paneLines(state: ExploreState, layout: Layout): readonly ScreenLine[] {
  const { leftColumns, treeColumns, bodyRows } = layout;
  const left = leftColumns === 0 ? [] : leftLines(state, layout);
  const right = treeColumns === 0 ? [] : treePaneLines(state, layout);
  if (leftColumns === 0) return right;
  if (treeColumns === 0) return left;
  return Array.from({ length: bodyRows }, (_, row) => [
    ...(left[row] ?? fitLine([], leftColumns)),
    run('│', 'dim'),
    ...(right[row] ?? fitLine([], treeColumns)),
  ]);
}

function leftLines(state: ExploreState, layout: Layout): readonly ScreenLine[] {
  const { leftColumns, bodyRows } = layout;
  const layers = layerPaneLines(state, layout);
  const gap = fitLine([], leftColumns);
  return [...layers, gap, ...detailLines(state, leftColumns, bodyRows - layers.length - 1)];
}

/** What is typed, what was said, or which keys there are. */
function bottomLine(state: ExploreState, columns: number): ScreenLine {
  const { input, message, filter } = state;
  if (input?.kind === 'filter') {
    const fault = filterFault(filter);
    const label =
      message !== null
        ? 'Takes too long, not applied: '
        : fault === null
          ? 'Filter (Enter keeps it, Esc ends it): '
          : `As plain text (${fault}): `;
    return typedLine(label, filter, columns);
  }
  if (input?.kind === 'extract')
    return typedLine('Write the file to (Esc for not at all): ', input.text, columns);
  if (message !== null) return fitLine(messageLine(message, state.failure, columns), columns);
  const hints = shownHints(state).map(
    ({ key, hint }): ScreenLine => [run(key, 'strong'), run(` ${hint}  `, 'dim')],
  );
  const name = filterFault(filter) === null ? 'Filter' : 'Filter, as plain text';
  const kept: ScreenLine = filter === '' ? [] : [run(`${name}: ${untrusted(filter)}  `, 'modified')];
  return fitLine(wholeHints(kept, hints, columns), columns);
}

/** A sentence ends with its reason: of a long one the middle goes. */
function messageLine({ kind, text }: ExploreMessage, failure: string | null, columns: number): ScreenLine {
  const hint = kind === 'error' && failure?.startsWith(text) === true ? ' (n: all of it)' : '';
  const shown = fitMiddle(untrusted(text), Math.max(0, columns - hint.length));
  return [run(shown, kind === 'error' ? 'error' : 'strong'), run(hint, 'dim')];
}

/** Of a page that is only read, Enter does nothing. */
function shownHints({ page, pane, exploration }: ExploreState): ReturnType<typeof keyHints> {
  const hints = keyHints(page === null ? pane : 'lists').filter(
    ({ hint }) =>
      (hint !== 'extract' || exploration.canExtract) && (hint !== 'waste' || exploration.listed !== 'wasted'),
  );
  const hasChosen = page === null || page.kind === 'packages' || page.kind === 'findings';
  return hasChosen ? hints : hints.filter(({ key }) => key !== 'Enter');
}

/** Without those that would be cut. */
function wholeHints(kept: ScreenLine, hints: readonly ScreenLine[], columns: number): ScreenLine {
  let line = kept;
  for (const hint of hints) {
    // Spaces at the end need no room.
    if (lineColumns([...line, ...hint]) > columns + 2) break;
    line = [...line, ...hint];
  }
  const last = line.at(-1);
  return last === undefined ? line : [...line.slice(0, -1), { ...last, text: last.text.trimEnd() }];
}

/** A line that is typed: its end is always to be seen. */
function typedLine(label: string, typed: string, columns: number): ScreenLine {
  const shown = untrusted(typed);
  const lead = columnsOf(label) + 12 > columns ? '> ' : label;
  const room = Math.max(4, columns - columnsOf(lead) - 1);
  const characters = Array.from(shown);
  while (columnsOf(characters.join('')) > room) characters.shift();
  return fitLine([run(lead, 'strong'), run(characters.join('')), run('▏', 'strong')], columns);
}
