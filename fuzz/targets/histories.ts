import { isDeepStrictEqual } from 'node:util';
import { growing, historyOf, lineOf, NOW } from '../../__tests__/trend/history-fixture.ts';
import { reportSchema } from '../../src/report/report.ts';
import { appendLine, readHistory, writeHistory } from '../../src/trend/history.ts';
import { readHistoryFiles } from '../../src/trend/history-files.ts';
import { formatLine } from '../../src/trend/history-line.ts';
import { renderTrend } from '../../src/trend/render-trend.ts';
import { makeTrend, seriesOf } from '../../src/trend/series.ts';
import { makeTrendReport } from '../../src/trend/trend-report.ts';
import { mutateJsonBytes } from '../mutators/json.ts';
import { type Language, mutateTextBytes } from '../mutators/text.ts';
import { accept, require, type Target } from '../target.ts';

const LINES: Language = {
  seeds: [
    writeHistory(historyOf(growing())),
    `${formatLine(lineOf())}\n{"version":2,"weight":1}\nbroken\n\n${formatLine(lineOf({ size: 0, pullRequest: 7 }))}`,
  ],
  tokens: [
    '\n',
    '\r\n',
    '{"version":1}',
    '{"version":2}',
    '"size":',
    '"time":',
    'null',
    '1e999',
    '-0',
    '\u0000',
  ],
};

const histories: Target = {
  name: 'histories',
  parsers: ['trend/history.ts', 'trend/history-line.ts', 'trend/history-files.ts'],
  accepts: ['readHistory'],
  holds:
    'what is read is written and read the same; a line more is the last; what a report says of it is a trend',
  maxMs: 1500,
  generate: random =>
    random.oneIn(3) ? mutateJsonBytes([formatLine(lineOf())], random) : mutateTextBytes(LINES, random),
  check(input) {
    const text = input.toString('utf8');
    const history = readHistory(text);
    accept('readHistory', history.entries.length > 0);
    require(isDeepStrictEqual(
      readHistory(writeHistory(history)).entries,
      history.entries,
    ), 'a history changes');
    const line = lineOf({ commit: 'f'.repeat(40) });
    const more = appendLine(history, line).history;
    require(isDeepStrictEqual(more.entries.at(-1), { kind: 'line', line }), 'the new line is not the last');
    const series = seriesOf(more, NOW);
    const trend = makeTrend(series, NOW);
    require(reportSchema().shape.trend.safeParse(trend).success, 'a trend is none');
    const { images, notices } = readHistoryFiles([{ name: 'a.ndjson', text }], NOW);
    const shown = renderTrend(makeTrendReport(images, [...notices], '1.0.0', NOW), {
      columns: 80,
      color: false,
    });
    require(!/[\u001b\u009b\u202e]|##\[|^::/m.test(shown), 'a line commands the terminal or the runner');
  },
};

export const HISTORY_TARGETS: readonly Target[] = [histories];
