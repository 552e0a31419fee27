import type { PageDocument } from '../report/html/page-document.ts';
import { button, element, fill } from './element.ts';
import { layerName } from './layer-names.ts';
import { readDocument, readFileTable } from './page-data.ts';
import { pageHead } from './page-head.ts';
import type { PageState } from './page-state.ts';
import { PageTree } from './page-tree.ts';
import { StateStore } from './state-store.ts';
import { notes } from './text-lines.ts';
import { themeSwitch } from './theme.ts';
import type { OpenView, View } from './view.ts';
import { compareDrops } from './views/compare.ts';
import { VIEWS } from './views.ts';

/** The frame around the views: head, navigation, what is filtered, and the view that is chosen. */
class Frame {
  readonly #document: PageDocument;
  readonly #store = new StateStore();
  readonly #views: readonly View[];
  readonly #opened = new Map<string, OpenView>();
  readonly #tabs = new Map<string, HTMLElement>();
  readonly #filter = element('div.chosen-filter');
  readonly #main = element('main', { id: 'view', tabindex: -1 });
  readonly #status = element('div.unseen', { role: 'status', 'aria-live': 'polite' });
  readonly #search: HTMLInputElement;
  #files: PageTree | null = null;

  constructor(document: PageDocument) {
    this.#document = document;
    this.#views = VIEWS.filter(view => view.isThere(document));
    this.#search = element('input', {
      type: 'search',
      placeholder: 'Search: *.so, /usr/lib',
      'aria-label': document.words.search,
      autocomplete: 'off',
      spellcheck: 'false',
    });
    this.#search.addEventListener('input', () => this.#store.set({ text: this.#search.value }, 'replace'));
    window.addEventListener('keydown', event => {
      const { key, target, ctrlKey, metaKey, altKey } = event;
      if (key !== '/' || ctrlKey || metaKey || altKey || target instanceof HTMLInputElement) return;
      this.#search.focus();
      event.preventDefault();
    });
  }

  /** Puts all into the page, and follows what is chosen. */
  show(root: HTMLElement): void {
    const nav = element(
      'nav.tabs',
      { 'aria-label': 'Views' },
      element('ul', ...this.#views.map(view => element('li', this.#tabOf(view)))),
      element(
        'div.tools',
        this.#search,
        themeSwitch(() => this.#redraw()),
      ),
    );
    const skip = element('a.skip', { href: '#view' }, 'Skip to the view');
    skip.addEventListener('click', event => {
      event.preventDefault();
      this.#main.focus();
    });
    const footer = element('footer', ...notes(...this.#document.notes));
    fill(
      root,
      skip,
      pageHead({ document: this.#document, store: this.#store }),
      nav,
      this.#filter,
      this.#main,
      footer,
      this.#status,
    );
    this.#store.follow(state => this.#update(state));
    this.#update(this.#store.current);
    compareDrops(this.#store);
  }

  takeFiles(files: PageTree): void {
    this.#files = files;
    this.#update(this.#store.current);
  }

  #tabOf(view: View): HTMLElement {
    const tab = button('.tab', () => this.#store.set({ view: view.id }), view.title);
    this.#tabs.set(view.id, tab);
    return tab;
  }

  get #chosen(): View | undefined {
    const { view } = this.#store.current;
    return this.#views.find(({ id }) => id === view) ?? this.#views[0];
  }

  /** Colours of drawings are not those of the style sheet until they are drawn again. */
  #redraw(): void {
    const chosen = this.#chosen;
    if (chosen !== undefined) this.#opened.get(chosen.id)?.update(this.#store.current);
  }

  #update(state: PageState): void {
    const chosen = this.#chosen;
    if (chosen === undefined) {
      fill(this.#main, element('p.empty', this.#document.words.noLayers));
      return;
    }
    for (const [id, tab] of this.#tabs) {
      tab.ariaCurrent = id === chosen.id ? 'page' : null;
    }
    if (this.#search.value !== state.text) this.#search.value = state.text;
    this.#drawFilter(state);
    const view = this.#open(chosen);
    const shown = view?.element ?? element('p.empty', 'Reading the files…');
    if (this.#main.firstChild !== shown) fill(this.#main, shown);
    view?.update(state);
  }

  /** @returns null until it can be opened */
  #open(view: View): OpenView | null {
    const known = this.#opened.get(view.id);
    if (known !== undefined) return known;
    const opened = view.open({
      document: this.#document,
      files: this.#files,
      store: this.#store,
      announce: text => {
        this.#status.textContent = text;
      },
    });
    if (opened !== null) this.#opened.set(view.id, opened);
    return opened;
  }

  #drawFilter({ layers }: PageState): void {
    const names = layers.slice(0, 6).map(index => layerName(this.#document, index));
    const more = layers.length > 6 ? ` and ${layers.length - 6} more` : '';
    fill(this.#filter);
    if (layers.length > 0)
      fill(
        this.#filter,
        `Only ${names.join(', ')}${more} `,
        button('.link', () => this.#store.set({ layers: [] }), 'Show all layers'),
      );
  }
}

async function open(): Promise<void> {
  const root = document.getElementById('page');
  if (root === null) return;
  const read = await readDocument();
  if (read === null) {
    fill(root, element('p.empty', 'This page has no report.'));
    return;
  }
  document.title = `${read.head.title}: ${read.head.size}`;
  const frame = new Frame(read);
  frame.show(root);
  const table = await readFileTable();
  if (table !== null) frame.takeFiles(new PageTree(table));
}

open().catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  document.getElementById('page')?.append(element('p.empty', `The page cannot be read: ${reason}.`));
});
