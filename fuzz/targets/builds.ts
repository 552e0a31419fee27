import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { buildInputs } from '../../__tests__/support/option-values.ts';
import { parseBoundedJson } from '../../src/base/json-shape.ts';
import { detectDriver } from '../../src/build/build-driver.ts';
import { type BuildHistoryRecord, exportRecord, findReference } from '../../src/build/build-record.ts';
import { BuildTrace } from '../../src/build/build-trace.ts';
import { pushFromEngine } from '../../src/build/deferred-push.ts';
import { traceFinalChain } from '../../src/build/final-chain.ts';
import { loggedMetadata, PROVENANCE, readReference } from '../../src/build/metadata-output.ts';
import { emptyBuildProgress, lastLines, reduceBuildProgress } from '../../src/build/progress.ts';
import type { ProgressEvent } from '../../src/build/progress-event.ts';
import { ProgressReader } from '../../src/build/progress-reader.ts';
import { readImageSource, readProvenance } from '../../src/build/provenance.ts';
import { renderBuildRecord } from '../../src/report/markdown/build-record.ts';
import { mutateBytes } from '../mutators/bytes.ts';
import { mutateJson, mutateJsonBytes } from '../mutators/json.ts';
import { type Language, mutateTextBytes } from '../mutators/text.ts';
import type { Random } from '../random.ts';
import { place, SCRATCH } from '../scratch.ts';
import { accept, require, settledOutcomeOf, type Target } from '../target.ts';
import { requireSafeMarkdown } from './reports.ts';

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

const RECORD = JSON.stringify({
  Name: 'app',
  Ref: 'x',
  Status: 'completed',
  Duration: 12_345_678_901,
  NumCompletedSteps: 5,
  NumTotalSteps: 5,
  NumCachedSteps: 2,
});
const METADATA = JSON.stringify({
  'buildx.build.provenance': JSON.parse(PROVENANCES[0] ?? '{}'),
  'buildx.build.ref': 'default/default/abc123',
  'containerimage.digest': `sha256:${'a1'.repeat(32)}`,
});
const LOCAL_STATE = JSON.stringify({ Target: 'default', LocalPath: '/work', DockerfilePath: 'Dockerfile' });

/** A record as docker prints it, rendered for the summary of the step. */
async function readRecord(text: string): Promise<void> {
  const exec = { run: () => Promise.resolve({ exitCode: 0, stdout: text, stderr: text }) };
  let record: BuildHistoryRecord;
  try {
    record = await exportRecord('default/default/abc123', join(SCRATCH, 'record'), { exec, env: {} });
  } catch (error) {
    // The summary of a build is a warning then.
    require(!(error instanceof TypeError || error instanceof RangeError), 'a record is refused by accident');
    return;
  }
  accept('exportRecord', record);
  const artifact = { name: 'a~b.dockerbuild', size: 12, address: './1/artifacts/2' };
  requireSafeMarkdown(
    renderBuildRecord(record, artifact, { context: text.slice(0, 200), tags: [text.slice(-200)] }),
  );
}

function readMetadataText(text: string): void {
  try {
    parseBoundedJson(text);
  } catch {
    return;
  }
  accept('readReference', readReference(text));
  const logged = accept('loggedMetadata', loggedMetadata(text));
  for (const [key, value] of Object.entries(Object(parseBoundedJson(logged))))
    require(!key.startsWith(PROVENANCE) || !hasBuildArgs(value), 'the log has values of build arguments');
}

/** Lists of a provenance have none. */
function hasBuildArgs(value: unknown): boolean {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  return Object.entries(value).some(([key, inner]) => key.startsWith('build-arg:') || hasBuildArgs(inner));
}

/** Of programs other than git and BuildKit's progress: the first letter of an input tells which. */
const ANSWERS: Readonly<
  Record<string, { make(random: Random): Buffer; read(text: string): void | Promise<void> }>
> = {
  R: { make: random => mutateJsonBytes([RECORD], random), read: readRecord },
  M: { make: random => mutateJsonBytes([METADATA], random), read: readMetadataText },
  S: {
    make: random => mutateJsonBytes([LOCAL_STATE], random),
    read(text) {
      place('buildx/refs/default/default/abc123', text);
      accept('findReference', findReference(join(SCRATCH, 'buildx'), 0, '/work'));
    },
  },
  D: {
    make: random => mutateTextBytes(BUILDERS, random),
    async read(stdout) {
      const exec = { run: () => Promise.resolve({ exitCode: 0, stdout, stderr: stdout }) };
      const driver = await settledOutcomeOf(() => detectDriver('', { exec }));
      accept('detectDriver', typeof driver !== 'string' && driver.buildkitVersion !== null);
    },
  },
  P: {
    make: random => mutateTextBytes(PUSHES, random),
    async read(stdout) {
      const exec = {
        run: (_: string, args: readonly string[]) =>
          Promise.resolve({ exitCode: 0, stdout: args.includes('inspect') ? 'id' : stdout, stderr: stdout }),
      };
      const metadata = { json: '{}', digest: '', imageId: 'id' };
      const inputs = buildInputs({ tags: ['a:1', 'b:1'] });
      const pushed = await settledOutcomeOf(() =>
        pushFromEngine(inputs, metadata, { exec, env: {}, cwd: SCRATCH }),
      );
      accept('pushFromEngine', typeof pushed !== 'string' && pushed.digest !== '');
    },
  },
};

const BUILDERS: Language = {
  seeds: [
    'github.com/docker/buildx v0.29.1 abcdef\nName: default\nDriver: docker\nEndpoint: default\nStatus: running\nBuildKit version: v0.25.0\nPlatforms: linux/amd64*, linux/arm64\n',
    'buildx v0.1.0\nDriver: docker-container\nError: no\nStatus: inactive\n[["driver-type","io.containerd.snapshotter.v1"]]null',
  ],
  tokens: [':', '\n', 'Driver:', 'Error: ', 'Status: running', 'v0.30', '*', ',', '[', ']', 'null', ' '],
};
const PUSHES: Language = {
  seeds: [`latest: digest: sha256:${'a1'.repeat(32)} size: 527\n`, 'The push refers to repository [a]\n'],
  tokens: ['digest: ', 'sha256:', '\n', 'f'.repeat(64), ' '],
};

const programs: Target = {
  name: 'build-programs',
  parsers: [
    'build/build-driver.ts',
    'build/build-record.ts',
    'build/deferred-push.ts',
    'build/metadata-output.ts',
    'report/markdown/build-record.ts',
  ],
  accepts: [
    'exportRecord',
    'readReference',
    'loggedMetadata',
    'findReference',
    'detectDriver',
    'pushFromEngine',
  ],
  holds: 'a log has no values of build arguments; the summary of a record is as `reports`',
  maxMs: 1000,
  generate(random) {
    const kind = random.pick(Object.keys(ANSWERS));
    return Buffer.concat([Buffer.from(kind), ANSWERS[kind]?.make(random) ?? Buffer.alloc(0)]);
  },
  async check(input) {
    await ANSWERS[input.toString('latin1', 0, 1)]?.read(input.toString('utf8', 1));
  },
};

export const BUILD_TARGETS: readonly Target[] = [progress, provenance, programs];
