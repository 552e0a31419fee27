import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { emptyBuildProgress, reduceBuildProgress } from '../../../src/build/progress.ts';
import type { ProgressEvent } from '../../../src/build/progress-event.ts';
import { ProgressReader } from '../../../src/build/progress-reader.ts';
import { drawBuild } from '../../../src/run/weigh/build-picture.ts';
import { hostileText } from '../../base/hostile-text.ts';
import { output, step } from './build-events.ts';

function recorded(name: string): readonly ProgressEvent[] {
  const events: ProgressEvent[] = [];
  const reader = new ProgressReader(event => events.push(event));
  reader.push(readFileSync(new URL(`../../fixtures/build/${name}.progress.ndjson`, import.meta.url)));
  reader.end();
  return events;
}

function draw(events: readonly ProgressEvent[], columns: number, rows: number, now = 0): readonly string[] {
  const state = events.reduce(reduceBuildProgress, emptyBuildProgress);
  const start = Math.min(...state.steps.flatMap(({ startedAt }) => startedAt ?? []));
  return drawBuild({ title: 'Build', state, elapsedMs: now - start, now, columns, rows, mask: line => line });
}

/** Milliseconds since the epoch, of the last thing that happened. */
function endOf(events: readonly ProgressEvent[]): number {
  return Math.max(
    ...events.map(event => (event.kind === 'step' ? (event.completedAt ?? event.startedAt ?? 0) : 0)),
  );
}

describe('a recorded build', () => {
  const stages = recorded('stages.containerd');
  const failed = recorded('failed-run.containerd');
  const half = stages.slice(0, 68);
  const two: readonly ProgressEvent[] = ['amd64', 'arm64'].flatMap((platform, index) => [
    step(`${platform} 1`, `[linux/${platform} 1/3] FROM docker.io/library/debian:bookworm`, {
      ...{ cached: index === 0, startedAt: 1000, completedAt: index === 0 ? 1000 : null },
    }),
    {
      ...{ kind: 'status', step: `${platform} 1`, id: 'sha256:aa', current: 12_400_000, total: 48_500_000 },
      ...{ startedAt: 1000, completedAt: null },
    },
    step(`${platform} 2`, `[linux/${platform} 2/3] RUN apt-get update && apt-get install -y 顧客ポータル`, {
      startedAt: index === 0 ? 1200 : null,
    }),
  ]);

  it.each([
    ['stages', half, 80],
    ['stages', half, 100],
    ['stages', half, 200],
    ['failed', failed, 80],
    [
      'two-platforms',
      [...two, output('amd64 2', 'Get:1 http://deb.debian.org/debian\nReading package lists…')],
      80,
    ],
  ] as const)('%s, %s of %i columns', async (name, events, columns) => {
    const lines = draw(events, columns, 23, endOf(events) + 100);
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../../golden/progress.${name}-${columns}.txt`);
  });

  it('has no more lines than there is room for: steps that run before those that ended', () => {
    const steps = Array.from({ length: 60 }, (_step, index) =>
      step(`${index}`, `RUN ${index}`, { startedAt: index, completedAt: index % 20 === 0 ? null : 100 }),
    );
    const printed = [0, 20, 40].map(index => output(`${index}`, 'a\nb\nc\nd\n'));
    const lines = draw([...steps, ...printed], 40, 12, 1000);
    expect(lines.map(line => line.replace(/ +[\d.]+s$/, ''))).toEqual([
      '[+] Build 1.0s (57/60)',
      ...[' => RUN 0', ' => RUN 20', ' => => # a', ' => => # b', ' => => # c', ' => => # d'],
      ...[' => RUN 40', ' => => # a', ' => => # b', ' => => # c', ' => => # d'],
    ]);
    expect(
      draw(steps, 40, 6, 1000)
        .slice(1)
        .map(line => line.slice(0, 11).trimEnd()),
    ).toEqual([...[' => RUN 0', ' => RUN 20', ' => RUN 40', ' => RUN 58', ' => RUN 59']]);
    expect(draw(steps, 40, 2, 1000)).toHaveLength(2);
    expect(draw(steps, 40, 1, 1000)).toHaveLength(1);
  });

  it('fits, whatever the build says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(hostileText, hostileText)),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 30 }),
        (texts, columns, rows) => {
          const events = texts.flatMap(([name, text], index) => [
            step(`${index}`, name, { startedAt: index, completedAt: index % 3 === 0 ? index : null }),
            output(`${index}`, text),
          ]);
          const lines = draw(events, columns, rows, 90_000);
          expect(lines.length).toBeLessThanOrEqual(rows);
          for (const line of lines) {
            expect(stringWidth(line)).toBeLessThanOrEqual(columns);
            expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
          }
        },
      ),
    );
  });
});
