import { formatSize, formatSizes, plural } from '../../base/number-text.ts';
import { plainText } from '../../base/phrase.ts';
import type { PageFinding, PageFixes } from '../../report/html/page-details.ts';
import type { PageDocument } from '../../report/html/page-document.ts';
import { copyButton } from '../copy-button.ts';
import { diffNode } from '../diff-node.ts';
import { button, element, fill } from '../element.ts';
import { showsLayers, showsText } from '../layer-names.ts';
import type { PageState } from '../page-state.ts';
import { patchesDiff } from '../patches-diff.ts';
import { choosePlace } from '../places.ts';
import { notes } from '../text-lines.ts';
import { nameNode, phraseNodes } from '../text-nodes.ts';
import { type TickedPatches, tickedPatches } from '../ticked-patches.ts';
import { tickedSaving } from '../ticked-savings.ts';
import type { OpenView, PageContext, View } from '../view.ts';

export const fixesView: View = {
  id: 'fixes',
  title: 'Fixes',
  isThere: ({ details: { fixes } }) => fixes.findings.length > 0 || fixes.ignored !== null,
  open: openFixes,
};

function openFixes(page: PageContext): OpenView {
  const { fixes } = page.document.details;
  const choose = choosePlace(page);
  const total = element('div.total', { role: 'status' });
  const list = element('ol.findings');
  const change = element('div.change');
  const items = fixes.findings.map((finding, index) => makeItem(finding, index, page));
  list.append(...items.map(({ node }) => node));
  const made = element(
    'section',
    element('p.summary', ...phraseNodes(fixes.summary, choose), '.'),
    total,
    tickButtons(fixes, page),
    list,
    change,
    fixes.ignored === null ? null : element('p.note', ...phraseNodes(fixes.ignored, choose)),
  );
  const update = (state: PageState): void => {
    const ticked = new Set(state.fixes.filter(index => index < items.length));
    for (const [index, { box }] of items.entries()) box.checked = ticked.has(index);
    for (const { node, finding } of items) node.hidden = !isShown(finding, state);
    fill(total, ...totalNodes(page.document, ticked));
    fill(change, ...changeNodes(tickedPatches(fixes, ticked), page));
  };
  if (items.length === 0) for (const part of [total, list]) part.hidden = true;
  return { element: made, update };
}

interface FindingItem {
  readonly finding: PageFinding;
  readonly node: HTMLElement;
  readonly box: HTMLInputElement;
}

function makeItem(finding: PageFinding, index: number, page: PageContext): FindingItem {
  const { document, store } = page;
  const { sentence, paths, severity, patch, fileCount, remark } = finding;
  const box = element('input', { type: 'checkbox', 'aria-labelledby': `finding-${index}` });
  box.addEventListener('change', () => {
    const others = store.current.fixes.filter(each => each !== index);
    store.set({ fixes: box.checked ? [...others, index].sort((a, b) => a - b) : others }, 'replace');
  });
  const choose = choosePlace(page);
  const said = element('p', { id: `finding-${index}` }, ...phraseNodes(sentence, choose));
  const node = element(
    `li.finding.${severity}`,
    element('label.tick', box),
    element(
      'div',
      said,
      pathDetails(paths, fileCount),
      remark && element('p.aside', ...phraseNodes(remark, choose)),
      patch && details('The fix', diffNode(patchesDiff([patch], textsOf(document)), 'The fix')),
    ),
  );
  return { finding, node, box };
}

function details(title: string, ...content: readonly Node[]): HTMLElement {
  return element('details', element('summary', title), ...content);
}

function pathDetails(paths: PageFinding['paths'], fileCount: number): HTMLElement | null {
  if (paths.length === 0) return null;
  const rows = paths.map(({ path, bytes }) =>
    element('li', element('span.number', formatSize(bytes)), ' ', nameNode(`/${path}`)),
  );
  const title = fileCount > 0 ? plural(fileCount, 'file') : plural(paths.length, 'path');
  return details(`${title}, the largest`, element('ul.paths', ...rows));
}

function textsOf({ dockerfiles }: PageDocument) {
  return dockerfiles.map(({ file, lines }) => ({ file, text: `${lines.join('\n')}\n` }));
}

function isShown({ sentence, rule, paths, layers }: PageFinding, state: PageState): boolean {
  const isOfLayers = state.layers.length === 0 || showsLayers(state, layers);
  return isOfLayers && showsText(state, plainText(sentence), rule, ...paths.map(({ path }) => `/${path}`));
}

function tickButtons({ findings }: PageFixes, { store }: PageContext): HTMLElement {
  const indexesOf = (isWanted: (finding: PageFinding) => boolean): readonly number[] =>
    findings.flatMap((finding, index) => (isWanted(finding) ? [index] : []));
  const tick = (title: string, isWanted: (finding: PageFinding) => boolean): HTMLElement | null => {
    const fixes = indexesOf(isWanted);
    return fixes.length === 0 ? null : button('', () => store.set({ fixes }, 'replace'), title);
  };
  const savings = tick('All that save', ({ saving }) => (saving?.bytes ?? 0) > 0);
  const patches = tick('All with a patch', ({ patch }) => patch !== null);
  const none = button('', () => store.set({ fixes: [] }, 'replace'), 'None');
  const made = element('div.choices', { role: 'group', 'aria-label': 'Which fixes' });
  fill(made, savings, patches, none);
  made.hidden = savings === null && patches === null;
  return made;
}

/** What the image weighs without what is ticked, and how that is known. */
function totalNodes({ details, words }: PageDocument, ticked: ReadonlySet<number>): readonly Node[] {
  const { findings, bytes, editBytes, size } = details.fixes;
  const chosen = findings.filter((_finding, index) => ticked.has(index));
  if (chosen.length === 0) {
    return [element('strong', formatSize(size)), element('p.aside', words.noTicks)];
  }
  const { least, most } = tickedSaving(findings, ticked, bytes, editBytes);
  const isExact = least === most;
  const sizes = isExact
    ? formatSizes(size, size - most)
    : `${formatSize(size)} → ${formatSizes(size - most, size - least).replace(' → ', ' to ')}`;
  const saved = isExact ? formatSize(most) : `${formatSize(least)} to ${formatSize(most)}`;
  const savings = chosen.flatMap(({ saving }) => saving ?? []);
  const basis = savings.every(saving => saving.basis === 'proven') ? 'proven by building' : 'predicted';
  const fixes = plural(chosen.length, 'fix', 'fixes');
  return [
    element('strong', sizes),
    element(
      'p.aside',
      savings.length === 0
        ? `${fixes} without a saving.`
        : `${fixes}: ${saved} saved (${basis}), ${words.counted}`,
      !isExact && ` ${words.manySavers}`,
    ),
  ];
}

function changeNodes(
  { patches, clashes, unpatched, hiding }: TickedPatches,
  { document, announce }: PageContext,
): readonly Node[] {
  const name = (index: number): string => document.details.fixes.findings[index]?.rule ?? '';
  const names = (indexes: readonly number[]): string => [...new Set(indexes.map(name))].join(', ');
  const { words } = document;
  const told = (lead: string, indexes: readonly number[]): string | false =>
    indexes.length > 0 && `${lead} ${names(indexes)}.`;
  const sentences = [
    ...clashes.map(group => told(words.clash, group)),
    told(words.unpatched, unpatched),
    told(words.hidden, hiding),
  ];
  if (patches.length === 0) return notes(...sentences);
  const diff = patchesDiff(
    patches.map(({ patch }) => patch),
    textsOf(document),
  );
  const shown = diffNode(diff, 'The change');
  return [
    element('div.change-title', element('h2', 'The change'), copyButton(diff, shown, announce)),
    shown,
    ...notes(...sentences),
  ];
}
