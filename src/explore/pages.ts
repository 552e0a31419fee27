import { formatSize, formatSizeDelta, formatSizes } from '../base/number-text.ts';
import { plainText } from '../base/phrase.ts';
import { joinContinuations } from '../dockerfile/continuation.ts';
import { causeRows } from '../report/cause-rows.ts';
import { lineDiff } from '../report/line-diff.ts';
import type { ReportFinding } from '../report/report.ts';
import { findingParts, findingSentence, lineOf } from '../report/sentences/finding-line.ts';
import { alignLeft, alignRight, chosenLine, fitLine, run, type ScreenLine, untrusted } from './cells.ts';
import { wrapAnywhere } from './details-pane.ts';
import { KEY_BINDINGS, KEY_PLACES, type KeyPlace } from './keys.ts';
import { SIZE_COLUMNS } from './layers-pane.ts';
import { findingRows, type Layout } from './layout.ts';
import { chosenFinding, chosenLayer, type ExplorePage, type ExploreState } from './state.ts';

/** A page over the panes: its title, and as many lines as there are at most. */
export function pageLines(state: ExploreState, page: ExplorePage, layout: Layout): readonly ScreenLine[] {
  const { columns, pageRows } = layout;
  switch (page.kind) {
    case 'help':
    case 'instruction':
    case 'notices':
    case 'causes': {
      const lines = textLines(state, page.kind, columns);
      return titled(HEADINGS[page.kind](state), scrolled(lines, page.top, pageRows), columns);
    }
    case 'packages':
      return packageLines(state, page, layout);
    case 'findings':
      return findingLinesOf(state, page, layout);
  }
}

type TextPage = 'help' | 'instruction' | 'notices' | 'causes';

const HEADINGS: Readonly<Record<TextPage, (state: ExploreState) => string>> = {
  help: () => 'Keys (Esc closes)',
  instruction: instructionHeading,
  notices: () => 'Notices: what could not be known, or was approximated',
  causes: causesHeading,
};

/** All lines of a page that is scrolled. */
export function textLines(state: ExploreState, page: TextPage, columns: number): readonly ScreenLine[] {
  switch (page) {
    case 'help':
      return helpLines();
    case 'instruction':
      return instructionLines(state, columns);
    case 'notices':
      return noticeLinesOf(state, columns);
    case 'causes':
      return causeLinesOf(state, columns);
  }
}

function causesHeading({ exploration }: ExploreState): string {
  const { comparison } = exploration.report;
  if (comparison === null) return 'Against the baseline';
  const { baseline, head, delta } = comparison;
  return `Against the baseline: ${formatSizes(baseline.size, head.size)}, ${formatSizeDelta(delta.size)}`;
}

/** Causes with a row of their own; what is smaller is grouped. */
const MAX_CAUSES = 100;

function causeLinesOf({ exploration }: ExploreState, columns: number): readonly ScreenLine[] {
  const { report } = exploration;
  if (report.comparison === null) return [[run('There is no baseline.', 'dim')]];
  const lead = SIZE_COLUMNS + 3;
  const rows = causeRows(report, { max: MAX_CAUSES, title: 200 }).flatMap(({ bytes, what, where }) => {
    const place = plainText(where);
    const text = `${plainText(what)}${place === '' ? '' : ` (${place})`}`;
    return wrapAnywhere(text, Math.max(10, columns - lead), MAX_LINES).map(
      (line, index): ScreenLine => [
        run(
          `${alignRight(index === 0 ? formatSizeDelta(bytes) : '', lead - 1)} `,
          bytes > 0 ? 'removed' : 'added',
        ),
        run(line),
      ],
    );
  });
  const files = report.comparison.causes
    .flatMap(cause => cause.files)
    .toSorted((one, other) => Math.abs(other.bytes) - Math.abs(one.bytes))
    .slice(0, MAX_LINES)
    .map(
      ({ path, bytes, isRest = false }): ScreenLine => [
        run(`${alignRight(formatSizeDelta(bytes), lead - 1)} `, bytes > 0 ? 'removed' : 'added'),
        run(`${untrusted(`/${path.replace(/^\/+/, '')}`)}${isRest ? ' (the rest of it)' : ''}`),
      ],
    );
  if (rows.length === 0) return [[run('Nothing moved the size.', 'dim')]];
  return files.length === 0 ? rows : [...rows, [], [run('Where most of it lies', 'title')], ...files];
}

function noticeLinesOf({ exploration, failure }: ExploreState, columns: number): readonly ScreenLine[] {
  const { notices } = exploration.report;
  const paragraph = (text: string, style: 'plain' | 'error' = 'plain'): readonly ScreenLine[] =>
    wrapAnywhere(untrusted(text), columns, MAX_LINES).map(line => [run(line, style)]);
  const failed = failure === null ? [] : [...paragraph(`Failed last: ${failure}`, 'error'), []];
  if (notices.length === 0) return [...failed, [run('There are no notices.', 'dim')]];
  return [...failed, ...notices.flatMap(({ message }) => paragraph(`· ${message}`))];
}

function titled(title: string, lines: readonly ScreenLine[], columns: number): readonly ScreenLine[] {
  return [[run(title, 'active')], ...lines].map(line => fitLine(line, columns));
}

function scrolled(lines: readonly ScreenLine[], top: number, rows: number): readonly ScreenLine[] {
  const first = Math.max(0, Math.min(top, lines.length - rows));
  return lines.slice(first, first + rows);
}

/** Lines of the page of keys. */
function helpLines(): readonly ScreenLine[] {
  const places: readonly KeyPlace[] = ['everywhere', 'layers', 'tree', 'lists'];
  return places.flatMap(place => [
    [run(KEY_PLACES[place], 'title')],
    ...KEY_BINDINGS.filter(binding => binding.place === place).map(({ label, does }) => [
      run(`  ${alignLeft(label, 11)} `, 'strong'),
      run(does),
    ]),
  ]);
}

function instructionHeading(state: ExploreState): string {
  const layer = chosenLayer(state);
  const instruction = layer?.instruction ?? null;
  const where =
    instruction === null
      ? ', as the history of the image has it'
      : `, ${untrusted(instruction.file)}:${instruction.startLine}`;
  return `Instruction of layer ${state.layer}${where}`;
}

/** Lines of a text that are shown at most. */
const MAX_LINES = 1000;

/** Lines of the instruction of the chosen layer. */
function instructionLines(state: ExploreState, columns: number): readonly ScreenLine[] {
  const layer = chosenLayer(state);
  const text = layer?.instruction?.text ?? layer?.createdBy ?? '';
  if (text === '') return [[run('Nothing tells what made this layer.', 'dim')]];
  const lines = text.slice(0, 100_000).split('\n').slice(0, MAX_LINES);
  return lines.flatMap(line =>
    wrapAnywhere(untrusted(line.replaceAll('\t', '    ')), columns, MAX_LINES).map(part => [run(part)]),
  );
}

function packageLines(
  { exploration }: ExploreState,
  { chosen, top }: ExplorePage & { readonly kind: 'packages' },
  { columns, pageRows }: Layout,
): readonly ScreenLine[] {
  const { packages } = exploration;
  if (packages.length === 0) return titled('Packages', [[run('No packages were found.', 'dim')]], columns);
  const bytes = packages.reduce((sum, each) => sum + each.bytes, 0);
  const head = `${alignRight('bytes', SIZE_COLUMNS)}  ${alignLeft('type', 8)} package`;
  const rows = packages.slice(top, top + pageRows - 1).map((each, index) => {
    const where = each.layers.length === 0 ? '' : `  layer ${each.layers.slice(0, 8).join(', ')}`;
    const line: ScreenLine = [
      run(`${alignRight(formatSize(each.bytes), SIZE_COLUMNS)}  `),
      run(`${alignLeft(untrusted(each.type), 8)} `, 'dim'),
      run(untrusted(each.name), 'strong'),
      run(` ${untrusted(each.version)}`),
      run(where, 'dim'),
    ];
    return chosenLine(fitLine(line, columns), top + index === chosen, true);
  });
  const title = `Packages ${chosen + 1} of ${packages.length}, ${formatSize(bytes)} (Enter shows the files)`;
  return titled(title, [[run(head, 'dim')], ...rows], columns);
}

function findingLinesOf(
  state: ExploreState,
  { chosen, top, scroll }: ExplorePage & { readonly kind: 'findings' },
  layout: Layout,
): readonly ScreenLine[] {
  const { columns, pageRows } = layout;
  const { findings } = state.exploration.report;
  if (findings.length === 0) return titled('Findings', [[run('Nothing was found.', 'dim')]], columns);
  const rows = findingRows(layout, findings.length);
  const list = findings.slice(top, top + rows).map((finding, index) => {
    const { lead, ...parts } = findingParts(finding);
    const line: ScreenLine = [
      run(`${alignRight(lead ?? '', SIZE_COLUMNS)} `, 'strong'),
      run(`${alignLeft(finding.severity, 7)} `, finding.severity === 'error' ? 'error' : 'dim'),
      run(plainText(lineOf({ ...parts, lead: null }))),
    ];
    return chosenLine(fitLine(line, columns), top + index === chosen, true);
  });
  const finding = chosenFinding(state);
  const told = finding === null ? [] : toldOf(finding, columns);
  const room = Math.max(1, pageRows - list.length - 1);
  const below = scrolled(told, scroll, room);
  const title = `Findings ${chosen + 1} of ${findings.length} (PgDn reads on, Enter goes there)`;
  return titled(title, [...list, [run('─'.repeat(columns), 'dim')], ...below], columns);
}

/** All that is known of a finding: what it is, where, and its fix. */
function toldOf(finding: ReportFinding, columns: number): readonly ScreenLine[] {
  const { rule, location, evidence, patch = null } = finding;
  const paragraph = (text: string, style: 'plain' | 'dim' = 'plain'): readonly ScreenLine[] =>
    wrapAnywhere(text, columns, MAX_LINES).map(line => [run(line, style)]);
  const where = location === null ? '' : `, ${untrusted(location.file)}:${location.startLine}`;
  const { fix } = findingParts(finding);
  return [
    ...paragraph(plainText(findingSentence(finding))),
    ...(fix === null ? [] : paragraph(`To mend it, ${plainText(fix)}.`)),
    ...paragraph(`${untrusted(rule)}${where} (deadweight explain ${untrusted(rule)})`, 'dim'),
    ...(location === null ? [] : paragraph(untrusted(joinContinuations(location.text)), 'dim')),
    ...(patch === null
      ? []
      : [
          [run('The fix:', 'title')],
          ...lineDiff(patch.before, patch.after).flatMap(({ sign, text }) =>
            wrapAnywhere(`${sign} ${untrusted(text.replaceAll('\t', '    '))}`, columns, MAX_LINES).map(
              (line): ScreenLine => [run(line, sign === '+' ? 'added' : sign === '-' ? 'removed' : 'dim')],
            ),
          ),
        ]),
    ...evidence.paths
      .slice(0, 50)
      .map(
        ({ path, bytes }): ScreenLine => [
          run(`${alignRight(formatSize(bytes), SIZE_COLUMNS)} `, 'dim'),
          run(untrusted(`/${path.replace(/^\/+/, '')}`)),
        ],
      ),
  ];
}
