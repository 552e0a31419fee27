import { button, element, fill } from './element.ts';
import { COLORS, type PageState, SHOWN, UNITS } from './page-state.ts';
import type { PageContext } from './view.ts';

const SHOWN_TITLES = {
  all: 'All',
  added: 'Added',
  removed: 'Removed',
  changed: 'Changed',
  wasted: 'Wasted',
} as const;
const UNIT_TITLES = { size: 'Size', compressed: 'Compressed share' } as const;
const COLOR_TITLES = { layer: 'Layer', change: 'Change', waste: 'Waste', package: 'Package' } as const;

/** Choices above a view of files. @param hasShown whether paths may be chosen by what became of them; else by colour */
export function filterBar(
  page: PageContext,
  hasShown: boolean,
): { readonly element: HTMLElement; readonly update: (state: PageState) => void } {
  const { document: shown, store } = page;
  const isCompared = shown.files?.isCompared === true;
  const hasCompressed = shown.layers.every(({ compressedSize }) => compressedSize !== null);
  const first = element('div', {
    class: 'choices',
    role: 'group',
    'aria-label': hasShown ? 'Which paths' : 'Colour by',
  });
  const units = element('div', { class: 'choices', role: 'group', 'aria-label': 'What is measured' });
  const update = (state: PageState): void => {
    if (hasShown) {
      const all = SHOWN.filter(name => isCompared || name === 'all' || name === 'wasted');
      fill(
        first,
        ...all.map(name => choice(SHOWN_TITLES[name], state.show === name, () => store.set({ show: name }))),
      );
    } else {
      const all = COLORS.filter(name => isCompared || name !== 'change');
      fill(
        first,
        ...all.map(name =>
          choice(COLOR_TITLES[name], state.color === name, () => store.set({ color: name })),
        ),
      );
    }
    if (hasCompressed)
      fill(
        units,
        ...UNITS.map(name => choice(UNIT_TITLES[name], state.unit === name, () => store.set({ unit: name }))),
      );
  };
  return { element: element('div', { class: 'filters' }, first, hasCompressed ? units : null), update };
}

function choice(title: string, isChosen: boolean, act: () => void): HTMLElement {
  return button({ 'aria-pressed': String(isChosen) }, act, title);
}
