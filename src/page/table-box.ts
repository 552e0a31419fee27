import { element } from './element.ts';

/**
 * A table that scrolls by itself where the window is narrow.
 * @param classes of the box around it, with a dot before each
 * @param caption what a screen reader calls it
 */
export function tableBox(
  classes: `.${string}`,
  caption: string,
  titles: readonly HTMLElement[],
  ...body: readonly HTMLElement[]
): HTMLElement {
  return element(
    `div${classes}`,
    { role: 'region', 'aria-label': caption, tabindex: 0 },
    element('table', element('caption.unseen', caption), element('thead', element('tr', ...titles)), ...body),
  );
}
