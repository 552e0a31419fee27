import type { BudgetName } from '../../src/budget/budgets.ts';
import type { InstructionLocation } from '../../src/dockerfile/dockerfile-instruction.ts';
import { type BudgetEntry, budgetResults } from '../../src/report/budget-entry.ts';
import type { Report, ReportLayer } from '../../src/report/report.ts';

type Comparison = NonNullable<Report['comparison']>;
type Cause = Comparison['causes'][number];
type LayerDelta = Comparison['layers'][number];
type Figures = Comparison['base'];

export const BASE_COMMIT = 'abc1234d5e6f708192a3b4c5d6e7f8091a2b3c4d';
const HEAD_COMMIT = 'def5678a9b0c1d2e3f405162738495a6b7c8d9e0';

const id = (seed: number) => `sha256:${seed.toString(16).padStart(64, '0')}`;

export function at(startLine: number, text: string, file = 'Dockerfile'): InstructionLocation {
  return { file, startLine, endLine: startLine + text.split('\n').length - 1, text };
}

export function layer(
  index: number,
  size: number,
  wastedBytes: number,
  rest: Partial<ReportLayer>,
): ReportLayer {
  return {
    index,
    diffId: id(index + 1),
    digest: null,
    mediaType: null,
    size,
    compressedSize: null,
    wastedBytes,
    fileCount: 100,
    origin: rest.instruction ? 'own' : 'base',
    createdBy: rest.instruction?.text ?? '/bin/sh -c #(nop) ADD file:0123456789abcdef in / ',
    instruction: null,
    cache: 'unknown',
    durationMs: null,
    ...rest,
  };
}

const INSTALL = at(
  2,
  'RUN apt-get update && \\\n    apt-get install -y --no-install-recommends build-essential curl ca-certificates',
);
const MAKE = at(
  4,
  'RUN curl -sSfL https://example.org/llvm-19.tar.xz | tar -xJ -C /opt && make -C /src install',
);
const CLEAN = at(5, 'RUN rm -rf /var/lib/apt/lists/* /src');
const COPY = at(6, 'COPY --chown=app:app . /app');

const DEMO_LAYERS = [
  layer(0, 74_800_000, 0, {}),
  layer(1, 212_600_000, 20_412_345, { instruction: INSTALL, cache: 'cached' }),
  layer(2, 121_900_000, 2_800_000, { instruction: MAKE, cache: 'executed', durationMs: 38_210 }),
  layer(3, 0, 0, { instruction: CLEAN, cache: 'executed', durationMs: 412 }),
  layer(4, 1_204_321, 0, { instruction: COPY, cache: 'executed', durationMs: 95 }),
];

function report(layers: readonly ReportLayer[], rest: Partial<Report>): Report {
  const base = layers.filter(one => one.origin === 'base');
  const sum = (some: readonly ReportLayer[], key: 'size' | 'wastedBytes') =>
    some.reduce((total, one) => total + one[key], 0);
  const size = sum(layers, 'size');
  const wastedBytes = sum(layers, 'wastedBytes');
  const ownSize = size - sum(base, 'size');
  return {
    schemaVersion: 1,
    tool: { name: 'deadweight', version: '0.1.0' },
    generatedAt: '2026-07-01T12:00:00.000Z',
    key: 'app/linux/amd64',
    title: 'app',
    context: {
      commit: HEAD_COMMIT,
      repositoryUrl: 'https://github.com/acme/app',
      runUrl: 'https://github.com/acme/app/actions/runs/170251',
      base: 'First parent of the merge commit, built here with the same builder.',
    },
    image: {
      reference: 'docker-daemon:app:latest',
      platform: { os: 'linux', architecture: 'amd64' },
      imageId: id(99),
      manifestDigest: null,
      mediaType: null,
      size,
      compressedSize: 155_200_000,
      layerCount: layers.length,
      baseLayerCount: base.length,
      ownLayerCount: layers.length - base.length,
      baseSize: size - ownSize,
      ownSize,
      baseName: 'debian:bookworm',
    },
    efficiency: {
      score: size === 0 ? 1 : (size - wastedBytes) / size,
      ownScore: ownSize === 0 ? 1 : (ownSize - wastedBytes) / ownSize,
      wastedBytes,
      shadowedBaseBytes: 0,
      baseWastedBytes: 0,
    },
    dive: {
      efficiency: 0.95,
      wastedBytes: 41_000_000,
      userWastedPercent: 0.12,
      sizeBytes: size,
      userSizeBytes: ownSize,
    },
    layers: [...layers],
    layerHeadroom: {
      documented: { limit: 127, left: 127 - layers.length },
      pull: { limit: 125, left: 125 - layers.length },
    },
    wastedFiles: [],
    wastedFilesTotal: { paths: 0, bytes: 0 },
    packages: [],
    findings: [],
    savings: { bytes: 0 },
    comparison: null,
    comparisonAbsence: null,
    build: null,
    budgets: budgetResults.parse([budget('max-layers', 127, layers.length, 'layers', 'pass')]),
    verdict: 'pass',
    notices: [],
    ...rest,
  };
}

/** A level of a budget, as the JSON report has it. */
export function budget(
  name: BudgetName,
  limit: number,
  actual: number | null,
  unit: 'bytes' | 'layers' | 'ratio',
  status: 'pass' | 'warn' | 'fail' | 'skipped',
  level: 'warn' | 'fail' = status === 'warn' ? 'warn' : 'fail',
): BudgetEntry {
  return { name, limit, actual, unit, status, level };
}

function compare(head: Report, base: Partial<Figures>, causes: Cause[], layers: LayerDelta[]): Comparison {
  const { image, efficiency } = head;
  const figures: Figures = {
    reference: image.reference,
    commit: HEAD_COMMIT,
    imageId: image.imageId,
    size: image.size,
    compressedSize: image.compressedSize,
    ownSize: image.ownSize,
    baseSize: image.baseSize,
    layerCount: image.layerCount,
    baseLayerCount: image.baseLayerCount,
    ownLayerCount: image.ownLayerCount,
    efficiency: efficiency.score,
    ownEfficiency: efficiency.ownScore,
    wastedBytes: efficiency.wastedBytes,
    diveEfficiency: 0.95,
  };
  const before: Figures = { ...figures, commit: BASE_COMMIT, imageId: id(98), ...base };
  const minus = (a: number | null, b: number | null) => (a === null || b === null ? null : a - b);
  return {
    base: before,
    head: figures,
    delta: {
      size: figures.size - before.size,
      compressedSize: minus(figures.compressedSize, before.compressedSize),
      ownSize: minus(figures.ownSize, before.ownSize),
      baseSize: minus(figures.baseSize, before.baseSize),
      layerCount: figures.layerCount - before.layerCount,
      baseLayerCount: minus(figures.baseLayerCount, before.baseLayerCount),
      ownLayerCount: minus(figures.ownLayerCount, before.ownLayerCount),
      efficiency: figures.efficiency - before.efficiency,
      ownEfficiency: minus(figures.ownEfficiency, before.ownEfficiency),
      wastedBytes: figures.wastedBytes - before.wastedBytes,
      diveEfficiency: figures.diveEfficiency - before.diveEfficiency,
    },
    layers,
    causes,
    packages: null,
    baseImageChanged: before.baseSize !== figures.baseSize,
    notices: [],
  };
}

function layerDelta(change: LayerDelta['change'], of: ReportLayer, baseSize: number | null): LayerDelta {
  return {
    change,
    origin: of.origin,
    baseIndex: baseSize === null ? null : of.index,
    headIndex: change === 'removed' ? null : of.index,
    baseSize,
    headSize: change === 'removed' ? null : of.size,
    delta: (change === 'removed' ? 0 : of.size) - (baseSize ?? 0),
    baseWastedBytes: baseSize === null ? null : 0,
    headWastedBytes: change === 'removed' ? null : of.wastedBytes,
    instruction: of.instruction,
    createdBy: of.createdBy,
  };
}

const NONE = { count: 0, bytes: 0 };
const NO_PACKAGES = {
  packages: [],
  packageTotals: { added: NONE, removed: NONE, updated: NONE, kept: NONE },
} as const satisfies Pick<Cause, 'packages' | 'packageTotals'>;

/** As the rules give them. */
function wasteArgs(
  bytes: number,
  fileCount: number,
  writtenBy: number,
  what: string | null,
  whatBytes: number,
) {
  return { bytes, fileCount, what, whatBytes, writtenBy, hiddenBy: 3, how: 'deleted' };
}

const FINDINGS: Report['findings'] = [
  {
    rule: 'deleted-later',
    severity: 'warning',
    args: wasteArgs(20_412_345, 14, 1, 'apt-lists', 20_412_345),
    location: INSTALL,
    related: CLEAN,
    evidence: {
      layers: [1, 3],
      paths: [{ path: 'var/lib/apt/lists/', bytes: 20_412_345 }],
      fileCount: 14,
      bytes: 20_412_345,
    },
    saving: { bytes: 20_412_345, addedBytes: 20_412_345, compressedBytes: null, basis: 'predicted' },
    edits: [],
  },
  {
    rule: 'deleted-later',
    severity: 'info',
    args: wasteArgs(2_800_000, 210, 2, null, 0),
    location: MAKE,
    related: CLEAN,
    evidence: {
      layers: [2, 3],
      paths: [
        { path: 'src/build/', bytes: 1_900_000 },
        { path: 'src/tests/', bytes: 900_000 },
      ],
      fileCount: 210,
      bytes: 2_800_000,
    },
    saving: { bytes: 2_800_000, addedBytes: 2_800_000, compressedBytes: null, basis: 'predicted' },
    edits: [],
  },
];

const WASTED: Report['wastedFiles'] = [
  ['var/lib/apt/lists/deb.debian.org_debian_dists_bookworm_main_binary-amd64_Packages.lz4', 17_412_345, 1],
  [
    'var/lib/apt/lists/deb.debian.org_debian-security_dists_bookworm-security_main_Packages.lz4',
    3_000_000,
    1,
  ],
  ['src/build/core.o', 1_900_000, 2],
  ['src/tests/corpus.bin', 900_000, 2],
].map(([path, bytes, writtenBy]) => ({
  path: String(path),
  bytes: Number(bytes),
  copies: 1,
  reason: 'deleted',
  layers: [Number(writtenBy), 3],
  writtenBy: Number(writtenBy),
  hiddenBy: 3,
}));

const BUILD: NonNullable<Report['build']> = {
  durationMs: 41_312,
  steps: [
    step('[1/5] FROM docker.io/library/debian:bookworm', 'cached', null, at(1, 'FROM debian:bookworm')),
    step('[2/5] RUN apt-get update && apt-get install …', 'cached', null, INSTALL),
    step('[3/5] COPY src /src', 'cached', null, at(3, 'COPY src /src')),
    step('[4/5] RUN curl -sSfL https://example.org/llvm-19.tar.xz | tar -xJ', 'executed', 38_210, MAKE),
    step('[5/5] RUN rm -rf /var/lib/apt/lists/* /src', 'executed', 412, CLEAN),
    step('[6/6] COPY --chown=app:app . /app', 'executed', 95, COPY),
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

function step(
  name: string,
  outcome: 'cached' | 'executed',
  durationMs: number | null,
  instruction: InstructionLocation,
): NonNullable<Report['build']>['steps'][number] {
  return { name, outcome, durationMs, pullMs: 0, onFinalChain: true, platform: null, instruction };
}

/** Three RUNs of apt where one would do; two budgets exceeded. */
export function failing(): Report {
  const plain = report(DEMO_LAYERS, {});
  const [base, install, make, clean, copy] = DEMO_LAYERS as [
    ReportLayer,
    ReportLayer,
    ReportLayer,
    ReportLayer,
    ReportLayer,
  ];
  const causes: Cause[] = [
    {
      kind: 'instruction-changed',
      bytes: 38_200_000,
      instruction: MAKE,
      createdBy: MAKE.text,
      ...NO_PACKAGES,
      files: [
        { path: 'opt/llvm-19/', bytes: 35_100_000 },
        { path: 'usr/local/bin/tool', bytes: 2_100_000 },
      ],
      otherBytes: 1_000_000,
    },
    {
      kind: 'instruction-added',
      bytes: 1_204_321,
      instruction: COPY,
      createdBy: COPY.text,
      ...NO_PACKAGES,
      files: [{ path: 'app/', bytes: 1_204_321 }],
      otherBytes: 0,
    },
  ];
  const before = {
    size: plain.image.size - 39_404_321,
    ownSize: (plain.image.ownSize ?? 0) - 39_404_321,
    compressedSize: 143_100_000,
    layerCount: 4,
    ownLayerCount: 3,
    efficiency: 0.9713,
    wastedBytes: 1_900_000,
  };
  const deltas = [
    layerDelta('unchanged', base, base.size),
    layerDelta('unchanged', install, install.size),
    layerDelta('changed', make, make.size - 38_200_000),
    layerDelta('changed', clean, 0),
    layerDelta('added', copy, null),
  ];
  return {
    ...plain,
    comparison: compare(plain, before, causes, deltas),
    findings: FINDINGS,
    savings: { bytes: 23_212_345 },
    wastedFiles: WASTED,
    wastedFilesTotal: { paths: 17, bytes: 23_212_345 },
    build: BUILD,
    budgets: budgetResults.parse([
      budget('max-layers', 127, 5, 'layers', 'pass'),
      budget('max-size', 450e6, plain.image.size, 'bytes', 'pass'),
      budget('max-size-increase', 0.05, 0.1062, 'ratio', 'warn'),
      budget('max-size-increase', 0.2, 0.1062, 'ratio', 'pass'),
      budget('min-efficiency', 0.95, plain.efficiency.score, 'ratio', 'fail'),
    ]),
    verdict: 'fail',
  };
}

/** The same in one RUN: smaller, everything green. */
function merged(): Report {
  const run = at(2, `${INSTALL.text} && \\\n    rm -rf /var/lib/apt/lists/*`);
  const layers = [
    DEMO_LAYERS[0] ?? layer(0, 0, 0, {}),
    layer(1, 192_187_655, 0, { instruction: run, cache: 'executed', durationMs: 21_030 }),
    layer(2, 1_204_321, 0, { instruction: COPY, cache: 'executed', durationMs: 95 }),
  ];
  const plain = report(layers, {});
  const removed = DEMO_LAYERS[2] ?? layer(0, 0, 0, {});
  const causes: Cause[] = [
    cause('instruction-removed', -removed.size, MAKE, 'opt/llvm-19/'),
    cause('instruction-changed', -20_412_345, run, 'var/lib/apt/lists/'),
  ];
  const before = {
    size: plain.image.size + removed.size + 20_412_345,
    ownSize: (plain.image.ownSize ?? 0) + removed.size + 20_412_345,
    compressedSize: 201_000_000,
    layerCount: 5,
    ownLayerCount: 4,
    efficiency: 0.943,
    wastedBytes: 23_212_345,
  };
  const [base, install, copy] = layers as [ReportLayer, ReportLayer, ReportLayer];
  return {
    ...plain,
    comparison: compare(plain, before, causes, [
      layerDelta('unchanged', base, base.size),
      layerDelta('changed', install, 212_600_000),
      layerDelta('removed', removed, removed.size),
      layerDelta('unchanged', copy, copy.size),
    ]),
    build: {
      ...BUILD,
      durationMs: 22_041,
      steps: [
        ...BUILD.steps.slice(0, 1),
        step('[2/3] RUN apt-get update && apt-get install …', 'executed', 21_030, run),
        step('[3/3] COPY --chown=app:app . /app', 'executed', 95, COPY),
      ],
      cacheBreak: { step: 1, reason: 'arguments-changed', lostMs: 21_125, files: null },
      warnings: [],
    },
    budgets: budgetResults.parse([
      budget('max-layers', 127, 3, 'layers', 'pass'),
      budget('min-efficiency', 0.95, 1, 'ratio', 'pass'),
    ]),
  };
}

function cause(
  kind: Cause['kind'],
  bytes: number,
  instruction: InstructionLocation | null,
  path: string,
): Cause {
  return {
    kind,
    bytes,
    instruction,
    createdBy: instruction?.text ?? (kind === 'base-image' ? 'debian:bookworm' : ''),
    ...NO_PACKAGES,
    files: [{ path, bytes }],
    otherBytes: 0,
  };
}

/** The first report of a repository: a comparison was asked for and is not there. */
export function first(): Report {
  return {
    ...failing(),
    comparison: null,
    comparisonAbsence: {
      code: 'no-baseline',
      message: 'The base branch has no report yet. The next pull request will have one to compare with.',
    },
    context: { ...failing().context, base: null },
    budgets: budgetResults.parse([
      budget('max-layers', 127, 5, 'layers', 'pass'),
      budget('max-size-increase', 0.05, null, 'ratio', 'skipped'),
    ]),
    verdict: 'pass',
    notices: [{ code: 'cache-write', message: 'This run may not write the cache of the base branch.' }],
  };
}

/** As BuildKit writes it. */
function historyOf(text: string): string {
  return `${text.replace(/\\\n/g, '').replace(/^RUN /, 'RUN /bin/sh -c ')} # buildkit`;
}

/** `deadweight inspect` of a bare archive: nothing is compared, built, or known of a base. */
export function inspected(): Report {
  const layers = DEMO_LAYERS.map(one => ({
    ...one,
    origin: 'unknown' as const,
    instruction: null,
    createdBy: one.instruction ? historyOf(one.instruction.text) : one.createdBy,
    cache: 'unknown' as const,
    durationMs: null,
  }));
  const plain = report(layers, {});
  return {
    ...plain,
    title: 'docker-archive:app.tar',
    context: { commit: null, repositoryUrl: null, runUrl: null, base: null },
    image: {
      ...plain.image,
      reference: 'docker-archive:app.tar',
      compressedSize: null,
      baseLayerCount: null,
      ownLayerCount: null,
      baseSize: null,
      ownSize: null,
      baseName: null,
    },
    efficiency: { ...plain.efficiency, ownScore: null, shadowedBaseBytes: null, baseWastedBytes: null },
    wastedFiles: WASTED,
    wastedFilesTotal: { paths: 17, bytes: 23_212_345 },
    findings: FINDINGS.map(finding => ({ ...finding, location: null, related: null })),
    savings: { bytes: 23_212_345 },
    notices: [
      {
        code: 'base-unknown',
        message: 'Nothing tells which layers are the base: every layer counts as own.',
      },
    ],
  };
}

/** Nothing moved. */
export function unchanged(): Report {
  const plain = report(DEMO_LAYERS.slice(0, 2), {});
  const deltas = plain.layers.map(one => layerDelta('unchanged', one, one.size));
  return {
    ...plain,
    comparison: compare(plain, {}, [], deltas),
    build: {
      ...BUILD,
      durationMs: 1_204,
      steps: BUILD.steps.slice(0, 2),
      cacheBreak: null,
      warnings: [],
    },
    budgets: budgetResults.parse([
      budget('max-layers', 127, 2, 'layers', 'pass'),
      budget('max-size', 300e6, 287_400_000, 'bytes', 'pass'),
    ]),
  };
}

/** The base image's tag moved; the Dockerfile did not. */
export function drift(): Report {
  const plain = report(DEMO_LAYERS.slice(0, 2), {});
  const [base, install] = plain.layers as [ReportLayer, ReportLayer];
  const before = {
    size: plain.image.size - 5_100_000 + 310_000,
    baseSize: base.size - 5_100_000,
    ownSize: install.size + 310_000,
    compressedSize: null,
  };
  return {
    ...plain,
    comparison: compare(
      plain,
      before,
      [
        cause('base-image', 5_100_000, null, 'usr/lib/'),
        cause('instruction-rebuilt', -310_000, INSTALL, 'usr/share/doc/'),
      ],
      [
        layerDelta('changed', base, base.size - 5_100_000),
        layerDelta('changed', install, install.size + 310_000),
      ],
    ),
    build: {
      ...BUILD,
      steps: BUILD.steps
        .slice(0, 2)
        .map(one => ({ ...one, outcome: 'executed', durationMs: 12_345, pullMs: 4_000 })),
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
  };
}

type PackageDelta = Cause['packages'][number];

function debian(name: string, before: string | null, after: string | null, amount: number): PackageDelta {
  return { type: 'deb', name, architecture: 'amd64', before, after, bytes: amount };
}

/** A package was put into the line that installs, its Recommends came along, and the base image has fixes. */
function installed(): Report {
  const run = at(2, 'RUN apt-get update && apt-get install -y vim');
  const layers = [
    layer(0, 75_150_000, 0, {}),
    layer(1, 63_900_000, 0, { instruction: run, cache: 'executed', durationMs: 9_120 }),
    layer(2, 3_400_000, 0, { instruction: COPY, cache: 'executed', durationMs: 210 }),
  ];
  const plain = report(layers, {});
  const [base, install, copy] = layers as [ReportLayer, ReportLayer, ReportLayer];
  const inInstall = [
    debian('vim-runtime', null, '2:9.0.1378-2', 36_102_331),
    debian('vim', null, '2:9.0.1378-2', 3_811_020),
    debian('nano', '7.2-1+deb12u1', null, -2_861_000),
    debian('vim-common', null, '2:9.0.1378-2', 1_120_044),
    debian('libgpm2', null, '1.20.7-10+b1', 60_020),
  ];
  const inBase = [
    debian('libc6', '2.36-9+deb12u9', '2.36-9+deb12u10', 310_000),
    debian('tzdata', '2024a-0+deb12u1', '2025b-0+deb12u1', 40_000),
  ];
  const inCopy: readonly PackageDelta[] = [
    { type: 'npm', name: 'left-pad', architecture: null, before: '1.3.0', after: null, bytes: -18_000 },
  ];
  const causes: Cause[] = [
    {
      ...cause('instruction-changed', 58_100_000, run, 'var/lib/apt/lists/'),
      packages: inInstall,
      packageTotals: {
        ...NO_PACKAGES.packageTotals,
        added: { count: 9, bytes: 41_300_000 },
        removed: { count: 1, bytes: -2_861_000 },
      },
      files: [
        { path: 'var/lib/apt/lists/', bytes: 19_300_000 },
        { path: 'var/lib/dpkg/', bytes: 300_000 },
      ],
      otherBytes: 58_100_000 - 38_232_415 - 19_600_000,
    },
    {
      ...cause('base-image', 350_000, at(1, 'FROM debian:bookworm'), ''),
      createdBy: 'debian:bookworm',
      packages: inBase,
      packageTotals: { ...NO_PACKAGES.packageTotals, updated: { count: 3, bytes: 350_000 } },
      files: [],
    },
    {
      ...cause('instruction-rebuilt', -18_000, COPY, ''),
      packages: [...inCopy],
      packageTotals: { ...NO_PACKAGES.packageTotals, removed: { count: 1, bytes: -18_000 } },
      files: [],
    },
  ];
  const size = plain.image.size - 58_432_000;
  const figures = {
    ...{ size, baseSize: base.size - 350_000, ownSize: size - base.size + 350_000 },
    compressedSize: 131_000_000,
  };
  const comparison = compare(plain, figures, causes, [
    layerDelta('changed', base, base.size - 350_000),
    layerDelta('changed', install, install.size - 58_100_000),
    layerDelta('changed', copy, copy.size + 18_000),
  ]);
  const packages = {
    totals: {
      added: { count: 9, bytes: 41_300_000 },
      removed: { count: 2, bytes: -2_879_000 },
      updated: { count: 3, bytes: 350_000 },
      kept: NONE,
    },
    packages: [...inInstall, ...inBase, ...inCopy],
    otherBytes: 58_432_000 - 38_564_415,
  };
  return { ...plain, comparison: { ...comparison, packages } };
}

/** `deadweight diff app:1 app:2`. */
export function diff(): Report {
  const full = failing();
  const { comparison } = full;
  return {
    ...full,
    title: 'app:2',
    context: { commit: null, repositoryUrl: null, runUrl: null, base: null },
    comparison: comparison && {
      ...comparison,
      base: { ...comparison.base, commit: null, reference: 'docker://registry.example.org/team/app:1' },
      head: { ...comparison.head, commit: null, reference: 'docker://registry.example.org/team/app:2' },
    },
    build: null,
    budgets: budgetResults.parse([budget('max-layers', 127, 5, 'layers', 'pass')]),
    verdict: 'pass',
  };
}

export const NASTY = [
  '`a` | b\n| c | <!-- deadweight v1 key=x --> @octocat #123 https://evil.example/ ::error::forged',
  '\u001b[31mred\u001b[0m \u009b31m \u202etxt.exe\u202c z\u200bw \u{e0041} ##[error]x </details></code><b>',
  '  ::set-output name=x::y  ``` **bold** _it_ ~~s~~ [l](javascript:alert(1)) ![i](//x) $a$ :tada: www.x.io a\\|b',
];

/** Every name is hostile. */
export function hostile(): Report {
  const [one, two, three] = NASTY as [string, string, string];
  const full = failing();
  const evil = at(2, `RUN ${one} ${two} ${three}`, `${one}/${three}`);
  const layers = full.layers.map((item, index) =>
    index === 0
      ? item
      : { ...item, instruction: index % 2 === 0 ? null : evil, createdBy: NASTY[index % 3] ?? '' },
  );
  return {
    ...full,
    title: one,
    key: three,
    context: {
      commit: `${two}`,
      repositoryUrl: 'javascript:alert(1)',
      runUrl: `https://x.example/(${two})`,
      base: three,
    },
    image: { ...full.image, baseName: two, platform: { os: one, architecture: two, variant: three } },
    layers,
    comparison: full.comparison && {
      ...full.comparison,
      base: { ...full.comparison.base, commit: null, reference: one },
      head: { ...full.comparison.head, commit: null, reference: two },
      causes: full.comparison.causes.map(item => ({
        ...item,
        instruction: evil,
        packages: NASTY.map((name, place) => ({
          ...{ type: name, name, architecture: name, before: place === 0 ? null : name },
          ...{ after: place === 2 ? null : `${name}2`, bytes: item.bytes },
        })),
        packageTotals: {
          ...{ added: { count: 9, bytes: 1 }, removed: { count: 9, bytes: -1e15 } },
          ...{ updated: { count: 9, bytes: 1e15 }, kept: { count: 0, bytes: 0 } },
        },
        files: [{ path: two, bytes: item.bytes }],
      })),
      layers: full.comparison.layers.map((item, index) => ({
        ...item,
        instruction: evil,
        createdBy: NASTY[index % 3] ?? '',
      })),
    },
    findings: full.findings.map((item, index) => ({
      ...item,
      rule: index === 0 ? three : item.rule,
      location: evil,
      evidence: { ...item.evidence, paths: NASTY.map(path => ({ path, bytes: 1_000_000 })) },
    })),
    wastedFiles: full.wastedFiles.map((item, index) => ({ ...item, path: NASTY[index % 3] ?? '' })),
    build: full.build && {
      ...full.build,
      cacheBreak: {
        ...{ step: 3, reason: 'content-changed', lostMs: 9e15 },
        files: { paths: NASTY, count: 1e9 },
      },
      steps: full.build.steps.map((item, index) => ({
        ...item,
        name: NASTY[index % 3] ?? '',
        instruction: evil,
      })),
      warnings: NASTY.map(text => ({
        rule: text,
        message: text,
        url: text,
        file: text,
        startLine: 1,
        endLine: 2,
      })),
    },
    notices: NASTY.map(message => ({ code: message, message })),
  };
}

export const REPORTS: Readonly<Record<string, () => Report>> = {
  failing,
  merged,
  first,
  inspected,
  unchanged,
  drift,
  installed,
  diff,
  hostile,
};
