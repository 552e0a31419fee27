import { visible } from '../base/untrusted-text.ts';
import { button, element } from './element.ts';
import { COLORS, type PageState, SHOWN, UNITS } from './page-state.ts';
import type { PageContext } from './view.ts';

export const SHOWN_TITLES = {
  all: 'All',
  added: 'Added',
  removed: 'Removed',
  changed: 'Changed',
  wasted: 'Wasted',
} as const;
const UNIT_TITLES = { size: 'Size', compressed: 'Compressed share' } as const;
const COLOR_TITLES = { layer: 'Layer', change: 'Change', waste: 'Waste', package: 'Package' } as const;

/** Choices above a view. */
interface FilterBar {
  readonly element: HTMLElement;
  readonly update: (state: PageState) => void;
}

/** Choices above a view of files. @param hasShown whether paths may be chosen by what became of them; else by colour */
export function filterBar(page: PageContext, hasShown: boolean): FilterBar {
  const { document: shown, store } = page;
  const isCompared = shown.files?.isCompared === true;
  const hasCompressed = shown.layers.every(({ compressedSize }) => compressedSize !== null);
  const paths = SHOWN.filter(name => isCompared || name === 'all' || name === 'wasted');
  const colors = COLORS.filter(name => isCompared || name !== 'change');
  const bars = [
    hasShown
      ? choices(
          'Which paths',
          paths,
          show => SHOWN_TITLES[show],
          ({ show }) => show,
          show => store.set({ show }),
        )
      : choices(
          'Colour by',
          colors,
          color => COLOR_TITLES[color],
          ({ color }) => color,
          color => store.set({ color }),
        ),
    choices(
      'What is measured',
      hasCompressed ? UNITS : [],
      unit => UNIT_TITLES[unit],
      ({ unit }) => unit,
      unit => store.set({ unit }),
    ),
  ];
  return {
    element: element('div.filters', ...bars.map(bar => bar.element)),
    update: state => {
      for (const bar of bars) bar.update(state);
    },
  };
}

/** Said where changes would be, for as long as layers are chosen. */
export const UNKNOWN_CHANGES = 'Changes are known by path, over all layers';

/**
 * What is said of the paths that are chosen, with a way to all of them: that there is none, or, where no choice above the view
 * tells it, which they are.
 */
export function chosenPaths({ store }: PageContext, hasSome: boolean): readonly (Node | string)[] {
  const { text, show } = store.current;
  if (hasSome && show === 'all') return [];
  const said = hasSome
    ? `${SHOWN_TITLES[show]} paths alone. `
    : text === ''
      ? 'No path has all of this. '
      : `No path matches “${visible(text)}”. A / in front is the root, * and ? stand for any characters. `;
  const showAll = (): void => store.set({ text: '', show: 'all', layers: [] });
  return [said, button('.link', showAll, 'Show all paths')];
}

/** Buttons of which one is chosen. They stay, so that the one that was used keeps the focus. */
export function choices<Name extends string>(
  label: string,
  names: readonly Name[],
  titleOf: (name: Name) => string,
  chosen: (state: PageState) => Name,
  choose: (name: Name) => void,
): FilterBar {
  const buttons = names.map(name => button('', () => choose(name), titleOf(name)));
  return {
    element: element('div.choices', { role: 'group', 'aria-label': label }, ...buttons),
    update: state => {
      const index = names.indexOf(chosen(state));
      for (const [at, each] of buttons.entries()) each.ariaPressed = String(at === index);
    },
  };
}
