import { button } from './element.ts';

/** A button that copies a text. Where the browser lets no page do so, it selects the text, so that a key does. */
export function copyButton(
  text: string,
  shown: HTMLElement,
  announce: (text: string) => void,
): HTMLButtonElement {
  const made = button('.copy', () => void copy(), 'Copy');
  return made;

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text);
      say('Copied');
    } catch {
      getSelection()?.selectAllChildren(shown);
      say('Selected: copy it by Ctrl+C');
    }
  }

  function say(what: string): void {
    made.textContent = what;
    announce(what);
  }
}
