import { formatRatio, formatSize, formatSizeDelta, plural } from '../../base/number-text.ts';
import { visible } from '../../base/untrusted-text.ts';
import { button, element, fill } from '../element.ts';
import { chosenPaths, filterBar, UNKNOWN_CHANGES } from '../filter-bar.ts';
import { layerName } from '../layer-names.ts';
import type { PageState } from '../page-state.ts';
import { type PageTree, ROOT_PATH } from '../page-tree.ts';
import { lastOnly, pause } from '../pause.ts';
import { nameNode } from '../text-nodes.ts';
import { sumTree, type TreeSums } from '../tree-sums.ts';
import { blockBytes, hiddenColor, keyColor, LEGENDS } from '../treemap-colors.ts';
import {
  type Direction,
  layoutTreemap,
  neighbour,
  rectAt,
  stepTo,
  TITLE_HEIGHT,
  type TreemapRect,
} from '../treemap-layout.ts';
import type { OpenView, PageContext, View } from '../view.ts';

export const treemapView: View = {
  id: 'treemap',
  title: 'Treemap',
  isThere: ({ files }) => files !== null,
  open: page => page.files && new Treemap(page, page.files),
};

/** CSS pixels; what is below it is left free of the window. */
const HEIGHT = { least: 320, most: 900, below: 12 } as const;
/** That are drawn before it is looked whether something else has to be done. */
const RECTS_A_STEP = 32;
/** Layers that the legend names. */
const MAX_LEGEND = 24;
const FONT = '12px system-ui, sans-serif';

const DIRECTIONS: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

/** Sums of all, and of what is searched for, where something is: all else is drawn faintly. */
interface DrawnSums {
  readonly all: TreeSums;
  readonly found: TreeSums | null;
}

class Treemap implements OpenView {
  readonly element: HTMLElement;
  readonly #page: PageContext;
  readonly #tree: PageTree;
  readonly #canvas = element('canvas', {
    tabindex: 0,
    role: 'application',
    'aria-roledescription': 'treemap',
  });
  readonly #crumbs = element('nav.crumbs', { 'aria-label': 'Zoomed to' });
  readonly #legend = element('div.legend');
  readonly #message = element('p');
  readonly #tip = element('div.tip', { role: 'presentation' });
  readonly #filters: ReturnType<typeof filterBar>;
  readonly #sum = lastOnly((sums: DrawnSums) => this.#take(sums));
  readonly #finish = lastOnly(() => {});
  #state: PageState;
  #sums: DrawnSums | null = null;
  #key = '';
  #zoomed = ROOT_PATH;
  #rects: readonly TreemapRect[] = [];
  #selected: number | null = null;
  /** The path that the tip is about. */
  #told: number | null = null;

  constructor(page: PageContext, tree: PageTree) {
    this.#page = page;
    this.#tree = tree;
    this.#state = page.store.current;
    this.#filters = filterBar(page, false);
    const box = element('div.treemap', this.#canvas, this.#tip);
    const hint = element(
      'p.note',
      'Click or Enter zooms in, Backspace zooms out, arrow keys move. The view Files has the same as a table.',
    );
    this.element = element(
      'section',
      this.#filters.element,
      this.#message,
      this.#legend,
      this.#crumbs,
      box,
      hint,
    );
    new ResizeObserver(() => this.#draw()).observe(box);
    this.#canvas.addEventListener('mousemove', event => this.#point(event));
    for (const leaves of ['mouseleave', 'blur'])
      this.#canvas.addEventListener(leaves, () => this.#tip.classList.remove('shown'));
    this.#canvas.addEventListener('click', event => this.#click(event));
    this.#canvas.addEventListener('keydown', event => this.#keyDown(event));
  }

  update(state: PageState): void {
    const key = `${state.layers.join()} ${state.show} ${state.unit} ${state.text}`;
    this.#state = state;
    this.#filters.update(state);
    if (key !== this.#key) {
      this.#key = key;
      this.#sum(this.#sumSteps(state));
    } else this.#show();
  }

  *#sumSteps(state: PageState): Generator<undefined, DrawnSums> {
    const { layers } = this.#page.document;
    const all = yield* sumTree(this.#tree, layers, { ...state, text: '' });
    return { all, found: state.text === '' ? null : yield* sumTree(this.#tree, layers, state) };
  }

  #take(sums: DrawnSums): void {
    this.#sums = sums;
    this.#told = null;
    const size = sums.found?.sizes[ROOT_PATH];
    if (size !== undefined) this.#page.announce(`${formatSize(Math.round(size))} found`);
    this.#show();
  }

  #show(): void {
    const zoomed = this.#tree.nearest(this.#state.path);
    const before = this.#zoomed;
    this.#zoomed = this.#tree.hasChildren(zoomed) ? zoomed : (this.#tree.parents[zoomed] ?? ROOT_PATH);
    // Who zooms out goes on from where it was.
    if (this.#zoomed !== before) this.#selected = stepTo(this.#tree, this.#zoomed, before);
    this.#drawCrumbs();
    if (this.#sums !== null) {
      const { all, found } = this.#sums;
      const isEmpty = found?.isShown[ROOT_PATH] === 0 || all.sizes[ROOT_PATH] === 0;
      fill(this.#message, ...chosenPaths(this.#page, !isEmpty));
      fill(this.#legend, ...this.#legendNodes(all));
    }
    this.#draw();
  }

  #sizeOf(path: number): number {
    return this.#sums?.all.sizes[path] ?? 0;
  }

  #drawCrumbs(): void {
    const paths = [this.#zoomed];
    for (let path = this.#zoomed; path !== ROOT_PATH; paths.unshift(path))
      path = this.#tree.parents[path] ?? ROOT_PATH;
    const crumbs = paths.map(path => {
      const name = path === ROOT_PATH ? '/' : nameNode(this.#tree.nameOf(path));
      return element(
        'li',
        path === this.#zoomed
          ? element('span', { 'aria-current': 'location' }, name)
          : button('.link', () => this.#zoom(path), name),
      );
    });
    fill(this.#crumbs, element('ol', ...crumbs), element('span.aside', this.#sizeText(this.#zoomed)));
  }

  #sizeText(path: number): string {
    const size = formatSize(Math.round(this.#sizeOf(path)));
    return this.#state.unit === 'compressed' ? `${size} compressed share` : size;
  }

  #zoom(path: number): void {
    this.#page.store.set({ path: this.#tree.pathOf(path) });
    this.#page.announce(`Zoomed to /${visible(this.#tree.pathOf(path))}, ${this.#sizeText(path)}`);
  }

  #legendNodes(sums: TreeSums): readonly Node[] {
    const { document, store } = this.#page;
    const { color, layers } = this.#state;
    const { byKey, hidden } = blockBytes(this.#tree, sums, this.#zoomed, color);
    const unseen = element(
      'span',
      swatch(hiddenColor(color) ?? 'var(--neutral)'),
      `hidden by a later layer${this.#share(hidden)}`,
    );
    unseen.firstElementChild?.classList.add('hatched');
    if (color !== 'layer') {
      const nodes = LEGENDS[color].map(([value, word]) => element('span', swatch(value), word));
      return [...nodes, unseen, ...(color === 'change' ? this.#changeNotes() : [])];
    }
    const own = document.layers.filter(({ size }) => size > 0);
    const left = own.length - MAX_LEGEND;
    const buttons = own.slice(0, MAX_LEGEND).map(({ index, title }) => {
      const isChosen = layers.includes(index);
      const others = layers.filter(each => each !== index);
      const chosen = isChosen ? others : [...others, index].sort((a, b) => a - b);
      const bytes = byKey.get(index);
      return button(
        '.link',
        () => store.set({ layers: chosen }),
        { title: visible(title), 'aria-pressed': String(isChosen) },
        swatch(keyColor(document, color, index)),
        layerName(document, index),
        bytes !== undefined && ` ${formatSize(Math.round(bytes))}`,
      );
    });
    return [...buttons, ...(left > 0 ? [element('span', `and ${left} more`)] : []), unseen];
  }

  /** Bytes of what is zoomed to. */
  #share(share: number): string {
    return share > 0 ? ` ${formatSize(Math.round(share * this.#sizeOf(this.#zoomed)))}` : '';
  }

  /** What the colours of changes do not show: what is not there any more has no area. */
  #changeNotes(): readonly Node[] {
    const tree = this.#tree;
    if (this.#state.layers.length > 0) return [element('span.aside', UNKNOWN_CHANGES)];
    let [count, bytes] = [0, 0];
    for (let path = this.#zoomed; path < (tree.ends[this.#zoomed] ?? 0); path += 1) {
      if (tree.changeOf(path) !== 'removed' || tree.kindOf(path) === 'directory') continue;
      count += Math.max(1, tree.joinedOf(path));
      bytes += tree.deltaOf(path);
    }
    if (count === 0) return [];
    const list = (): void => this.#page.store.set({ view: 'files', show: 'removed', text: '' });
    return [button('.link', list, `removed: ${plural(count, 'path')}, ${formatSizeDelta(bytes)}`)];
  }

  /** Draws beside what is shown, in short tasks, and shows it when it is whole. */
  #draw(): void {
    const steps = this.#drawSteps();
    void pause().then(() => this.#finish(steps));
  }

  *#drawSteps(): Generator<undefined, void> {
    const width = this.#canvas.parentElement?.clientWidth ?? 0;
    if (width === 0 || this.#sums === null) return;
    // What is left of the window, when it is not scrolled.
    const left = innerHeight - scrollY - this.#canvas.getBoundingClientRect().top - HEIGHT.below;
    const height = Math.round(Math.min(HEIGHT.most, Math.max(HEIGHT.least, left)));
    const scale = devicePixelRatio || 1;
    const drawn = document.createElement('canvas');
    drawn.width = Math.round(width * scale);
    drawn.height = Math.round(height * scale);
    const context = drawn.getContext('2d');
    if (context === null) return;
    const rects = yield* layoutTreemap(this.#tree, this.#sums.all.sizes, this.#zoomed, width, height);
    context.scale(scale, scale);
    context.font = FONT;
    context.textBaseline = 'middle';
    const resolve = colorResolver(this.#canvas);
    for (const [index, rect] of rects.entries()) {
      if (index % RECTS_A_STEP === 0) yield;
      if (rect.depth > 0) this.#drawRect(context, rect, resolve);
    }
    this.#rects = rects;
    const selected = this.#selectedRect();
    if (selected !== undefined) {
      const { x, y, width, height } = selected;
      context.strokeStyle = resolve('var(--accent)');
      context.lineWidth = 3;
      context.strokeRect(x + 1.5, y + 1.5, width - 3, height - 3);
    }
    this.#canvas.width = drawn.width;
    this.#canvas.height = drawn.height;
    this.#canvas.style.height = `${height}px`;
    this.#canvas.getContext('2d')?.drawImage(drawn, 0, 0);
    this.#describe();
  }

  #selectedRect(): TreemapRect | undefined {
    return this.#rects.find(({ path, depth }) => depth === 1 && path === this.#selected);
  }

  #drawRect(context: CanvasRenderingContext2D, rect: TreemapRect, resolve: (color: string) => string): void {
    const { path, x, y, width, height, isOpen } = rect;
    const isFaint = this.#sums?.found?.isShown[path] === 0;
    const { color } = this.#state;
    const block = isOpen || this.#sums === null ? null : blockBytes(this.#tree, this.#sums.all, path, color);
    context.globalAlpha = isFaint ? 0.18 : 1;
    context.fillStyle = resolve(
      block === null ? 'var(--panel)' : keyColor(this.#page.document, color, block.most),
    );
    context.fillRect(x, y, width, height);
    if (block !== null && block.hidden > 0) {
      const fill = hiddenColor(color);
      hatch(context, rect, block.hidden, fill && resolve(fill), resolve('var(--paper)'));
    }
    context.fillStyle = isOpen ? resolve('var(--text)') : '#fff';
    if (width > 40 && height >= TITLE_HEIGHT - 2) this.#drawTitle(context, rect);
    context.globalAlpha = 1;
  }

  #drawTitle(context: CanvasRenderingContext2D, { path, x, y, width, isOpen, height }: TreemapRect): void {
    const name = this.#titleOf(path);
    const size = this.#sizeText(path);
    const row = y + TITLE_HEIGHT / 2;
    context.save();
    context.beginPath();
    context.rect(x + 3, y, width - 6, height);
    context.clip();
    context.fillText(name, x + 5, row);
    context.globalAlpha *= 0.8;
    const nameWidth = isOpen ? context.measureText(name).width : 0;
    if (isOpen && nameWidth + context.measureText(size).width + 20 < width)
      context.fillText(size, x + 11 + nameWidth, row);
    else if (!isOpen && height > 2 * TITLE_HEIGHT && width > 60)
      context.fillText(size, x + 5, row + TITLE_HEIGHT - 3);
    context.restore();
  }

  #titleOf(path: number): string {
    const joined = this.#tree.joinedOf(path);
    return joined > 0 ? `${joined} smaller` : visible(this.#tree.nameOf(path).slice(0, 200));
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

  #point({ offsetX: x, offsetY: y }: MouseEvent): void {
    const rect = rectAt(this.#rects, x, y);
    if (rect !== null && rect.depth > 0) this.#showTip(rect.path, x + 14, y + 14, x - 14);
    else this.#tip.classList.remove('shown');
  }

  /** What is to be known of a path, beside a point: to its right, or to its left where there is no room. */
  #showTip(path: number, right: number, top: number, left: number): void {
    const { clientWidth, clientHeight } = this.#canvas;
    const isLeft = left > clientWidth / 2;
    this.#fillTip(path);
    this.#tip.classList.add('shown');
    this.#tip.style.left = isLeft ? '' : `${right}px`;
    this.#tip.style.right = isLeft ? `${clientWidth - left}px` : '';
    this.#tip.style.top = `${Math.min(top, clientHeight - 90)}px`;
  }

  #fillTip(path: number): void {
    const tree = this.#tree;
    if (this.#sums === null || path === this.#told) return;
    this.#told = path;
    const { all } = this.#sums;
    const whole = this.#sizeOf(ROOT_PATH);
    const hidden = all.hidden[path] ?? 0;
    const delta = all.deltas[path] ?? 0;
    const { document } = this.#page;
    const shown = this.#mostly(all, path, 'layer', layer => layerName(document, layer));
    const layer = tree.hasChildren(path) ? null : tree.layerOf(path);
    const hiddenIn = shown === false && layer !== null ? `, of ${layerName(document, layer)}` : '';
    const isCompared = document.files?.isCompared === true;
    const facts = [
      `${this.#sizeText(path)}${whole === 0 ? '' : `, ${formatRatio(this.#sizeOf(path) / whole)}`}`,
      isCompared && delta !== 0 && `${formatSizeDelta(delta)} against the base`,
      hidden > 0 && `${formatSize(hidden)} hidden${hiddenIn}`,
      shown,
      this.#mostly(all, path, 'package', number => {
        const owner = tree.table.packages[number - 1];
        return owner === undefined ? '' : visible(`${owner.name} ${owner.version}`);
      }),
    ];
    const name = tree.joinedOf(path) > 0 ? this.#titleOf(path) : nameNode(`/${tree.pathOf(path)}`);
    fill(this.#tip, element('strong', name), ...facts.map(fact => fact !== false && element('div', fact)));
  }

  /** The name of what most bytes of a path are of, as they are coloured. @returns false where it has none */
  #mostly(
    sums: TreeSums,
    path: number,
    by: PageState['color'],
    nameOf: (key: number) => string,
  ): string | false {
    const { most, byKey } = blockBytes(this.#tree, sums, path, by);
    const name = most === null ? '' : nameOf(most);
    return name !== '' && (byKey.size > 1 ? `mostly ${name}` : name);
  }

  #click(event: MouseEvent): void {
    const rect = rectAt(this.#rects, event.offsetX, event.offsetY);
    const step = rect === null ? null : stepTo(this.#tree, this.#zoomed, rect.path);
    if (step !== null && this.#tree.hasChildren(step)) this.#zoom(step);
  }

  #keyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    const direction = DIRECTIONS[key];
    if (direction !== undefined) this.#move(direction);
    else if (key === 'Enter' && this.#selected !== null) {
      if (this.#tree.hasChildren(this.#selected)) this.#zoom(this.#selected);
    } else if (key === 'Backspace' || key === 'Escape')
      this.#zoom(this.#tree.parents[this.#zoomed] ?? ROOT_PATH);
    else return;
    event.preventDefault();
  }

  /** To what is beside the one that is chosen; the largest is the first one. */
  #move(direction: Direction): void {
    const siblings = this.#rects.filter(({ depth }) => depth === 1);
    const from = this.#selectedRect();
    const next = from === undefined ? siblings[0] : neighbour(siblings, from, direction);
    if (!next) return;
    this.#selected = next.path;
    this.#draw();
    this.#showTip(next.path, next.x + 14, next.y + TITLE_HEIGHT + 4, next.x + next.width - 14);
    this.#page.announce(`${this.#titleOf(next.path)}, ${this.#sizeText(next.path)}`);
  }
}

function swatch(color: string): HTMLElement {
  const made = element('span.swatch');
  made.style.backgroundColor = color;
  return made;
}

/** Colours as a drawing takes them: those of the style sheet are names until an element has them. */
function colorResolver(within: HTMLElement): (color: string) => string {
  const known = new Map<string, string>();
  return color => {
    let resolved = known.get(color);
    if (resolved === undefined) {
      within.style.color = color;
      resolved = getComputedStyle(within).color;
      known.set(color, resolved);
    }
    return resolved;
  };
}

/** Strokes over the part of a rectangle that is hidden, from its bottom. @param fill what it is filled with before; null to leave it */
function hatch(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: TreemapRect,
  share: number,
  fill: string | null,
  color: string,
): void {
  const tall = height * share;
  const top = y + height - tall;
  context.save();
  context.beginPath();
  context.rect(x, top, width, tall);
  context.clip();
  if (fill !== null) {
    context.fillStyle = fill;
    context.fillRect(x, top, width, tall);
  }
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
