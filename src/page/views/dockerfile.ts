import { formatSize, formatSizeDelta, plural } from '../../base/number-text.ts';
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
import { nameNode } from '../text-nodes.ts';
import type { OpenView, PageContext, View } from '../view.ts';

export const dockerfileView: View = {
  id: 'dockerfile',
  title: 'Dockerfile',
  needsFiles: false,
  absence: ({ layers }) => (layers.length === 0 ? 'The image has no layers.' : null),
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
  const titles = ['Line', 'Source', 'Size', ...made.columns.map(({ title }) => title)];
  const table = element(
    'table',
    { class: 'lines' },
    element('caption', { class: 'unseen' }, 'The lines of the Dockerfile, with what their layers weigh'),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ...titles.map((title, index) =>
          element(
            'th',
            { scope: 'col', class: index > 1 ? 'number' : null, title: ABOUT[title] ?? null },
            title,
          ),
        ),
      ),
    ),
    body,
  );
  const note =
    document.dockerfiles.length === 0
      ? element(
          'p',
          { class: 'note' },
          'The text of the Dockerfile is not here: these are the layers, lowest first.',
        )
      : null;
  const update = ({ layers }: PageState): void => {
    for (const { row, layers: own, button: chooser } of rows) {
      const isChosen = layers.length > 0 && own.length > 0 && own.every(index => layers.includes(index));
      row.classList.toggle('chosen', isChosen);
      row.classList.toggle('dim', layers.length > 0 && !isChosen);
      chooser?.setAttribute('aria-pressed', String(isChosen));
    }
  };
  const scroller = element(
    'div',
    { class: 'table', role: 'region', 'aria-label': 'Dockerfile', tabindex: 0 },
    table,
  );
  return { element: element('section', {}, note, scroller), update };
}

const ABOUT: Readonly<Record<string, string>> = {
  Size: 'Uncompressed bytes of the files in its layer',
  Δ: 'Against the layer that the base has in its place',
  Waste: 'Bytes that the final filesystem does not show',
  Pull: "What a machine with the base's image downloads of it",
  Time: 'What the build took',
};

interface FigureColumn {
  readonly title: string;
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
    const title = element('span', { class: 'aside' }, `${plural(base.length, 'layer')} of `, name);
    this.#addRow('base', title, base);
  }

  addDockerfile({ file, lines, instructions }: PageDockerfile): void {
    if (this.#page.document.dockerfiles.length > 1)
      this.#add({
        row: element(
          'tr',
          { class: 'file' },
          element('th', { colspan: 3 + this.columns.length, scope: 'rowgroup' }, file),
        ),
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
    const source = element('code', {}, nameNode(text === '' ? ' ' : text));
    const isFirst = instruction?.startLine === line;
    const all = this.#page.document.layers;
    const own = all.filter(({ index }) => instruction?.layers.includes(index) === true);
    if (!isFirst || own.length === 0) {
      const aside = isFirst && own.length === 0 ? (instruction?.outcome ?? null) : null;
      this.#add({
        row: this.#emptyRow(line, source, aside),
        layers: own.map(({ index }) => index),
        button: null,
      });
      return;
    }
    const fresh = own.filter(({ index }) => !this.#told.has(index));
    if (fresh.length > 0) this.#addRow(String(line), source, own);
    else
      this.#add({
        row: this.#emptyRow(
          line,
          source,
          own.every(({ origin }) => origin === 'base')
            ? 'base image'
            : `part of layer ${own.map(({ index }) => index).join(', ')}`,
        ),
        layers: own.map(({ index }) => index),
        button: null,
      });
  }

  #emptyRow(line: number, source: Node, aside: string | null): HTMLElement {
    return element(
      'tr',
      {},
      element('th', { scope: 'row', class: 'line' }, String(line)),
      element('td', { class: 'source' }, source),
      element('td', { class: 'number aside', colspan: 1 + this.columns.length }, aside ?? ''),
    );
  }

  #addRow(name: string, source: Node, layers: readonly PageLayer[]): void {
    const { store, announce } = this.#page;
    const indexes = layers.map(({ index }) => index);
    for (const index of indexes) this.#told.add(index);
    const size = sum(layers, layer => layer.size);
    const waste = sum(layers, layer => layer.wastedBytes);
    const isBase = layers.every(({ origin }) => origin === 'base');
    const choose = (): void => {
      const isChosen = store.current.layers.join() === indexes.join();
      store.set({ layers: isChosen ? [] : indexes });
      announce(isChosen ? 'All layers are shown' : `Only ${name} is shown in all views`);
    };
    const chooser = button(
      { class: 'link', 'aria-pressed': 'false', title: 'Show only this in all views' },
      choose,
      name,
    );
    const row = element(
      'tr',
      { class: 'own' },
      element('th', { scope: 'row', class: 'line' }, chooser),
      element('td', { class: 'source' }, source),
      element(
        'td',
        { class: 'number size' },
        formatSize(size),
        isBase ? null : shareBar(size / this.#largest, waste / this.#largest),
      ),
      ...this.columns.map(({ cell }) => element('td', { class: 'number' }, cell(layers))),
    );
    row.addEventListener('click', event => {
      if (event.target instanceof Element && event.target.closest('button') === null) choose();
    });
    this.#add({ row, layers: indexes, button: chooser });
  }
}

function figureColumns(document: PageDocument): readonly FigureColumn[] {
  const { layers } = document;
  const columns: readonly (FigureColumn | false)[] = [
    layers.some(({ delta }) => delta !== null) && {
      title: 'Δ',
      cell: own => {
        const delta = sum(own, layer => layer.delta ?? 0);
        if (delta !== 0)
          return element('span', { class: delta > 0 ? 'worse' : 'better' }, formatSizeDelta(delta));
        return own.every(({ change }) => change === 'unchanged') ? '=' : '±0 B';
      },
    },
    layers.some(({ wastedBytes }) => wastedBytes > 0) && {
      title: 'Waste',
      cell: own => {
        const bytes = sum(own, layer => layer.wastedBytes);
        return bytes === 0 ? '' : element('span', { class: 'waste' }, formatSize(bytes));
      },
    },
    layers.some(({ pull }) => pull !== null) && {
      title: 'Pull',
      cell: own => {
        const bytes = sum(own, layer => layer.pull?.bytes ?? 0);
        return bytes === 0 ? '' : formatSize(bytes);
      },
    },
    layers.some(({ durationMs, cache }) => durationMs !== null || cache === 'cached') && {
      title: 'Time',
      cell: own => {
        if (own.every(({ cache }) => cache === 'cached'))
          return element('span', { class: 'aside' }, 'cached');
        const time = sum(own, layer => layer.durationMs ?? 0);
        return time === 0 ? '' : `${(time / 1000).toFixed(1)} s`;
      },
    },
  ];
  return columns.filter(column => column !== false);
}

function sum(layers: readonly PageLayer[], number: (layer: PageLayer) => number): number {
  return layers.reduce((total, layer) => total + number(layer), 0);
}
