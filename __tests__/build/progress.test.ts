import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BuildTrace } from '../../src/build/build-trace.ts';
import { elapsedMs, emptyBuildProgress, lastLines, reduceBuildProgress } from '../../src/build/progress.ts';
import type { ProgressEvent } from '../../src/build/progress-event.ts';
import { ProgressReader } from '../../src/build/progress-reader.ts';
import { LogTail, type Vertex } from '../../src/build/vertex.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/build/${name}`, import.meta.url));

function eventsOf(...chunks: Uint8Array[]): ProgressEvent[] {
  const events: ProgressEvent[] = [];
  const reader = new ProgressReader(event => events.push(event));
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return events;
}

function record(lines: readonly object[]): BuildTrace {
  const built = new BuildTrace();
  for (const event of eventsOf(Buffer.from(lines.map(line => JSON.stringify(line)).join('\n'))))
    built.add(event);
  return built;
}

function vertex(...events: readonly Record<string, unknown>[]): Vertex {
  const found = record(
    events.map(event => ({ vertexes: [{ digest: 'v', name: '[1/1] RUN x', ...event }] })),
  ).vertices.get('v');
  if (!found) throw new Error('no vertex');
  return found;
}

const at = (seconds: number): string => `2026-01-01T00:00:${String(seconds).padStart(2, '0')}.500000000Z`;

describe('the stream of buildx', () => {
  const bytes = fixture('stages.containerd.progress.ndjson');

  it('is the same however it is cut', () => {
    const whole = eventsOf(bytes);
    expect(whole.length).toBeGreaterThan(90);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), cuts => {
        const places = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        expect(eventsOf(...chunks)).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });

  it('may split a character, in a line and between two logs', () => {
    const plain = Buffer.from('ERROR: größe\n');
    const cut = plain.indexOf(0xc3) + 1;
    expect(eventsOf(plain.subarray(0, cut), plain.subarray(cut))).toEqual([
      { kind: 'line', text: 'ERROR: größe' },
    ]);
    const letter = Buffer.from('ö');
    const log = (data: Uint8Array): Uint8Array =>
      Buffer.from(
        `${JSON.stringify({ logs: [{ vertex: 'v', stream: 1, data: Buffer.from(data).toString('base64') }] })}\n`,
      );
    expect(eventsOf(log(letter.subarray(0, 1)), log(letter.subarray(1)))).toEqual([
      { kind: 'log', step: 'v', stream: 'stdout', text: 'ö' },
    ]);
  });

  it('holds whatever else is in it to be plain lines', () => {
    const texts = [
      '{',
      '{}',
      '{"vertexes":1}',
      'null',
      '[]',
      '{"vertexes":[{}]}',
      '#1 plain',
      '{"logs":[{"vertex":1}]}',
    ];
    const events = eventsOf(Buffer.from(texts.join('\n')));
    expect(events.every(event => event.kind === 'line')).toBe(true);
    expect(events.map(event => (event.kind === 'line' ? event.text : ''))).toEqual(
      texts.filter(text => text !== '{}'),
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 40 }),
            fc.json().map(text => Buffer.from(`${text}\n`)),
          ),
        ),
        chunks => {
          eventsOf(...chunks);
        },
      ),
    );
  });

  it('has warnings with rule, address and lines', () => {
    const built = new BuildTrace();
    for (const event of eventsOf(fixture('warnings.progress.ndjson'))) built.add(event);
    expect(built.warnings[0]).toEqual({
      rule: 'StageNameCasing',
      message: "Stage name 'Foo' should be lowercase",
      url: 'https://docs.docker.com/go/dockerfile/rule/stage-name-casing/',
      file: 'Dockerfile',
      startLine: 1,
      endLine: 1,
    });
    expect(built.warnings.map(warning => warning.rule)).toContain('MaintainerDeprecated');
    expect(new Set(built.warnings.map(warning => warning.rule)).size).toBe(built.warnings.length);
  });
});

describe('the outcome of a step, by any of its events', () => {
  const ran = { started: at(1), completed: at(3) };
  it.each([
    ['never started', [{}], 'skipped', null],
    ['executed', [{ started: at(1) }, ran], 'executed', 2000],
    ['cached', [{ ...ran, cached: true }], 'cached', 0],
    [
      'a lazy remote hit that runs again',
      [{ ...ran, cached: true }, { started: at(4) }, { started: at(4), completed: at(9) }],
      'cached',
      5000,
    ],
    ['ran twice', [ran, { started: at(5), completed: at(6) }], 'executed', 3000],
    ['not needed', [{ ...ran, error: 'rpc error: context canceled' }], 'not-needed', 2000],
    [
      'cancelled and then cached',
      [
        { ...ran, error: 'context canceled' },
        { started: at(5), completed: at(5), cached: true },
      ],
      'cached',
      2000,
    ],
    ['failed', [{ ...ran, error: 'exit code: 1' }], 'failed', 2000],
    ['cached with an error', [{ ...ran, cached: true, error: 'exit code: 1' }], 'failed', 0],
    ['started and never completed', [{ started: at(1) }], 'skipped', 0],
  ])('%s', (_name, events, outcome, duration) => {
    expect(vertex(...events).outcome(true)).toBe(outcome);
    expect(vertex(...events).durationMs).toBe(duration);
  });

  it('is skipped, and not "not needed", when the build failed', () => {
    expect(vertex({ started: at(1), completed: at(2), error: 'context canceled' }).outcome(false)).toBe(
      'skipped',
    );
  });

  it('counts time of pulls once, however many layers come at a time', () => {
    const status = (id: string, from: number, to: number) => ({
      statuses: [{ id, vertex: 'v', started: at(from), completed: at(to) }],
    });
    const built = record([
      { vertexes: [{ digest: 'v', name: '[1/2] FROM x', started: at(1), completed: at(10) }] },
      status('sha256:aa', 2, 5),
      status('sha256:bb', 3, 4),
      status('extracting sha256:aa', 6, 8),
      status('resolve docker.io/x', 1, 2),
    ]);
    expect(built.vertices.get('v')?.pullMs).toBe(5000);
  });
});

describe('the last lines of a step', () => {
  it('are kept as a terminal would show them, and bounded', () => {
    const log = new LogTail();
    log.add('one\ntw');
    log.add('o\r\n10%\r20%\r\u001B[31m30%\u001B[0m\nlast');
    expect(log.lines(9)).toEqual(['one', 'two', '30%', 'last']);
    expect(log.lines(2)).toEqual(['30%', 'last']);
    for (let index = 0; index < 1000; index += 1) log.add(`${'x'.repeat(5000)}\n`);
    expect(log.lines(1000)).toHaveLength(50);
    expect(log.lines(1)[0]).toHaveLength(1000);
  });
});

describe('the state of a display', () => {
  it('follows the events', () => {
    const events = eventsOf(fixture('failed-run.overlay2.progress.ndjson'));
    const state = events.reduce(reduceBuildProgress, emptyBuildProgress);
    const shown = state.steps.map(step => [step.name, step.state, ...lastLines(step, 9)]);
    expect(shown).toContainEqual(['[3/4] RUN echo hi &&   echo bad >&2 && exit 3', 'failed', 'hi', 'bad']);
    expect(shown).toContainEqual(['[4/4] RUN echo never', 'waiting']);
    const failed = state.steps.find(step => step.state === 'failed');
    expect(failed && elapsedMs(failed, 0)).toBeGreaterThan(100);
  });

  it('counts each run of a step, and knows that a cache had it', () => {
    const run = (startedAt: number, completedAt: number | null, cached = false): ProgressEvent => ({
      ...{ kind: 'step', step: 'v', name: 'FROM x', inputs: [], error: null },
      ...{ startedAt, completedAt, cached },
    });
    const reached = (...events: readonly ProgressEvent[]) => {
      const [step] = events.reduce(reduceBuildProgress, emptyBuildProgress).steps;
      return step && [step.state, elapsedMs(step, 9000)];
    };
    expect(reached(run(1000, null))).toEqual(['running', 8000]);
    expect(reached(run(1000, 1500), run(7000, null))).toEqual(['running', 2500]);
    expect(reached(run(1000, 1000, true))).toEqual(['cached', 0]);
    expect(reached(run(1000, 1000, true), run(7000, null))).toEqual(['running', 2000]);
    expect(reached(run(1000, 1000, true), run(7000, null), run(7000, 8000))).toEqual(['cached', 1000]);
  });

  it('has the last lines as a terminal shows them', () => {
    const log = (text: string): ProgressEvent => ({ kind: 'log', step: 'v', stream: 'stdout', text });
    const state = ['one\r\n\ntw', 'o\n10 %\r20 %\r', '30 %']
      .map(log)
      .reduce(reduceBuildProgress, emptyBuildProgress);
    expect(state.steps.map(step => lastLines(step, 9))).toEqual([['one', 'two', '30 %']]);
    const long = log('x'.repeat(100_000));
    expect(lastLines(reduceBuildProgress(state, long).steps[0] ?? expect.fail(), 1)[0]).toHaveLength(500);
  });

  it('adds up transfers, and does not change what was before', () => {
    const status = (id: string, current: number): ProgressEvent => ({
      ...{ kind: 'status', step: 'v', id, current, total: 10, startedAt: 1, completedAt: null },
    });
    const first = reduceBuildProgress(emptyBuildProgress, status('sha256:a', 3));
    const second = reduceBuildProgress(
      reduceBuildProgress(first, status('sha256:b', 4)),
      status('sha256:a', 5),
    );
    expect(second.steps[0]).toMatchObject({ transferred: 9, toTransfer: 20 });
    expect(first.steps[0]).toMatchObject({ transferred: 3, toTransfer: 10 });
  });
});
