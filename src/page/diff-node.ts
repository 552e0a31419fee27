import { safeDiff } from '../base/untrusted-text.ts';
import { element } from './element.ts';

const CLASSES: Readonly<Record<string, string>> = { '+': 'come', '-': 'gone', '@': 'hunk' };

/** A diff, its lines in the colours of what comes and what goes. */
export function diffNode(diff: string, name: string): HTMLElement {
  const lines = diff.replace(/\n$/, '').split('\n');
  return element(
    'pre.diff',
    { tabindex: 0, role: 'group', 'aria-label': name },
    ...lines.map((line, index) => {
      const isHeader = line.startsWith('--- ') || line.startsWith('+++ ');
      const kind = isHeader ? 'head' : (CLASSES[line.charAt(0)] ?? '');
      const text = safeDiff(line.replace(/\r$/, ''));
      return element(`span.${kind}`, index < lines.length - 1 ? `${text}\n` : text);
    }),
  );
}
