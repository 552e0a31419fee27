import { button } from './element.ts';

const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const LABELS: Readonly<Record<Theme, string>> = { auto: 'Auto', light: 'Light', dark: 'Dark' };
const KEY = 'deadweight-theme';

/** A button for light, dark or what the system says; kept for the next page where the browser lets it. */
export function themeSwitch(changed: () => void): HTMLButtonElement {
  let theme = storedTheme();
  const made = button('.theme', () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'auto';
    storeTheme(theme);
    show();
    changed();
  });
  const show = (): void => {
    document.documentElement.dataset['theme'] = theme;
    made.textContent = LABELS[theme];
    made.setAttribute('aria-label', `Colours: ${LABELS[theme].toLowerCase()}. Switch`);
  };
  show();
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  return made;
}

function storedTheme(): Theme {
  try {
    return THEMES.find(theme => theme === localStorage.getItem(KEY)) ?? 'auto';
  } catch {
    return 'auto';
  }
}

function storeTheme(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // A page from disk may have no storage: then it is for this page alone.
  }
}
