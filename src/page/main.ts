import { formatCount, formatSize } from '../base/number-text.ts';
import type { PageDocument } from '../report/html/page-document.ts';
import { button, element, fill } from './element.ts';
import { layerName } from './layer-names.ts';
import { readDocument, readFileTable } from './page-data.ts';
import { pageHead } from './page-head.ts';
import type { PageState } from './page-state.ts';
import { PageTree } from './page-tree.ts';
import { StateStore } from './state-store.ts';
import { themeSwitch } from './theme.ts';
import type { OpenView, PageContext, View } from './view.ts';
import { compareDrops } from './views/compare.ts';
import { VIEWS } from './views.ts';

/** The frame around the views: head, navigation, what is filtered, and the view that is chosen. */
class Frame {
  readonly #document: PageDocument;
  readonly #store = new StateStore();
  readonly #views: readonly View[];
  readonly #opened = new Map<string, OpenView>();
  readonly #tabs = new Map<string, HTMLElement>();
  readonly #filter = element('div', { class: 'chosen-filter' });
  readonly #main = element('main', { id: 'view', tabindex: -1 });
  readonly #status = element('div', { class: 'unseen', role: 'status', 'aria-live': 'polite' });
  readonly #search: HTMLInputElement;
  #files: PageTree | null = null;
  #isReading = true;

  constructor(document: PageDocument) {
    this.#document = document;
    this.#views = VIEWS.filter(view => view.absence(document) === null || view.needsFiles);
    this.#search = element('input', {
      type: 'search',
      placeholder: 'Search',
      'aria-label': 'Search in names, packages and fixes',
      autocomplete: 'off',
      spellcheck: 'false',
    });
    this.#search.addEventListener('input', () => this.#store.set({ text: this.#search.value }, 'replace'));
  }

  /** Puts all into the page, and follows what is chosen. */
  show(root: HTMLElement): void {
    const nav = element(
      'nav',
      { class: 'tabs', 'aria-label': 'Views' },
      element('ul', {}, ...this.#views.map(view => element('li', {}, this.#tabOf(view)))),
      element(
        'div',
        { class: 'tools' },
        this.#search,
        themeSwitch(() => this.#redraw()),
      ),
    );
    const skip = element('a', { class: 'skip', href: '#view' }, 'Skip to the view');
    skip.addEventListener('click', event => {
      event.preventDefault();
      this.#main.focus();
    });
    fill(root, skip, pageHead(this.#document), nav, this.#filter, this.#main, this.#footer(), this.#status);
    this.#store.follow(state => this.#update(state));
    this.#update(this.#store.current);
    compareDrops(this.#store);
  }

  takeFiles(files: PageTree | null): void {
    this.#files = files;
    this.#isReading = false;
    this.#update(this.#store.current);
  }

  #tabOf(view: View): HTMLElement {
    const tab = button({ class: 'tab' }, () => this.#store.set({ view: view.id }), view.title);
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
      fill(
        this.#main,
        element('p', { class: 'empty' }, 'There is nothing to show: the image has no layers.'),
      );
      return;
    }
    for (const [id, tab] of this.#tabs) {
      if (id === chosen.id) tab.setAttribute('aria-current', 'page');
      else tab.removeAttribute('aria-current');
    }
    if (this.#search.value !== state.text) this.#search.value = state.text;
    this.#drawFilter(state);
    const view = this.#open(chosen);
    const shown = typeof view === 'string' ? element('p', { class: 'empty' }, view) : view.element;
    if (typeof view === 'string' || this.#main.firstChild !== shown) fill(this.#main, shown);
    if (typeof view !== 'string') view.update(state);
  }

  /** @returns a sentence where it cannot be opened, or not yet */
  #open(view: View): OpenView | string {
    const known = this.#opened.get(view.id);
    if (known !== undefined) return known;
    if (view.needsFiles && this.#files === null) {
      return this.#isReading
        ? 'Reading the files…'
        : (view.absence(this.#document) ?? 'The page has no files.');
    }
    const page: PageContext = {
      document: this.#document,
      files: this.#files,
      store: this.#store,
      announce: text => {
        this.#status.textContent = text;
      },
    };
    const opened = view.open(page);
    this.#opened.set(view.id, opened);
    return opened;
  }

  #drawFilter({ layers }: PageState): void {
    const names = layers.slice(0, 6).map(index => layerName(this.#document, index));
    const more = layers.length > 6 ? ` and ${layers.length - 6} more` : '';
    fill(
      this.#filter,
      ...(layers.length === 0
        ? []
        : [
            `Only ${names.join(', ')}${more} `,
            button({ class: 'link' }, () => this.#store.set({ layers: [] }), 'Show all layers'),
          ]),
    );
  }

  #footer(): HTMLElement {
    const { version, generatedAt, files } = this.#document;
    const folded = files?.foldedCount ?? 0;
    const unlisted = files?.unlistedBytes ?? 0;
    const notes = [
      folded > 0
        ? `${formatCount(folded)} smaller paths are joined by directory: the sums have them. deadweight --files lists all.`
        : null,
      unlisted > 0 ? `${formatSize(unlisted)} of base layers are not listed file by file.` : null,
    ];
    return element(
      'footer',
      {},
      ...notes.map(note => (note === null ? null : element('p', {}, note))),
      element('p', {}, `deadweight ${version}, ${generatedAt.slice(0, 16).replace('T', ' ')} UTC`),
    );
  }
}

async function open(): Promise<void> {
  const root = document.getElementById('page');
  if (root === null) return;
  const read = await readDocument();
  if (read === null) {
    fill(root, element('p', { class: 'empty' }, 'This page has no report.'));
    return;
  }
  document.title = `${read.head.title}: ${read.head.size}`;
  const frame = new Frame(read);
  frame.show(root);
  const table = await readFileTable();
  frame.takeFiles(table === null ? null : new PageTree(table));
}

open().catch((error: unknown) => {
  const reason = error instanceof Error ? error.message : String(error);
  document
    .getElementById('page')
    ?.append(element('p', { class: 'empty' }, `The page cannot be read: ${reason}.`));
});
