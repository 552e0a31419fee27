import type { Report } from '../../src/report/report.ts';
import { instructionAt } from '../support/fabricate/instruction.ts';
import { failing } from './reports.ts';

/** What names may be where somebody means harm. */
export const NASTY = [
  '`a` | b\n| c | <!-- deadweight v1 key=x --> @octocat #123 https://evil.example/ ::error::forged',
  '\u001b[31mred\u001b[0m \u009b31m \u202etxt.exe\u202c z\u200bw \u{e0041} ##[error]x </details></code><b>',
  '  ::set-output name=x::y  ``` **bold** _it_ ~~s~~ [l](javascript:alert(1)) ![i](//x) $a$ :tada: www.x.io a\\|b',
];

const KINDS = ['packages', 'waste', 'base-image', 'files'] as const;

/** Every name is hostile. */
export function hostile(): Report {
  const [one, two, three] = NASTY as [string, string, string];
  const full = failing();
  const evil = instructionAt(2, `RUN ${one} ${two} ${three}`, `${one}/${three}`);
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
      baseline: three,
    },
    image: { ...full.image, baseImageName: two, platform: { os: one, architecture: two, variant: three } },
    layers,
    comparison: full.comparison && {
      ...full.comparison,
      baseline: { ...full.comparison.baseline, commit: null, reference: one },
      head: { ...full.comparison.head, commit: null, reference: two },
      causes: full.comparison.causes.map((item, index) => ({
        ...item,
        kind: KINDS[index % KINDS.length] ?? 'other',
        head: [{ layer: 1, bytes: item.bytes, instruction: evil, createdBy: two }],
        baseline: [{ layer: 1, bytes: item.bytes, instruction: evil, createdBy: one }],
        waste: { reason: 'deleted', layer: 2, instruction: evil, createdBy: three },
        packages: NASTY.map((name, place) => ({
          type: name,
          name,
          architecture: name,
          before: place === 0 ? null : name,
          after: place === 2 ? null : `${name}2`,
          bytes: item.bytes,
        })),
        packageTotals: {
          added: { count: 9, bytes: 1 },
          removed: { count: 9, bytes: -1e15 },
          updated: { count: 9, bytes: 1e15 },
          kept: { count: 0, bytes: 0 },
        },
        files: [{ path: two, bytes: item.bytes }],
      })),
      moved: [
        {
          kind: 'split',
          packages: [],
          files: [],
          bytes: 1e9,
          baseline: [{ layer: 1, bytes: 1e9, instruction: evil, createdBy: one }],
          head: [{ layer: 1, bytes: 1e9, instruction: evil, createdBy: one }],
        },
      ],
      renamed: [{ from: one, to: two, bytes: 1e9, count: 2, layer: null }],
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
    squash: {
      ranges: [{ first: 1, last: 3, size: 9e15, saving: { bytes: 9e15, addedBytes: 1 } }],
      layerCount: 3,
      limit: null,
      fixesFirst: true,
      reference: "app`id`|<b>'@octocat #1 ::error::x ##[error]$(id):a\\|b",
      platform: null,
    },
    wastedFiles: full.wastedFiles.map((item, index) => ({ ...item, path: NASTY[index % 3] ?? '' })),
    build: full.build && {
      ...full.build,
      cacheBreak: {
        step: 3,
        reason: 'content-changed',
        lostMs: 9e15,
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
    trend: hostileTrend(),
    notices: NASTY.map(message => ({ code: message, message })),
  };
}

/** As a history branch may have it that anybody pushed. */
function hostileTrend(): Report['trend'] {
  const points = NASTY.map((commit, index) => ({
    ...{ commit, time: `2026-11-2${index}T00:00:00Z`, pullRequest: 7, size: 40_000_000 * (index + 1) },
    ...{ compressedSize: null, layerCount: 3, efficiency: 0.5, wastedBytes: 7 },
  }));
  const jumps = points.map(({ commit, time, size }) => ({
    commit,
    time,
    size,
    pullRequest: null,
    bytes: -5_000_000,
  }));
  const growth = [{ days: 30 as const, before: 40_000_000, bytes: 80_000_000 }];
  return { branch: NASTY[0] ?? '', pointCount: 5, points, jumps, growth };
}
