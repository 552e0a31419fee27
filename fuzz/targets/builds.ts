import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parseBoundedJson } from '../../src/base/json-shape.ts';
import { BuildTrace } from '../../src/build/build-trace.ts';
import { traceFinalChain } from '../../src/build/final-chain.ts';
import { emptyBuildProgress, lastLines, reduceBuildProgress } from '../../src/build/progress.ts';
import type { ProgressEvent } from '../../src/build/progress-event.ts';
import { ProgressReader } from '../../src/build/progress-reader.ts';
import { readImageSource, readProvenance } from '../../src/build/provenance.ts';
import { mutateBytes } from '../mutators/bytes.ts';
import { mutateJson } from '../mutators/json.ts';
import { accept, require, type Target } from '../target.ts';

const FIXTURES = join(import.meta.dirname, '../../__tests__/fixtures/build');
const fixture = (name: string): string => readFileSync(join(FIXTURES, name), 'utf8');

const LINES = ['stages.containerd', 'failed-run.overlay2', 'warnings', 'missing-file'].flatMap(name =>
  fixture(`${name}.progress.ndjson`)
    .split('\n')
    .filter(line => line.startsWith('{') && line.length < 4000),
);

function eventsOf(input: Buffer, length: number): readonly ProgressEvent[] {
  const events: ProgressEvent[] = [];
  const reader = new ProgressReader(event => events.push(event));
  for (let at = 0; at < input.length; at += length) reader.push(input.subarray(at, at + length));
  reader.end();
  return events;
}

/** A log may be cut into any parts. */
function withoutLogs(events: readonly ProgressEvent[]): readonly ProgressEvent[] {
  return events.filter(({ kind }) => kind !== 'log');
}

const progress: Target = {
  name: 'progress',
  parsers: [
    'build/progress-event.ts',
    'build/progress-reader.ts',
    'build/vertex.ts',
    'build/build-trace.ts',
    'build/progress.ts',
  ],
  accepts: ['ProgressReader'],
  holds: 'events are the same however the stream is cut',
  maxMs: 1500,
  generate(random) {
    const lines = Array.from({ length: 1 + random.small(12) }, () =>
      random.oneIn(2) ? random.pick(LINES) : mutateJson([random.pick(LINES)], random),
    );
    const stream = Buffer.from(`${lines.join('\n')}\n`);
    return random.oneIn(4) ? mutateBytes(stream, random) : stream;
  },
  check(input) {
    const events = eventsOf(input, 64 * 1024);
    accept('ProgressReader', events.length > 0);
    require(isDeepStrictEqual(
      withoutLogs(events),
      withoutLogs(eventsOf(input, 7 + (input[5] ?? 0))),
    ), 'the cuts of the stream change its events');
    const trace = new BuildTrace();
    let state = emptyBuildProgress;
    for (const event of events) {
      trace.add(event);
      state = reduceBuildProgress(state, event);
    }
    for (const step of state.steps) lastLines(step, 5);
  },
};

const PROVENANCES = ['stages.containerd', 'stages.overlay2'].map(name =>
  JSON.stringify(JSON.parse(fixture(`${name}.metadata.json`))['buildx.build.provenance']),
);

const provenance: Target = {
  name: 'provenance',
  parsers: ['build/provenance.ts', 'build/provenance-wire.ts', 'build/final-chain.ts'],
  accepts: ['readProvenance', 'readImageSource'],
  holds: 'nothing more',
  maxMs: 1500,
  generate: random => Buffer.from(mutateJson(PROVENANCES, random, 1 + random.small(8))),
  check(input) {
    let value: unknown;
    try {
      value = parseBoundedJson(input.toString('utf8'));
    } catch {
      return;
    }
    const read = accept('readProvenance', readProvenance(value));
    if (read === null) return;
    traceFinalChain(read);
    for (const { operation } of read.steps.values()) {
      accept('readImageSource', readImageSource(operation.Op?.source?.identifier ?? ''));
    }
  },
};

export const BUILD_TARGETS: readonly Target[] = [progress, provenance];
