import { element } from './element.ts';

/**
 * A bar, a part of it as waste. The figure beside it says the same.
 * @param share of the whole width, 0 to 1
 * @param waste of the whole width, at most `share`
 */
export function shareBar(share: number, waste = 0): HTMLElement {
  const whole = element('span.bar-part');
  const wasted = element('span.bar-part.wasted');
  // Set by script: the policy of the page allows no styles in the markup.
  whole.style.width = percent(Math.max(0, share - waste));
  wasted.style.width = percent(waste);
  return element('span.bar', { 'aria-hidden': 'true' }, whole, wasted);
}

function percent(share: number): string {
  return `${(Math.min(1, share) * 100).toFixed(2)}%`;
}
