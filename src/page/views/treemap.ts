import { formatRatio, formatSize, formatSizeDelta } from '../../base/number-text.ts';
import { visible } from '../../base/untrusted-text.ts';
import { button, element, fill } from '../element.ts';
import { filterBar } from '../filter-bar.ts';
import { layerName } from '../layer-names.ts';
import type { PageState } from '../page-state.ts';
import { type PageTree, ROOT_PATH } from '../page-tree.ts';
import { pause, runInSlices } from '../pause.ts';
import { nameNode } from '../text-nodes.ts';
import { sumTree, type TreeSums } from '../tree-sums.ts';
import { layerColor, pathColor } from '../treemap-colors.ts';
import { layoutTreemap, rectAt, stepTo, TITLE_HEIGHT, type TreemapRect } from '../treemap-layout.ts';
import type { OpenView, PageContext, View } from '../view.ts';

export const treemapView: View = {
  id: 'treemap',
  title: 'Treemap',
  needsFiles: true,
  absence: ({ files }) => (files === null ? 'A report alone has no list of files.' : null),
  open: page =>
    page.files === null
      ? { element: element('section'), update: () => undefined }
      : new Treemap(page, page.files),
};

/** CSS pixels. */
const HEIGHT = { least: 320, most: 900, share: 0.62 } as const;
/** That are drawn before it is looked whether something else has to be done. */
const RECTS_A_STEP = 32;
const FONT = '12px system-ui, sans-serif';

class Treemap implements OpenView {
  readonly element: HTMLElement;
  readonly #page: PageContext;
  readonly #tree: PageTree;
  readonly #canvas = element('canvas', {
    tabindex: 0,
    role: 'application',
    'aria-roledescription': 'treemap',
  });
  readonly #crumbs = element('nav', { class: 'crumbs', 'aria-label': 'Zoomed to' });
  readonly #legend = element('div', { class: 'legend' });
  readonly #tip = element('div', { class: 'tip', role: 'presentation' });
  readonly #filters: ReturnType<typeof filterBar>;
  #state: PageState;
  #sums: TreeSums | null = null;
  /** Of what is searched for, where something is: all else is drawn faintly. */
  #found: TreeSums | null = null;
  #key = '';
  #zoomed = ROOT_PATH;
  #rects: readonly TreemapRect[] = [];
  #selected: number | null = null;
  #drawing = 0;

  constructor(page: PageContext, tree: PageTree) {
    this.#page = page;
    this.#tree = tree;
    this.#state = page.store.current;
    this.#filters = filterBar(page, false);
    const box = element('div', { class: 'treemap' }, this.#canvas, this.#tip);
    const hint = element(
      'p',
      { class: 'note' },
      'Click or Enter zooms in, Backspace zooms out, arrow keys move. The view Files has the same as a table. What no later file shows is hatched.',
    );
    this.element = element('section', {}, this.#filters.element, this.#crumbs, box, this.#legend, hint);
    new ResizeObserver(() => this.#draw()).observe(box);
    this.#canvas.addEventListener('mousemove', event => this.#point(event));
    this.#canvas.addEventListener('mouseleave', () => this.#tip.classList.remove('shown'));
    this.#canvas.addEventListener('click', event => this.#click(event));
    this.#canvas.addEventListener('keydown', event => this.#keyDown(event));
  }

  update(state: PageState): void {
    const { layers } = this.#page.document;
    const key = `${state.layers.join()} ${state.show} ${state.unit} ${state.text}`;
    this.#state = state;
    this.#filters.update(state);
    if (key !== this.#key) {
      this.#sums = sumTree(this.#tree, layers, { ...state, text: '' });
      this.#found = state.text === '' ? null : sumTree(this.#tree, layers, state);
      this.#key = key;
      if (this.#found !== null) {
        const size = this.#found.sizes[ROOT_PATH] ?? 0;
        this.#page.announce(`${formatSize(Math.round(size))} found`);
      }
    }
    const zoomed = this.#tree.nearest(state.path);
    this.#zoomed = this.#tree.hasChildren(zoomed) ? zoomed : (this.#tree.parents[zoomed] ?? ROOT_PATH);
    this.#selected = null;
    this.#drawCrumbs();
    this.#drawLegend();
    this.#draw();
  }

  #sizeOf(path: number): number {
    return this.#sums?.sizes[path] ?? 0;
  }

  #drawCrumbs(): void {
    const above: number[] = [];
    for (let path = this.#zoomed; path !== ROOT_PATH; path = this.#tree.parents[path] ?? ROOT_PATH)
      above.unshift(path);
    const crumb = (path: number): HTMLElement => {
      const name = path === ROOT_PATH ? '/' : nameNode(this.#tree.nameOf(path));
      const isLast = path === this.#zoomed;
      return element(
        'li',
        {},
        isLast
          ? element('span', { 'aria-current': 'location' }, name)
          : button({ class: 'link' }, () => this.#zoom(path), name),
      );
    };
    const total = element('span', { class: 'aside' }, ` ${this.#sizeText(this.#zoomed)}`);
    fill(this.#crumbs, element('ol', {}, ...[ROOT_PATH, ...above].map(crumb)), total);
  }

  #sizeText(path: number): string {
    const size = formatSize(Math.round(this.#sizeOf(path)));
    return this.#state.unit === 'compressed' ? `${size} compressed share` : size;
  }

  #zoom(path: number): void {
    this.#page.store.set({ path: this.#tree.pathOf(path) });
    this.#page.announce(`Zoomed to /${visible(this.#tree.pathOf(path))}, ${this.#sizeText(path)}`);
  }

  #drawLegend(): void {
    const { document, store } = this.#page;
    const { color, layers } = this.#state;
    if (color === 'layer') {
      const own = document.layers.filter(({ size }) => size > 0);
      fill(
        this.#legend,
        ...own.slice(0, 24).map(({ index, title }) => {
          const swatch = element('span', { class: 'swatch' });
          swatch.style.background = layerColor(document, index);
          const isChosen = layers.includes(index);
          return button(
            { class: 'link', title: visible(title), 'aria-pressed': String(isChosen) },
            () =>
              store.set({
                layers: isChosen
                  ? layers.filter(each => each !== index)
                  : [...layers, index].sort((a, b) => a - b),
              }),
            swatch,
            layerName(document, index),
          );
        }),
      );
      return;
    }
    const words = {
      change: ['added or grown', 'removed or smaller', 'unchanged'],
      waste: ['hidden by a later layer', 'shown'],
      package: ['of a package, one colour each', 'of no package'],
    }[color];
    const colors = {
      change: ['var(--worse)', 'var(--better)', 'var(--neutral)'],
      waste: ['var(--waste)', 'var(--neutral)'],
      package: ['var(--accent)', 'var(--neutral)'],
    }[color];
    fill(
      this.#legend,
      ...words.map((word, index) => {
        const swatch = element('span', { class: 'swatch' });
        swatch.style.background = colors[index] ?? '';
        return element('span', {}, swatch, word);
      }),
    );
  }

  /** Draws beside what is shown, in short tasks, and shows it when it is whole. */
  #draw(): void {
    this.#drawing += 1;
    const own = this.#drawing;
    void pause().then(() => runInSlices(this.#drawSteps(own)));
  }

  /** @param own number of this drawing: one that another has overtaken ends */
  *#drawSteps(own: number): Generator<undefined, void> {
    const width = this.#canvas.parentElement?.clientWidth ?? 0;
    if (width === 0 || this.#sums === null || own !== this.#drawing) return;
    const height = Math.round(Math.min(HEIGHT.most, Math.max(HEIGHT.least, innerHeight * HEIGHT.share)));
    const scale = devicePixelRatio || 1;
    const drawn = document.createElement('canvas');
    drawn.width = Math.round(width * scale);
    drawn.height = Math.round(height * scale);
    const rects = layoutTreemap(this.#tree, this.#sums.sizes, this.#zoomed, width, height);
    const context = drawn.getContext('2d');
    if (context === null) return;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.font = FONT;
    context.textBaseline = 'middle';
    const style = getComputedStyle(document.documentElement);
    const colors = {
      text: style.getPropertyValue('--text'),
      paper: style.getPropertyValue('--paper'),
      panel: style.getPropertyValue('--panel'),
      focus: style.getPropertyValue('--focus'),
      resolve: (color: string) =>
        color.replace(/^var\((--[\w-]+)\)$/, (_, name: string) => style.getPropertyValue(name)),
    };
    for (const [index, rect] of rects.entries()) {
      if (index % RECTS_A_STEP === 0) yield;
      if (own !== this.#drawing) return;
      if (rect.depth > 0) this.#drawRect(context, rect, colors);
    }
    this.#rects = rects;
    this.#canvas.width = drawn.width;
    this.#canvas.height = drawn.height;
    this.#canvas.style.height = `${height}px`;
    this.#canvas.getContext('2d')?.drawImage(drawn, 0, 0);
    this.#describe();
  }

  #drawRect(
    context: CanvasRenderingContext2D,
    rect: TreemapRect,
    colors: {
      readonly text: string;
      readonly paper: string;
      readonly panel: string;
      readonly focus: string;
      readonly resolve: (color: string) => string;
    },
  ): void {
    const { path, x, y, width, height, isOpen } = rect;
    const isFaint = this.#found !== null && this.#found.isShown[path] !== 1;
    context.globalAlpha = isFaint ? 0.18 : 1;
    if (isOpen) {
      context.fillStyle = colors.panel;
      context.fillRect(x, y, width, height);
    } else {
      context.fillStyle = colors.resolve(pathColor(this.#page.document, this.#tree, path, this.#state.color));
      context.fillRect(x, y, width, height);
      const hidden = this.#hiddenShare(path);
      if (hidden > 0) hatch(context, rect, hidden, colors.paper);
    }
    if (width > 40 && height >= TITLE_HEIGHT - 2)
      this.#drawTitle(context, rect, isOpen ? colors.text : '#fff');
    if (path === this.#selected) {
      context.strokeStyle = colors.focus;
      context.lineWidth = 3;
      context.strokeRect(x + 1.5, y + 1.5, width - 3, height - 3);
    }
    context.globalAlpha = 1;
  }

  #drawTitle(
    context: CanvasRenderingContext2D,
    { path, x, y, width, isOpen, height }: TreemapRect,
    color: string,
  ): void {
    const name = this.#titleOf(path);
    context.save();
    context.beginPath();
    context.rect(x + 3, y, width - 6, height);
    context.clip();
    context.fillStyle = color;
    const size = this.#sizeText(path);
    const nameWidth = context.measureText(name).width;
    const row = y + TITLE_HEIGHT / 2;
    context.fillText(name, x + 5, row);
    if (isOpen && nameWidth + context.measureText(size).width + 20 < width) {
      context.globalAlpha *= 0.7;
      context.fillText(size, x + 11 + nameWidth, row);
    } else if (!isOpen && height > 2 * TITLE_HEIGHT && width > 60) {
      context.globalAlpha *= 0.85;
      context.fillText(size, x + 5, row + TITLE_HEIGHT - 3);
    }
    context.restore();
  }

  #titleOf(path: number): string {
    const joined = this.#tree.joinedOf(path);
    return joined > 0 ? `${joined} smaller` : visible(this.#tree.nameOf(path).slice(0, 200));
  }

  #hiddenShare(path: number): number {
    const size = this.#sizeOf(path);
    const hidden = this.#sums?.hidden[path] ?? 0;
    return size === 0 || this.#state.unit === 'compressed' ? 0 : Math.min(1, hidden / size);
  }

  #describe(): void {
    const largest = this.#tree
      .childrenOf(this.#zoomed)
      .sort((a, b) => this.#sizeOf(b) - this.#sizeOf(a))
      .slice(0, 5)
      .map(path => `${this.#titleOf(path)} ${this.#sizeText(path)}`);
    const text = `/${visible(this.#tree.pathOf(this.#zoomed))}, ${this.#sizeText(this.#zoomed)}. Largest: ${largest.join(', ')}`;
    this.#canvas.setAttribute('aria-label', text);
  }

  #point(event: MouseEvent): void {
    const { offsetX: x, offsetY: y } = event;
    const rect = rectAt(this.#rects, x, y);
    this.#tip.classList.toggle('shown', rect !== null && rect.depth > 0);
    if (rect === null || rect.depth === 0) return;
    this.#fillTip(rect.path);
    const box = this.#canvas.getBoundingClientRect();
    const isRight = x > box.width / 2;
    this.#tip.style.left = isRight ? '' : `${x + 14}px`;
    this.#tip.style.right = isRight ? `${box.width - x + 14}px` : '';
    this.#tip.style.top = `${Math.min(y + 14, box.height - 90)}px`;
  }

  #fillTip(path: number): void {
    const tree = this.#tree;
    const whole = this.#sizeOf(ROOT_PATH);
    const layer = tree.layerOf(path);
    const owner = tree.table.packages[(tree.table.owners[path] ?? 0) - 1];
    const hidden = this.#sums?.hidden[path] ?? 0;
    const delta = this.#sums?.deltas[path] ?? 0;
    const isCompared = this.#page.document.files?.isCompared === true;
    const facts = [
      `${this.#sizeText(path)}${whole === 0 ? '' : `, ${formatRatio(this.#sizeOf(path) / whole)}`}`,
      isCompared && delta !== 0 ? `${formatSizeDelta(delta)} against the base` : '',
      hidden > 0 ? `${formatSize(hidden)} hidden` : '',
      tree.hasChildren(path) || layer === null ? '' : layerName(this.#page.document, layer),
      owner === undefined ? '' : visible(`${owner.name} ${owner.version}`),
    ];
    const name = tree.joinedOf(path) > 0 ? this.#titleOf(path) : nameNode(`/${tree.pathOf(path)}`);
    fill(
      this.#tip,
      element('strong', {}, name),
      ...facts.filter(fact => fact !== '').map(fact => element('div', {}, fact)),
    );
  }

  #click(event: MouseEvent): void {
    const rect = rectAt(this.#rects, event.offsetX, event.offsetY);
    const step = rect === null ? null : stepTo(this.#tree, this.#zoomed, rect.path);
    if (step !== null && this.#tree.hasChildren(step)) this.#zoom(step);
  }

  #keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const siblings = this.#rects.filter(({ depth }) => depth === 1).map(({ path }) => path);
    const at = this.#selected === null ? -1 : siblings.indexOf(this.#selected);
    const { key } = event;
    if (key === 'ArrowRight' || key === 'ArrowDown')
      this.#select(siblings[Math.min(siblings.length - 1, at + 1)]);
    else if (key === 'ArrowLeft' || key === 'ArrowUp') this.#select(siblings[Math.max(0, at - 1)]);
    else if (key === 'Enter' && this.#selected !== null && this.#tree.hasChildren(this.#selected))
      this.#zoom(this.#selected);
    else if (key === 'Backspace' || key === 'Escape')
      this.#zoom(this.#tree.parents[this.#zoomed] ?? ROOT_PATH);
    else return;
    event.preventDefault();
  }

  #select(path: number | undefined): void {
    if (path === undefined) return;
    this.#selected = path;
    this.#draw();
    this.#page.announce(`${this.#titleOf(path)}, ${this.#sizeText(path)}`);
  }
}

/** Strokes over the part of a rectangle that is hidden, from its bottom. */
function hatch(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: TreemapRect,
  share: number,
  color: string,
): void {
  const tall = height * share;
  const top = y + height - tall;
  context.save();
  context.beginPath();
  context.rect(x, top, width, tall);
  context.clip();
  context.strokeStyle = color;
  context.globalAlpha *= 0.45;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let offset = -tall; offset < width; offset += 6) {
    context.moveTo(x + offset, y + height);
    context.lineTo(x + offset + tall, top);
  }
  context.stroke();
  context.restore();
}
