import type { ImageAnalysis } from '../../src/analysis/image-analysis.ts';
import type { FoundFinding } from '../../src/findings/finding.ts';
import { RuleContext } from '../../src/findings/rule-context.ts';
import { deletedLater } from '../../src/findings/rules/deleted-later.ts';
import type { ReportInput } from '../../src/report/assemble-report.ts';
import type { Report } from '../../src/report/report.ts';
import { LOCAL_ORIGIN } from '../../src/run/weigh/image-report.ts';
import type { LayerSpec } from '../support/fabricate/analysis.ts';
import { instructionAt } from '../support/fabricate/instruction.ts';
import { compressedTo, fabricateReport, filesIn, type ReportSpec } from '../support/fabricate/report.ts';

const INSTALL = {
  line: 2,
  text: 'RUN apt-get update && \\\n    apt-get install -y --no-install-recommends build-essential curl ca-certificates',
};
const MAKE = {
  line: 4,
  text: 'RUN curl -sSfL https://example.org/llvm-19.tar.xz | tar -xJ -C /opt && make -C /src install',
};
const CLEAN = { line: 5, text: 'RUN rm -rf /var/lib/apt/lists/* /src' };
/** Of the application's own files. */
export const COPY = { line: 6, text: 'COPY --chown=app:app . /app' };

/** What the history says of the base layer. */
export const ADD = '/bin/sh -c #(nop) ADD file:0123456789abcdef in / ';
const DEBIAN: LayerSpec = { base: true, createdBy: ADD, files: { 'usr/lib/libc.so.6': 74_800_000 } };
const LISTS = {
  'var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages.lz4': 17_412_345,
  'var/lib/apt/lists/deb.debian.org_debian-security_dists_bookworm-security_main_Packages.lz4': 3_000_000,
};
const COMPILERS = { 'usr/bin/cc1': 192_187_655 };
const INSTALLED: LayerSpec = { ...INSTALL, cache: 'cached', files: { ...COMPILERS, ...LISTS } };
const CLEANED: LayerSpec = {
  ...CLEAN,
  cache: 'executed',
  durationMs: 412,
  deletes: [...Object.keys(LISTS), 'src'],
};

function copied(): LayerSpec {
  return { ...COPY, cache: 'executed', durationMs: 95, files: filesIn('app/', 1_204_321) };
}

/** Sources with what was built of them, and a library that is installed: 83.7 MB. */
function made(): Readonly<Record<string, number>> {
  return {
    'usr/local/lib/libapp.so': 80_900_000,
    ...filesIn('src/build/', 1_900_000),
    ...filesIn('src/tests/', 900_000, 5),
  };
}

/** 38.2 MB more. */
function madeWithTools(): Readonly<Record<string, number>> {
  const small = Array.from({ length: 8 }, (_, index) => [`usr/local/share/part-${index}/data`, 125_000]);
  return {
    ...made(),
    ...filesIn('opt/llvm-19/', 35_100_000),
    'usr/local/bin/tool': 2_100_000,
    ...Object.fromEntries(small),
  };
}

/** Three RUNs of apt where one would do, of which the last deletes what the others leave. */
function threeRuns(): readonly LayerSpec[] {
  const make = { ...MAKE, cache: 'executed', durationMs: 38_210, files: madeWithTools() } as const;
  return [DEBIAN, INSTALLED, make, CLEANED, copied()];
}

type Build = NonNullable<ReportInput['build']>;

function step(name: string, durationMs: number | null, { line, text }: typeof COPY): Build['steps'][number] {
  const outcome = durationMs === null ? 'cached' : 'executed';
  const instruction = instructionAt(line, text);
  return { name, outcome, durationMs, pullMs: 0, onFinalChain: true, platform: null, instruction };
}

const FETCH = step('[1/5] FROM docker.io/library/debian:bookworm', null, {
  line: 1,
  text: 'FROM debian:bookworm',
});
const CACHED_INSTALL = step('[2/5] RUN apt-get update && apt-get install …', null, INSTALL);

const BUILD: Build = {
  durationMs: 41_312,
  steps: [
    FETCH,
    CACHED_INSTALL,
    step('[3/5] COPY src /src', null, { line: 3, text: 'COPY src /src' }),
    step('[4/5] RUN curl -sSfL https://example.org/llvm-19.tar.xz | tar -xJ', 38_210, MAKE),
    step('[5/5] RUN rm -rf /var/lib/apt/lists/* /src', 412, CLEAN),
    step('[6/6] COPY --chown=app:app . /app', 95, COPY),
  ],
  cacheBreak: { step: 3, reason: 'text-changed', lostMs: 38_717, files: null },
  warnings: [
    {
      rule: 'JSONArgsRecommended',
      message: 'JSON arguments recommended for CMD to prevent unintended behavior related to OS signals',
      url: 'https://docs.docker.com/go/dockerfile/rule/json-args-recommended/',
      file: 'Dockerfile',
      startLine: 7,
      endLine: 7,
    },
  ],
};

/** What later layers delete: of two findings the smaller is of less account. */
export function deletedFiles(analysis: ImageAnalysis): readonly FoundFinding[] {
  const [large, ...small] = deletedLater.find(new RuleContext(analysis));
  const minor = small.map((finding): FoundFinding => ({ ...finding, severity: 'info' }));
  return [...(large ? [large] : []), ...minor];
}

/** The pull request brings tools and the COPY, and deletes what was fetched; two budgets are exceeded. */
export function failingSpec(): ReportSpec {
  const before = [
    DEBIAN,
    INSTALLED,
    { line: 4, text: 'RUN make -C /src install', files: made() },
    { line: 5, text: 'RUN rm -rf /src/build', deletes: ['src/build'] },
  ];
  return {
    layers: compressedTo(155_200_000, threeRuns()),
    baseline: { layers: compressedTo(143_100_000, before) },
    find: deletedFiles,
    build: BUILD,
    budgets: {
      'max-size': '450MB',
      'max-size-increase': { warn: '5%', fail: '20%' },
      'min-efficiency': '95%',
    },
  };
}

export function failing(): Report {
  return fabricateReport(failingSpec());
}

/** The same in one RUN: smaller, everything green. */
export function merged(): Report {
  const run = { ...INSTALL, text: `${INSTALL.text} && \\\n    rm -rf /var/lib/apt/lists/*` };
  const documents = filesIn('opt/llvm-19/share/', 2_800_000);
  const before: readonly LayerSpec[] = [
    DEBIAN,
    INSTALLED,
    { ...MAKE, files: { ...filesIn('opt/llvm-19/', 119_100_000), ...documents } },
    { ...CLEAN, deletes: [...Object.keys(LISTS), 'opt/llvm-19/share'] },
    copied(),
  ];
  const after: readonly LayerSpec[] = [
    DEBIAN,
    { ...run, cache: 'executed', durationMs: 21_030, files: COMPILERS },
    copied(),
  ];
  return fabricateReport({
    layers: compressedTo(155_200_000, after),
    baseline: { layers: compressedTo(201_000_000, before) },
    budgets: { 'min-efficiency': '95%' },
    build: {
      durationMs: 22_041,
      steps: [
        FETCH,
        step('[2/3] RUN apt-get update && apt-get install …', 21_030, run),
        step('[3/3] COPY --chown=app:app . /app', 95, COPY),
      ],
      cacheBreak: { step: 1, reason: 'arguments-changed', lostMs: 21_125, files: null },
      warnings: [],
    },
  });
}

/** The first report of a repository: a comparison was asked for and is not there. */
export function first(): Report {
  return fabricateReport({
    ...failingSpec(),
    baseline: {
      absence: {
        code: 'base-branch-new',
        message: 'The base branch has no report yet. The next pull request will have one to compare with.',
      },
    },
    budgets: { 'max-size-increase': { warn: '5%' } },
    notices: [{ code: 'cache-not-written', message: 'This run may not write the cache of the base branch.' }],
  });
}

/** As BuildKit writes it. */
function historyOf(text: string): string {
  return `${text.replace(/\\\n/g, '').replace(/^RUN /, 'RUN /bin/sh -c ')} # buildkit`;
}

/** `deadweight inspect` of a bare archive: nothing is compared, built, or known of a base. */
export function inspected(): Report {
  const layers = threeRuns().map(
    ({ files, deletes, text }): LayerSpec => ({
      createdBy: text === undefined ? ADD : historyOf(text),
      files: files ?? {},
      deletes: deletes ?? [],
    }),
  );
  return fabricateReport({
    layers,
    image: { reference: 'docker-archive:app.tar', baseKnown: false },
    find: deletedFiles,
    title: 'docker-archive:app.tar',
    origin: LOCAL_ORIGIN,
  });
}

/** The base image and what is installed on it. */
function twoLayers(): readonly LayerSpec[] {
  return [DEBIAN, { ...INSTALL, cache: 'cached', files: { 'usr/bin/cc1': 212_600_000 } }];
}

/** Nothing moved. */
export function unchanged(): Report {
  const layers = compressedTo(155_200_000, twoLayers());
  return fabricateReport({
    layers,
    baseline: { layers },
    build: { durationMs: 1_204, steps: [FETCH, CACHED_INSTALL], cacheBreak: null, warnings: [] },
    budgets: { 'max-size': '300MB' },
  });
}

/** The base image's tag moved; the Dockerfile did not. */
export function drift(): Report {
  const [debian = {}, install = {}] = twoLayers();
  const before = [
    { ...debian, files: { 'usr/lib/libc.so.6': 69_700_000 } },
    { ...install, files: { ...install.files, ...filesIn('usr/share/doc/', 310_000) } },
  ];
  return fabricateReport({
    layers: compressedTo(155_200_000, twoLayers()),
    baseline: { layers: before },
    build: {
      durationMs: 41_312,
      steps: [FETCH, CACHED_INSTALL].map(one => ({
        ...one,
        outcome: 'executed',
        durationMs: 12_345,
        pullMs: 4_000,
      })),
      cacheBreak: { step: 1, reason: 'base-changed', lostMs: 8_345, files: null },
      warnings: [],
    },
    notices: [
      {
        code: 'base-image-drift',
        message:
          'debian:bookworm resolved to other digests on both sides. Pin it with @sha256:… to tell its changes from yours.',
      },
    ],
  });
}

/** `deadweight diff app:1 app:2`. */
export function diff(): Report {
  const { layers, baseline, find } = failingSpec();
  const team = 'docker://registry.example.org/team';
  return fabricateReport({
    layers,
    image: { reference: `${team}/app:2` },
    ...(baseline && 'layers' in baseline
      ? { baseline: { ...baseline, reference: `${team}/app:1`, explanation: null } }
      : {}),
    ...(find ? { find } : {}),
    title: 'app:2',
    origin: LOCAL_ORIGIN,
  });
}
