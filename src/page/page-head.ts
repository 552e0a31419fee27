import type { PageDocument, PageFigure } from '../report/html/page-document.ts';
import { element } from './element.ts';
import { nameNode, phraseNodes } from './text-nodes.ts';

/** Not by the colour alone. */
const SIGNS = { pass: '✓', warn: '!', fail: '✗', skipped: '–' } as const;

/** What stands above all views: what the image weighs, and what is to be known of that. */
export function pageHead({ head }: PageDocument): HTMLElement {
  const { title, platform, size, change, layers, verdict, status, sentences, notices } = head;
  const facts = [change, layers].filter(fact => fact !== null);
  return element(
    'header',
    { class: `head ${status}` },
    element('h1', {}, nameNode(title), element('span', { class: 'aside' }, ` ${platform}`)),
    element(
      'p',
      { class: 'lead' },
      element('strong', {}, size),
      ...facts.map(fact => element('span', {}, `, ${fact}`)),
      verdict === null ? null : element('span', { class: `verdict ${status}` }, verdict),
    ),
    ...sentences.map(sentence =>
      element('p', { class: 'sentence' }, ...phraseNodes(sentence, () => undefined)),
    ),
    figuresTable(head.figures, head.names),
    notices.length === 0
      ? null
      : element(
          'details',
          { class: 'notices' },
          element('summary', {}, notices.length === 1 ? '1 note' : `${notices.length} notes`),
          element('ul', {}, ...notices.map(notice => element('li', {}, nameNode(notice)))),
        ),
  );
}

function figuresTable(
  figures: readonly PageFigure[],
  { base, head }: PageDocument['head']['names'],
): HTMLElement {
  const isCompared = figures.some(figure => figure.base !== null);
  const hasBudgets = figures.some(({ budgets }) => budgets.length > 0);
  const titles = [
    '',
    ...(isCompared ? [`base${base === null ? '' : ` ${base}`}`] : []),
    `this${head === null ? '' : ` ${head}`}`,
    ...(isCompared ? ['Δ'] : []),
    ...(hasBudgets ? ['budget'] : []),
  ];
  return element(
    'div',
    {
      class: isCompared ? 'figures has-base' : 'figures',
      role: 'region',
      'aria-label': 'Figures',
      tabindex: 0,
    },
    element(
      'table',
      {},
      element('caption', { class: 'unseen' }, 'Figures'),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...titles.map((title, index) =>
            index === 0 ? element('td') : element('th', { scope: 'col', class: 'number' }, nameNode(title)),
          ),
        ),
      ),
      element('tbody', {}, ...figures.map(figure => figureRow(figure, isCompared, hasBudgets))),
    ),
  );
}

function figureRow(
  { name, base, head, delta, trend, budgets }: PageFigure,
  isCompared: boolean,
  hasBudgets: boolean,
): HTMLElement {
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, name),
    isCompared ? element('td', { class: 'number' }, base ?? '') : null,
    element('td', { class: 'number' }, head),
    isCompared ? element('td', { class: `number ${trend ?? ''}` }, delta ?? '') : null,
    hasBudgets
      ? element(
          'td',
          { class: 'number' },
          ...budgets.map(({ status, text }) =>
            element('span', { class: `budget ${status}` }, `${SIGNS[status]} ${text}`),
          ),
        )
      : null,
  );
}
