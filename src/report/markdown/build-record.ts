import { formatDuration, formatRatio, formatSize } from '../../base/number-text.ts';
import { visible } from '../../base/untrusted-text.ts';
import type { BuildHistoryRecord } from '../../build/build-record.ts';
import { codeSpan, escapeText, fenced, joinUnits } from './markdown-text.ts';

interface RecordArtifact {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Relative to the page of the run. */
  readonly address: string;
}

const MARKS: Readonly<Record<string, string>> = { completed: '✅', canceled: '🚫' };

/**
 * The summary of a build, as docker/build-push-action has it.
 * @param artifact null where the record was not uploaded
 * @param inputs of the step
 */
export function renderBuildRecord(
  record: BuildHistoryRecord,
  artifact: RecordArtifact | null,
  inputs: Readonly<Record<string, unknown>>,
): string {
  const cached = formatRatio(record.steps === 0 ? 0 : record.cachedSteps / record.steps, 0);
  const cells = [
    codeSpan(record.id),
    escapeText(record.name).replaceAll('|', '\\|'),
    `${MARKS[record.status] ?? '❌'} ${escapeText(record.status)}`,
    joinUnits(cached),
    joinUnits(formatDuration(record.durationMs)),
  ];
  const download =
    artifact === null
      ? []
      : [
          joinUnits(
            `The record of the build, for Docker Desktop's Builds view: [${escapeText(artifact.name)}](${artifact.address}) (${formatSize(artifact.size)})`,
          ),
        ];
  const given = Object.entries(inputs).flatMap(
    ([name, value]) => `${name}: ${visible(JSON.stringify(value))}`,
  );
  return [
    '### Build record',
    ['| id | name | status | cached | duration |', '|---|---|---|--:|--:|', `| ${cells.join(' | ')} |`].join(
      '\n',
    ),
    ...download,
    `<details><summary>Build inputs</summary>\n\n${fenced('yaml', given)}\n\n</details>`,
    '',
  ].join('\n\n');
}
