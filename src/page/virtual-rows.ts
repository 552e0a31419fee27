import { element, fill } from './element.ts';

/** Pixels of a row: the style sheet has the same. */
const ROW_HEIGHT = 28;
/** Rows that are drawn above and below what is seen. */
const MARGIN = 10;
/** Rows that are drawn at most, on a window as tall as there are none: paper. */
const MAX_DRAWN = 200;
/** Rows of a list of all sizes that browsers lay out: they end at about 16 million pixels. */
const MAX_ROWS = 500_000;

interface RowSource {
  /** Makes a row. */
  readonly row: (index: number) => HTMLElement;
  /** A key on a row, or a click as `Enter`. @returns the row to go to; null to stay */
  readonly act: (index: number, key: string) => number | null;
}

/** Rows of which only those that are seen are there: any number of them scrolls. One row has the focus of the keyboard. */
export class VirtualRows {
  readonly element: HTMLElement;
  readonly #source: RowSource;
  readonly #window = element('div.window', { role: 'presentation' });
  readonly #spacer = element('div.spacer', { role: 'presentation' }, this.#window);
  #count = 0;
  #focused = 0;
  #drawn = '';

  constructor(source: RowSource) {
    this.#source = source;
    this.element = element('div.rows', { role: 'rowgroup' }, this.#spacer);
    this.element.addEventListener('scroll', () => this.#draw());
    this.element.addEventListener('keydown', event => this.#key(event));
    this.element.addEventListener('click', event => this.#click(event));
    new ResizeObserver(() => this.#draw()).observe(this.element);
  }

  /** Draws anew. @param count of rows now */
  show(count: number): void {
    this.#count = Math.min(count, MAX_ROWS);
    this.#focused = Math.min(this.#focused, Math.max(0, this.#count - 1));
    this.#spacer.style.setProperty('--height', `${this.#count * ROW_HEIGHT}px`);
    this.#drawn = '';
    this.#draw();
  }

  #draw(): void {
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / ROW_HEIGHT) - MARGIN);
    const seen = Math.min(MAX_DRAWN, Math.ceil(clientHeight / ROW_HEIGHT) || 30);
    const last = Math.min(this.#count, first + seen + 2 * MARGIN);
    const key = `${first} ${last}`;
    if (key === this.#drawn) return;
    this.#drawn = key;
    const hadFocus = this.#window.contains(document.activeElement);
    fill(this.#window, ...Array.from({ length: last - first }, (_, index) => this.#rowAt(first + index)));
    this.#window.style.top = `${first * ROW_HEIGHT}px`;
    if (hadFocus) this.#rowElement(this.#focused)?.focus({ preventScroll: true });
  }

  #rowAt(index: number): HTMLElement {
    const row = this.#source.row(index);
    row.dataset['index'] = String(index);
    row.tabIndex = index === this.#focused ? 0 : -1;
    return row;
  }

  #rowElement(index: number): HTMLElement | null {
    return this.#window.querySelector<HTMLElement>(`[data-index="${index}"]`);
  }

  #click({ target }: MouseEvent): void {
    const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
    if (row === null) return;
    this.#focus(Number(row.dataset['index']));
    this.#source.act(this.#focused, 'Enter');
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(this.element.clientHeight / ROW_HEIGHT) - 1);
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: this.#focused + 1,
      ArrowUp: this.#focused - 1,
      PageDown: this.#focused + page,
      PageUp: this.#focused - page,
      Home: 0,
      End: this.#count - 1,
    };
    const step = steps[event.key];
    if (step !== undefined) this.#focus(step);
    else if (['Enter', ' ', 'ArrowLeft', 'ArrowRight'].includes(event.key))
      this.#focus(this.#source.act(this.#focused, event.key) ?? this.#focused);
    else return;
    event.preventDefault();
  }

  #focus(index: number): void {
    const before = this.#rowElement(this.#focused);
    if (before !== null) before.tabIndex = -1;
    this.#focused = Math.max(0, Math.min(this.#count - 1, index));
    const { element: box } = this;
    const [top, bottom] = [this.#focused * ROW_HEIGHT, (this.#focused + 1) * ROW_HEIGHT];
    if (top < box.scrollTop) box.scrollTop = top;
    else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
    this.#draw();
    const row = this.#rowElement(this.#focused);
    if (row === null) return;
    row.tabIndex = 0;
    row.focus({ preventScroll: true });
  }
}
