import { formatSize, plural } from '../../base/number-text.ts';
import { placeName } from '../../base/phrase.ts';
import type {
  PageDockerfile,
  PageDocument,
  PageInstruction,
  PageLayer,
} from '../../report/html/page-document.ts';
import { button, element } from '../element.ts';
import type { PageState } from '../page-state.ts';
import { shareBar } from '../share-bar.ts';
import { sumOf } from '../sum.ts';
import { tableBox } from '../table-box.ts';
import { notes } from '../text-lines.ts';
import { nameNode } from '../text-nodes.ts';
import type { OpenView, PageContext, View } from '../view.ts';
import { deltaCell } from './packages.ts';

export const dockerfileView: View = {
  id: 'dockerfile',
  title: 'Dockerfile',
  isThere: ({ layers }) => layers.length > 0,
  open: openDockerfile,
};

/** A row that may be chosen: the layers of a line. */
interface ChosenRow {
  readonly row: HTMLElement;
  readonly layers: readonly number[];
  readonly button: HTMLElement | null;
}

function openDockerfile(page: PageContext): OpenView {
  const { document } = page;
  const rows: ChosenRow[] = [];
  const body = element('tbody');
  const made = new LineTable(page, row => {
    rows.push(row);
    body.append(row.row);
  });
  made.addBase();
  for (const dockerfile of document.dockerfiles) made.addDockerfile(dockerfile);
  made.addOthers();
  const titles: readonly (readonly [title: string, about?: string])[] = [
    ['Line'],
    ['Source'],
    ['Size', document.words.size],
    ...made.columns.map(({ title, about }) => [title, about] as const),
  ];
  const table = tableBox(
    '.table.lines',
    document.words.lines,
    titles.map(([title, about], index) =>
      element(index > 1 ? 'th.number' : 'th', { scope: 'col', title: about }, title),
    ),
    body,
  );
  const update = ({ layers }: PageState): void => {
    for (const { row, layers: own, button: chooser } of rows) {
      const isChosen = layers.length > 0 && own.length > 0 && own.every(index => layers.includes(index));
      row.classList.toggle('chosen', isChosen);
      row.classList.toggle('dim', layers.length > 0 && !isChosen);
      chooser?.setAttribute('aria-pressed', String(isChosen));
    }
  };
  const note = notes(document.dockerfiles.length === 0 && document.words.noDockerfile);
  return { element: element('section', ...note, table), update };
}

interface FigureColumn {
  readonly title: string;
  readonly about: string;
  readonly cell: (layers: readonly PageLayer[]) => Node | string;
}

class LineTable {
  readonly columns: readonly FigureColumn[];
  readonly #page: PageContext;
  readonly #add: (row: ChosenRow) => void;
  readonly #largest: number;
  readonly #told = new Set<number>();

  constructor(page: PageContext, add: (row: ChosenRow) => void) {
    const { document } = page;
    this.#page = page;
    this.#add = add;
    this.columns = figureColumns(document);
    this.#largest = Math.max(
      1,
      ...document.layers.filter(({ origin }) => origin !== 'base').map(({ size }) => size),
    );
  }

  /** The layers that come from FROM, as one row. */
  addBase(): void {
    const { layers, baseImageName } = this.#page.document;
    const base = layers.filter(({ origin }) => origin === 'base');
    if (base.length === 0) return;
    const name = nameNode(baseImageName ?? 'the base image');
    const hidden = sumOf(base, layer => layer.wastedBytes);
    const title = element(
      'span.aside',
      `${plural(base.length, 'layer')} of `,
      name,
      hidden > 0 && `, ${formatSize(hidden)} hidden`,
    );
    this.#addRow('base', title, base);
  }

  addDockerfile({ file, lines, instructions }: PageDockerfile): void {
    if (this.#page.document.dockerfiles.length > 1)
      this.#add({
        row: element('tr.file', element('th', { colspan: 3 + this.columns.length, scope: 'rowgroup' }, file)),
        layers: [],
        button: null,
      });
    const starts = new Map(instructions.map(each => [each.startLine, each]));
    let current: PageInstruction | null = null;
    for (const [index, text] of lines.entries()) {
      const line = index + 1;
      current = starts.get(line) ?? (current !== null && line <= current.endLine ? current : null);
      this.#addLine(line, text, current);
    }
  }

  /** Layers that no line of a text that is here is of. */
  addOthers(): void {
    const left = this.#page.document.layers.filter(
      ({ index, origin }) => origin !== 'base' && !this.#told.has(index),
    );
    for (const layer of left) {
      const place = layer.place === null ? `layer ${layer.index}` : placeName(layer.place);
      this.#addRow(place, nameNode(layer.title), [layer]);
    }
  }

  #addLine(line: number, text: string, instruction: PageInstruction | null): void {
    const source = element('code', nameNode(text === '' ? ' ' : text));
    const isFirst = instruction?.startLine === line;
    const own = this.#page.document.layers.filter(
      ({ index }) => instruction?.layers.includes(index) === true,
    );
    const indexes = own.map(({ index }) => index);
    if (isFirst && indexes.some(index => !this.#told.has(index))) {
      this.#addRow(String(line), source, own);
      return;
    }
    let aside: string | null = null;
    if (isFirst) {
      if (own.length === 0) aside = instruction.outcome;
      else
        aside = own.every(({ origin }) => origin === 'base')
          ? 'base image'
          : `part of layer ${indexes.join(', ')}`;
    }
    const row = element(
      'tr',
      element('th.line', { scope: 'row' }, String(line)),
      element('td.source', source),
      element('td.number.aside', { colspan: 1 + this.columns.length }, aside),
    );
    this.#add({ row, layers: indexes, button: null });
  }

  #addRow(name: string, source: Node, layers: readonly PageLayer[]): void {
    const { store, announce } = this.#page;
    const indexes = layers.map(({ index }) => index);
    for (const index of indexes) this.#told.add(index);
    const size = sumOf(layers, layer => layer.size);
    const waste = sumOf(layers, wasteOf);
    const isBase = layers.every(({ origin }) => origin === 'base');
    const choose = (): void => {
      const isChosen = store.current.layers.join() === indexes.join();
      store.set({ layers: isChosen ? [] : indexes });
      announce(isChosen ? 'All layers are shown' : `Only ${name} is shown in all views`);
    };
    const chooser = button('.link', choose, { title: this.#page.document.words.choose }, name);
    const row = element(
      'tr.own',
      element('th.line', { scope: 'row' }, chooser),
      element('td.source', source),
      element(
        'td.number.size',
        formatSize(size),
        isBase ? null : shareBar(size / this.#largest, waste / this.#largest),
      ),
      ...this.columns.map(({ cell }) => element('td.number', cell(layers))),
    );
    row.addEventListener('click', event => {
      if (event.target instanceof Element && event.target.closest('button') === null) choose();
    });
    this.#add({ row, layers: indexes, button: chooser });
  }
}

/** What a base image hides or has hidden, whoever builds on it cannot free. */
function wasteOf({ origin, wastedBytes }: PageLayer): number {
  return origin === 'base' ? 0 : wastedBytes;
}

function figureColumns(document: PageDocument): readonly FigureColumn[] {
  const { layers, words } = document;
  const columns: readonly (FigureColumn | false)[] = [
    layers.some(({ delta }) => delta !== null) && {
      title: 'Δ',
      about: words.delta,
      cell: own =>
        own.every(({ change }) => change === 'unchanged')
          ? '='
          : deltaCell(sumOf(own, layer => layer.delta ?? 0)),
    },
    layers.some(layer => wasteOf(layer) > 0) && {
      title: 'Waste',
      about: words.waste,
      cell: own => {
        const bytes = sumOf(own, wasteOf);
        return bytes === 0 ? '' : element('span.waste', formatSize(bytes));
      },
    },
    layers.some(({ pull }) => pull !== null) && {
      title: 'Pull',
      about: words.pull,
      cell: own => {
        const bytes = sumOf(own, layer => layer.pull?.bytes ?? 0);
        return bytes === 0 ? '' : formatSize(bytes);
      },
    },
    layers.some(({ durationMs, cache }) => durationMs !== null || cache === 'cached') && {
      title: 'Time',
      about: words.time,
      cell: own => {
        if (own.every(({ cache }) => cache === 'cached')) return element('span.aside', 'cached');
        const time = sumOf(own, layer => layer.durationMs ?? 0);
        return time === 0 ? '' : `${(time / 1000).toFixed(1)} s`;
      },
    },
  ];
  return columns.filter(column => column !== false);
}
