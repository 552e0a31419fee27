import { plural } from '../../base/number-text.ts';
import type { SourceLines } from '../../base/phrase.ts';
import { placeName } from '../../base/phrase.ts';
import type { PageBuild, PageStep } from '../../report/html/page-details.ts';
import { button, element, fill } from '../element.ts';
import { showsLayers, showsText } from '../layer-names.ts';
import type { PageState } from '../page-state.ts';
import { choosePlace, layersAt } from '../places.ts';
import { notes } from '../text-lines.ts';
import { nameNode, phraseNodes } from '../text-nodes.ts';
import type { OpenView, PageContext, View } from '../view.ts';

export const buildView: View = {
  id: 'build',
  title: 'Build',
  isThere: ({ details }) => details.build !== null,
  open: openBuild,
};

function openBuild(page: PageContext): OpenView | null {
  const { build } = page.document.details;
  if (build === null) return null;
  const choose = choosePlace(page);
  const summary = element('p.summary', ...phraseNodes(build.sentence, choose), '.');
  const steps = element('ol.steps');
  const made = element(
    'section',
    summary,
    steps,
    ...notes(page.document.words.bars),
    ...warnings(build, choose),
  );
  const longest = Math.max(1, ...build.steps.map(({ durationMs }) => durationMs ?? 0));
  const update = (state: PageState): void => {
    const shown = build.steps.flatMap((step, index) =>
      showsText(state, step.title, step.stage, step.place && placeName(step.place)) &&
      isOfLayers(step, page, state)
        ? [stepNode(step, index === build.cacheBreak, build, longest, choose)]
        : [],
    );
    fill(steps, ...shown);
    steps.classList.toggle('empty', shown.length === 0);
  };
  return { element: made, update };
}

function isOfLayers({ place }: PageStep, { document }: PageContext, state: PageState): boolean {
  if (state.layers.length === 0) return true;
  if (place === null) return false;
  const own = layersAt(document, place);
  return own.length > 0 && showsLayers(state, own);
}

function stepNode(
  step: PageStep,
  isBreak: boolean,
  { breakText }: PageBuild,
  longest: number,
  choose: (location: SourceLines) => void,
): HTMLElement {
  const { place, title, stage, platform, outcome, outcomeText, durationMs, pullMs } = step;
  const aside = [stage, platform].filter(text => text !== null).join(', ');
  const where = place === null ? null : button('.link.place', () => choose(place), placeName(place));
  const track = element('div.track', { 'aria-hidden': 'true' });
  if (outcome === 'executed' || outcome === 'failed') {
    track.append(bar('pull', pullMs, longest), bar('work', (durationMs ?? 0) - pullMs, longest));
  }
  return element(
    `li.step.${outcome}${isBreak ? '.break' : ''}`,
    element(
      'div.step-name',
      where,
      where === null ? null : ' ',
      element('code.cut', nameNode(title)),
      aside === '' ? null : element('span.aside', ' ', aside),
    ),
    track,
    element('div.outcome', outcomeText),
    isBreak ? element('strong.broke', breakText) : null,
  );
}

function bar(kind: string, milliseconds: number, longest: number): HTMLElement {
  const made = element(`span.took.${kind}`);
  made.style.width = `${Math.max(0, (100 * milliseconds) / longest)}%`;
  return made;
}

function warnings(
  { warnings: all }: PageBuild,
  choose: (location: SourceLines) => void,
): readonly HTMLElement[] {
  if (all.length === 0) return [];
  return [
    element('h2', `BuildKit's checks: ${plural(all.length, 'warning')}`),
    element(
      'ul.warnings',
      ...all.map(({ sentence, url }) =>
        element(
          'li',
          ...phraseNodes(sentence, choose),
          url === null ? null : ' ',
          url === null ? null : element('a', { href: url, rel: 'noreferrer' }, 'about'),
        ),
      ),
    ),
  ];
}
