import { element, fill } from './element.ts';

/** Pixels of a row: the style sheet has the same. */
const ROW_HEIGHT = 28;
/** Rows that are drawn above and below what is seen. */
const MARGIN = 10;
/** Browsers lay out no element that is much taller. Pixels. */
const MAX_HEIGHT = 8_000_000;

interface RowSource {
  readonly label: string;
  readonly columns: number;
  /** Makes a row. */
  readonly row: (index: number) => HTMLElement;
  /** A key on a row, or a click as `Enter`. @returns the row to go to; null to stay */
  readonly act: (index: number, key: string) => number | null;
}

/** Rows of which only those that are seen are there: any number of them scrolls. One row has the focus of the keyboard. */
export class VirtualRows {
  readonly element: HTMLElement;
  readonly #source: RowSource;
  readonly #spacer = element('div', { class: 'spacer', role: 'presentation' });
  readonly #window = element('div', { class: 'window', role: 'presentation' });
  #grid: HTMLElement | null = null;
  #count = 0;
  #focused = 0;
  #drawn = '';
  #isWaiting = false;

  constructor(source: RowSource) {
    this.#source = source;
    this.element = element('div', { class: 'rows', role: 'rowgroup' }, this.#spacer);
    this.#spacer.append(this.#window);
    this.element.addEventListener('scroll', () => this.#wait());
    this.element.addEventListener('keydown', event => this.#key(event));
    this.element.addEventListener('click', event => this.#click(event));
    new ResizeObserver(() => this.#wait()).observe(this.element);
  }

  /** Tells the grid that the rows are in how many there are. */
  describe(grid: HTMLElement): void {
    this.#grid = grid;
    grid.setAttribute('aria-colcount', String(this.#source.columns));
  }

  /** Draws anew. @param count of rows now */
  show(count: number): void {
    this.#count = count;
    this.#focused = Math.min(this.#focused, Math.max(0, count - 1));
    this.#grid?.setAttribute('aria-rowcount', String(count + 1));
    this.#spacer.style.height = `${Math.min(MAX_HEIGHT, count * ROW_HEIGHT)}px`;
    this.#drawn = '';
    this.#draw();
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    requestAnimationFrame(() => {
      this.#isWaiting = false;
      this.#draw();
    });
  }

  /** Where there are more rows than pixels, a pixel is several rows. */
  get #rowsAbove(): number {
    const whole = this.#count * ROW_HEIGHT;
    const room = Math.min(MAX_HEIGHT, whole) - this.element.clientHeight;
    if (whole <= MAX_HEIGHT || room <= 0) return this.element.scrollTop / ROW_HEIGHT;
    const last = this.#count - this.element.clientHeight / ROW_HEIGHT;
    return (this.element.scrollTop / room) * last;
  }

  #draw(): void {
    const above = this.#rowsAbove;
    const seen = Math.ceil(this.element.clientHeight / ROW_HEIGHT) || 30;
    const first = Math.max(0, Math.floor(above) - MARGIN);
    const last = Math.min(this.#count, Math.ceil(above) + seen + MARGIN);
    const key = `${first} ${last} ${above === Math.floor(above)}`;
    if (key !== this.#drawn) {
      const hadFocus = this.#window.contains(document.activeElement);
      const rows: HTMLElement[] = [];
      for (let index = first; index < last; index += 1) rows.push(this.#rowAt(index));
      fill(this.#window, ...rows);
      this.#drawn = key;
      if (hadFocus) this.#rowElement(this.#focused)?.focus({ preventScroll: true });
    }
    this.#window.style.transform = `translateY(${this.element.scrollTop - (above - first) * ROW_HEIGHT}px)`;
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

  #click(event: MouseEvent): void {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-index]') : null;
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
    else if (['Enter', ' ', 'ArrowLeft', 'ArrowRight'].includes(event.key)) {
      const next = this.#source.act(this.#focused, event.key);
      if (next !== null) this.#focus(next);
      else this.#focus(this.#focused);
    } else return;
    event.preventDefault();
  }

  #focus(index: number): void {
    const before = this.#rowElement(this.#focused);
    if (before !== null) before.tabIndex = -1;
    this.#focused = Math.max(0, Math.min(this.#count - 1, index));
    this.#bringIntoView();
    const row = this.#rowElement(this.#focused);
    if (row === null) return;
    row.tabIndex = 0;
    row.focus({ preventScroll: true });
  }

  #bringIntoView(): void {
    const { element: box } = this;
    const above = this.#rowsAbove;
    const seen = box.clientHeight / ROW_HEIGHT;
    const scale = Math.min(MAX_HEIGHT, this.#count * ROW_HEIGHT) / Math.max(1, this.#count);
    if (this.#focused < above) box.scrollTop = this.#focused * scale;
    else if (this.#focused + 1 > above + seen) box.scrollTop = (this.#focused + 1 - seen) * scale;
    this.#draw();
  }
}
