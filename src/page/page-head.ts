import { plural } from '../base/number-text.ts';
import type { PageDocument, PageFigure } from '../report/html/page-document.ts';
import { button, element } from './element.ts';
import { choosePlace } from './places.ts';
import { tableBox } from './table-box.ts';
import { nameNode, phraseNodes } from './text-nodes.ts';
import type { PageContext } from './view.ts';

/** Not by the colour alone. */
const SIGNS = { pass: '✓', warn: '!', fail: '✗', skipped: '–' } as const;

/** What stands above all views: what the image weighs, and what is to be known of that. */
export function pageHead(page: Pick<PageContext, 'document' | 'store'>): HTMLElement {
  const { head } = page.document;
  const { title, platform, size, change, layers, verdict, status, sentences, notices } = head;
  return element(
    `header.head.${status}`,
    element('h1', nameNode(title), element('span.aside', ` ${platform}`)),
    element(
      'p.lead',
      element('strong', size),
      change !== null && `, ${change}`,
      layers !== null && `, ${layers}`,
      verdict !== null && element(`span.verdict.${status}`, verdict),
    ),
    ...sentences.map(({ content, layers }) => {
      const [first, ...rest] = phraseNodes(content, choosePlace(page));
      const isLink = layers.length > 0;
      return element(
        'p.sentence',
        isLink ? button('.link', () => page.store.set({ layers }), first) : first,
        ...rest,
      );
    }),
    head.figures.length > 0 && figuresTable(head.figures, head.names),
    notices.length > 0 &&
      element(
        'details.notices',
        element('summary', plural(notices.length, 'note')),
        element('ul', ...notices.map(notice => element('li', nameNode(notice)))),
      ),
  );
}

function figuresTable(
  figures: readonly PageFigure[],
  { base, head }: PageDocument['head']['names'],
): HTMLElement {
  const isCompared = figures.some(figure => figure.base !== null);
  const hasBudgets = figures.some(({ budgets }) => budgets.length > 0);
  const named = (side: string, name: string | null): string => (name === null ? side : `${side} ${name}`);
  const titles = [
    isCompared && named('base', base),
    named('this', head),
    isCompared && 'Δ',
    hasBudgets && 'budget',
  ].filter(title => title !== false);
  const rows = figures.map(figure =>
    element(
      'tr',
      element('th', { scope: 'row' }, figure.name),
      figure.base !== null && element('td.number', figure.base),
      // What has no base takes its place: it may be long.
      element('td.number', { colspan: isCompared && figure.base === null ? 2 : null }, figure.head),
      isCompared && element(`td.number.${figure.trend ?? ''}`, figure.delta ?? ''),
      hasBudgets &&
        element(
          'td.number.budgets',
          ...figure.budgets.map(({ status, text }) =>
            element(`span.budget.${status}`, `${SIGNS[status]} ${text}`),
          ),
        ),
    ),
  );
  return tableBox(
    isCompared ? '.figures.has-base' : '.figures',
    'Figures',
    [element('td'), ...titles.map(title => element('th.number', { scope: 'col' }, nameNode(title)))],
    element('tbody', ...rows),
  );
}
