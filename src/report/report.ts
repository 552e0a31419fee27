import { z } from 'zod';
import { WASTE_REASONS, type WasteReason } from '../analysis/waste-reason.ts';
import { FAIL_ON } from '../base/fail-on.ts';
import { lazy } from '../base/lazy.ts';
import type { BuildStep, BuildWarning } from '../build/build-result.ts';
import type { CacheBreak } from '../build/cache-break.ts';
import type { Comparison } from '../compare/comparison.ts';
import { MAX_SETTINGS, SETTING_KEYWORDS } from '../compare/setting-keywords.ts';
import type { InstructionLocation } from '../dockerfile/dockerfile-instruction.ts';
import type { DockerfileEdit } from '../dockerfile/edit/dockerfile-edit.ts';
import type { Finding } from '../findings/finding.ts';
import type { CombinedPatch } from '../findings/fix/combined-patch.ts';
import type { Patch } from '../findings/fix/patch-lines.ts';
import { anyNumber, budgetResults } from './budget-entry.ts';
import { droppedPart } from './squash-report.ts';
import { trendSchema } from './trend-schema.ts';

/** Raise it when a name or a meaning changes; adding a field does not. */
export const REPORT_VERSION = 2;

const bytes = lazy(() => z.int().min(0).describe('bytes'));
const signedBytes = lazy(() => z.int().describe('bytes, signed'));
const count = lazy(() => z.int().min(0));
const ratio = lazy(() => z.number().min(0).max(1));

const instruction = lazy(
  (): z.ZodType<InstructionLocation> =>
    z.object({
      file: z.string(),
      startLine: z.int().min(1),
      endLine: z.int().min(1),
      text: z.string(),
    }),
);

const notice = lazy(() => z.object({ code: z.string(), message: z.string() }));
const origin = lazy(() => z.enum(['base', 'own', 'unknown']));

const image = lazy(() =>
  z.object({
    reference: z.string(),
    platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }),
    imageId: z.string(),
    manifestDigest: z.string().nullable(),
    mediaType: z.string().nullable(),
    size: bytes().describe('Sum of the layers: uncompressed bytes of regular files'),
    compressedSize: bytes().nullable(),
    layerCount: count(),
    baseLayerCount: count().nullable(),
    ownLayerCount: count().nullable(),
    baseSize: bytes().nullable(),
    ownSize: bytes().nullable(),
    baseImageName: z.string().nullable(),
  }),
);

const efficiency = lazy(() =>
  z.object({
    score: ratio().describe('Visible bytes / bytes of all layers'),
    ownScore: ratio().nullable(),
    wastedBytes: bytes().describe('Bytes of own layers that the final filesystem does not show'),
    shadowedBaseBytes: bytes().nullable().describe('Bytes of base layers that own layers hide'),
    baseWastedBytes: bytes().nullable().describe('Bytes of base layers that base layers hide'),
  }),
);

const dive = lazy(() =>
  z.object({
    efficiency: anyNumber(),
    wastedBytes: anyNumber(),
    userWastedPercent: anyNumber(),
    sizeBytes: anyNumber(),
    userSizeBytes: anyNumber(),
  }),
);

const layer = lazy(() =>
  z.object({
    index: count(),
    diffId: z.string(),
    digest: z.string().nullable(),
    mediaType: z.string().nullable(),
    size: bytes(),
    compressedSize: bytes().nullable(),
    wastedBytes: bytes(),
    fileCount: count(),
    origin: origin(),
    createdBy: z.string(),
    instruction: instruction().nullable(),
    cache: z.enum(['cached', 'executed', 'unknown']),
    durationMs: z.number().min(0).nullable(),
  }),
);

const wasteReason = lazy((): z.ZodType<WasteReason> => z.enum(WASTE_REASONS));

const wastedFile = lazy(() =>
  z.object({
    path: z.string(),
    bytes: bytes().describe('Over all hidden copies'),
    copies: count().describe('Hidden copies of the path'),
    reason: wasteReason().describe('Of the largest hidden copy'),
    layers: z.array(count()).describe('Indexes of the layers that wrote or hid a copy, ascending'),
    writtenBy: count().describe('Layer that wrote the largest hidden copy'),
    hiddenBy: count().describe('Layer that hid it'),
  }),
);

/** Ranges of layers that a report advises to merge, at most. */
const MAX_SQUASHED_RANGES = 4;

const squash = lazy(() =>
  z.object({
    ranges: z
      .array(
        z.object({
          first: count().describe('Index of the lowest of the layers'),
          last: count().describe('Index of the highest'),
          size: bytes().describe('Of the layer that they become'),
          saving: z.object({
            bytes: bytes().describe('What one of the layers holds and another of them hides'),
            addedBytes: bytes().describe('Of them, what the fixes of the findings do not save'),
          }),
        }),
      )
      .min(1)
      .max(MAX_SQUASHED_RANGES)
      .describe('Lowest first; they do not meet'),
    layerCount: count().describe('Layers of the image then'),
    limit: count()
      .nullable()
      .describe('Most layers that the image would have then, where it has too many; null where it has not'),
    fixesFirst: z.boolean().describe('Whether the Dockerfile is there, whose fixes free bytes for less'),
    reference: z
      .string()
      .nullable()
      .describe('By which the image can be opened again; null where none is known'),
    platform: z.string().nullable().describe('That has to be named to open it; null where it has not'),
  }),
);

const squashed = lazy(() =>
  z.object({
    ranges: z
      .array(
        z.object({
          first: count().describe('Index of the lowest of the layers, as the build made them'),
          last: count().describe('Index of the highest'),
          size: bytes().describe('Of the layer that they became'),
          saving: z.object({ bytes: bytes() }).describe('What they held and hid from each other'),
        }),
      )
      .describe('Lowest first; they do not meet'),
    before: z
      .object({ layerCount: count(), size: bytes(), compressedSize: bytes().nullable() })
      .describe('The image as the build made it'),
    dropped: z.array(droppedPart()),
  }),
);

const claimPath = lazy(() => z.object({ path: z.string(), bytes: bytes() }));

const line = lazy(() => z.int().min(1));

export const editSchema = lazy(
  (): z.ZodType<DockerfileEdit> =>
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('merge-runs'), line: line(), lastLine: line() }),
      z.object({ kind: z.literal('append-command'), line: line(), command: z.string() }),
      z.object({ kind: z.literal('add-flag'), line: line(), flag: z.string() }),
      z.object({
        kind: z.literal('add-option'),
        line: line(),
        program: z.array(z.string()),
        option: z.string(),
      }),
      z.object({
        kind: z.literal('replace-command'),
        line: line(),
        index: count(),
        command: z.string().nullable(),
      }),
      z.object({ kind: z.literal('remove-copy'), line: line() }),
      z.object({
        kind: z.literal('ignore'),
        pattern: z.string(),
        file: z
          .string()
          .optional()
          .describe(
            'Path of the ignore file that this Dockerfile has of its own; absent for that of the context',
          ),
      }),
    ]),
);

const patch = lazy(
  (): z.ZodType<Patch> =>
    z
      .object({
        file: z.string(),
        startLine: line(),
        before: z.array(z.string()).min(1).describe('The lines as they are, the first of them startLine'),
        after: z.array(z.string()).describe('The lines in their place'),
      })
      .describe('What a fix changes in the Dockerfile'),
);

/** Findings that a renderer looks at: a hostile report may list any number. */
export const MAX_FINDINGS = 1000;

/** A finding with what its edits change, where the Dockerfile's text was there. */
interface PatchedFinding extends Finding {
  readonly url?: string | undefined;
  readonly patch?: Patch | null | undefined;
}

export const findingSchema = lazy(
  (): z.ZodType<PatchedFinding> =>
    z.object({
      rule: z.string(),
      url: z.string().optional().describe("Address of the rule's page"),
      severity: z.enum(['error', 'warning', 'info']),
      args: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
      location: instruction().nullable(),
      related: instruction().nullable(),
      evidence: z.object({
        layers: z.array(count()),
        paths: z.array(claimPath()),
        fileCount: count(),
        bytes: bytes(),
      }),
      saving: z
        .object({
          bytes: bytes().describe('Uncompressed bytes that the fix frees'),
          addedBytes: bytes().describe('Of them, what no finding above saves already'),
          compressedBytes: bytes()
            .nullable()
            .describe('The same of the compressed layers; null when not measured'),
          basis: z.enum(['predicted', 'proven']),
        })
        .nullable(),
      edits: z.array(editSchema()).describe('The fix where it can be made safely: all of them together'),
      patch: patch()
        .nullish()
        .describe('The edits as lines; null where there are none, or they cannot be shown'),
    }),
);

export const leftOutFindingSchema = lazy(() =>
  z.object({
    rule: z.string(),
    cause: z
      .enum(['off', 'min-bytes', 'ignore-paths', 'comment'])
      .describe('What of the configuration leaves them out, or `comment`: those of `ignoredFindings`'),
    count: count().describe('Findings of this rule'),
  }),
);

export const ignoredFindingSchema = lazy(() =>
  z.object({
    rule: z.string(),
    severity: z.enum(['error', 'warning', 'info']),
    location: instruction().nullable(),
    bytes: bytes().describe('What it would save, or else what it tells of'),
    comment: z.object({
      file: z.string(),
      line: line(),
      scope: z.enum(['instruction', 'file']),
      reason: z.string().nullable(),
    }),
    isAdded: z.boolean().describe('Whether the pull request that is judged brings the comment along'),
  }),
);

const combinedPatch = lazy(
  (): z.ZodType<CombinedPatch> =>
    z.object({
      findings: z.array(count()).min(2).describe('Indexes into findings'),
      patch: patch(),
    }),
);

const comparedImage = lazy(() =>
  z.object({
    reference: z.string(),
    commit: z.string().nullable(),
    imageId: z.string(),
    size: bytes(),
    compressedSize: bytes().nullable(),
    ownSize: bytes().nullable(),
    baseSize: bytes().nullable(),
    layerCount: count(),
    baseLayerCount: count().nullable(),
    ownLayerCount: count().nullable(),
    efficiency: ratio(),
    ownEfficiency: ratio().nullable(),
    wastedBytes: bytes(),
    diveEfficiency: z.number(),
  }),
);

const delta = lazy(() =>
  z.object({
    size: signedBytes(),
    compressedSize: signedBytes().nullable(),
    ownSize: signedBytes().nullable(),
    baseSize: signedBytes().nullable(),
    layerCount: z.int(),
    baseLayerCount: z.int().nullable(),
    ownLayerCount: z.int().nullable(),
    efficiency: z.number(),
    ownEfficiency: z.number().nullable(),
    wastedBytes: signedBytes(),
    diveEfficiency: z.number(),
  }),
);

const version = lazy(() =>
  z.string().nullable().describe('Of copies in several versions, all; null where it is not there'),
);

const packageDelta = lazy(() =>
  z.object({
    type: z.string().describe('deb, apk, npm, …'),
    name: z.string(),
    architecture: z.string().nullable(),
    before: version(),
    after: version(),
    bytes: signedBytes(),
  }),
);

const packageTotal = lazy(() => z.object({ count: count(), bytes: signedBytes() }));

const packageTotals = lazy(() =>
  z.object({
    added: packageTotal(),
    removed: packageTotal(),
    updated: packageTotal(),
    kept: packageTotal().describe('The same version before and after, and other bytes'),
  }),
);

const causePlace = lazy(() =>
  z.object({
    layer: count().describe('Index in its image'),
    bytes: signedBytes(),
    instruction: instruction().nullable(),
    createdBy: z.string(),
  }),
);

const fileDelta = lazy(() =>
  z.object({
    path: z.string(),
    bytes: signedBytes(),
    count: count().optional().describe('Files below it that changed'),
    isRest: z.boolean().optional().describe('Whether other causes lie below it, too'),
    previousPath: z.string().optional().describe('Of a file whose name has another version'),
  }),
);

const causeReason = lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('cache-mount'), instruction: instruction() }),
    z.object({ kind: z.literal('build-stage'), stage: z.string(), instruction: instruction() }),
    z.object({ kind: z.literal('command-gone'), command: z.string() }),
    z.object({ kind: z.literal('option-gone'), option: z.string() }),
    z.object({
      kind: z.literal('ignore-file'),
      change: z.enum(['added', 'removed', 'changed']),
      path: z.string(),
    }),
  ]),
);
const cause = lazy(() =>
  z.object({
    kind: z.enum(['base-image', 'packages', 'files', 'package-records', 'waste', 'other']),
    change: z
      .enum(['added', 'removed', 'updated', 'changed'])
      .describe('changed: both images have it; updated: in another version'),
    bytes: signedBytes(),
    head: z.array(causePlace()).describe('Layers of the head that hold it, most bytes first'),
    baseline: z.array(causePlace()).describe('Layers of the baseline that held it, most bytes first'),
    layerCounts: z.object({ head: count(), baseline: count() }).describe('Such layers, listed or not'),
    lines: z
      .object({ file: z.string(), startLine: z.int().min(1), endLine: z.int().min(1) })
      .nullable()
      .default(null)
      .describe('Of all instructions that hold it; of the baseline where it is gone'),
    waste: z
      .object({
        reason: wasteReason(),
        layer: count(),
        instruction: instruction().nullable(),
        createdBy: z.string(),
      })
      .nullable()
      .describe(
        'What hides it from the final filesystem: of the head, or of the baseline where it is removed',
      ),
    reason: causeReason()
      .nullable()
      .default(null)
      .describe('Why it came or went, where instructions or files of the build prove it'),
    packages: z
      .array(packageDelta())
      .describe('Those that moved most; with files and otherBytes they add up to bytes'),
    packageTotals: packageTotals().describe('Of all its packages, listed or not'),
    files: z.array(fileDelta()).describe('Of what belongs to no package, where most moved'),
    otherBytes: signedBytes(),
  }),
);

const comparison = lazy(
  (): z.ZodType<Comparison> =>
    z.object({
      baseline: comparedImage(),
      head: comparedImage(),
      delta: delta(),
      layers: z.array(
        z.object({
          change: z.enum(['added', 'removed', 'changed', 'unchanged']),
          origin: origin(),
          baselineIndex: count().nullable(),
          headIndex: count().nullable(),
          baselineSize: bytes().nullable(),
          headSize: bytes().nullable(),
          delta: signedBytes(),
          baselineInstruction: instruction().nullable().default(null),
          baselineWastedBytes: bytes().nullable(),
          headWastedBytes: bytes().nullable(),
          instruction: instruction().nullable(),
          createdBy: z.string(),
        }),
      ),
      causes: z.array(cause()).describe('They add up to delta.size, byte for byte'),
      moved: z
        .array(
          z.object({
            kind: z.enum(['split', 'merged', 'moved', 'rearranged', 'into-base', 'out-of-base']),
            packages: z.array(z.string()).describe('That went into the base image, or out of it'),
            files: z.array(fileDelta()).default([]).describe('Where most of it lies; empty for packages'),
            bytes: bytes(),
            baseline: z.array(causePlace()),
            head: z.array(causePlace()),
          }),
        )
        .describe('Content of both images that lies in layers of other instructions than before'),
      settings: z
        .array(
          z.object({
            keyword: z.enum(SETTING_KEYWORDS),
            image: z.enum(['baseline', 'head']).describe('Which of them has it'),
            instruction: instruction(),
          }),
        )
        .max(MAX_SETTINGS)
        .default([])
        .describe('Instructions without a layer that one image has not: ENV, LABEL, …'),
      pull: z
        .object({
          size: bytes(),
          compressedSize: bytes().nullable().describe('As a registry serves them; null unless known of all'),
          unchangedSize: bytes().describe('Of layers whose content did not change'),
          unchangedCompressedSize: bytes().nullable(),
          cause: z
            .object({
              layer: count(),
              instruction: instruction().nullable(),
              createdBy: z.string(),
              isMovedUp: z.boolean().default(false).describe('Whether it stood behind them before'),
            })
            .nullable()
            .describe('The layer that changed before those that were built again because of it'),
          layers: z.array(
            z.object({
              layer: count(),
              size: bytes(),
              compressedSize: bytes().nullable(),
              instruction: instruction().nullable(),
              createdBy: z.string(),
              unchanged: z
                .enum(['compressed-anew', 'base-image', 'earlier-layer', 'order', 'metadata'])
                .nullable()
                .describe('Why it is pulled although its files are those that the baseline has'),
            }),
          ),
        })
        .nullable()
        .default(null)
        .describe("What a machine with the baseline's image downloads for this one"),
      renamed: z
        .array(
          z.object({
            from: z.string(),
            to: z.string(),
            bytes: bytes(),
            count: count(),
            layer: count().nullable().default(null).describe('Of the head, that holds all of them'),
          }),
        )
        .describe('Files, and directories with the files below them, that have another path'),
      packages: z
        .object({
          totals: packageTotals(),
          packages: z.array(packageDelta()).describe('Whose bytes or version changed, by absolute bytes'),
          otherBytes: signedBytes().describe('What they leave of delta.size'),
        })
        .nullable()
        .default(null)
        .describe('In the whole image; null where a side does not know its packages'),
      contents: z
        .object({
          changed: z
            .object({
              count: count(),
              bytes: bytes(),
              files: z
                .array(
                  z.object({
                    path: z.string(),
                    bytes: bytes(),
                    layer: count().nullable().default(null).describe('Of the head, that holds it'),
                  }),
                )
                .describe('The largest'),
            })
            .describe('Files of one path and size in both whose contents differ'),
          assumed: z
            .object({ count: count(), bytes: bytes() })
            .describe('Files of one path and size in both, taken as equal: a content is not known'),
          unlistedBytes: bytes().describe('Of base layers that are compared by package and directory alone'),
        })
        .nullable()
        .default(null)
        .describe('What the size delta does not show; null where nobody looked'),
      baseImageChanged: z.boolean().nullable(),
      notices: z.array(notice()),
    }),
);

const buildStep = lazy(
  (): z.ZodType<BuildStep> =>
    z.object({
      name: z.string(),
      outcome: z.enum(['cached', 'executed', 'failed', 'not-needed', 'skipped']),
      durationMs: z.number().min(0).nullable(),
      pullMs: z.number().min(0),
      onFinalChain: z.boolean(),
      platform: z.string().nullable(),
      instruction: instruction().nullable(),
    }),
);

const buildWarning = lazy(
  (): z.ZodType<BuildWarning> =>
    z.object({
      rule: z.string(),
      message: z.string(),
      url: z.string().nullable(),
      file: z.string().nullable(),
      startLine: z.int().min(1).nullable(),
      endLine: z.int().min(1).nullable(),
    }),
);

const cacheBreak = lazy(
  (): z.ZodType<CacheBreak> =>
    z.object({
      step: count().describe('Index into build.steps'),
      reason: z.enum([
        'text-changed',
        'arguments-changed',
        'definition-changed',
        'earlier-step-changed',
        'base-changed',
        'content-changed',
        'mode-changed',
        'not-in-cache',
        'unknown',
      ]),
      lostMs: z.number().min(0).describe('Time of the steps that ran because of it, pulls left out'),
      files: z
        .object({
          paths: z.array(z.string()).describe('The first of them, as the layer has them'),
          count: count(),
        })
        .nullable()
        .describe('Which of the files that it copies changed; null where that cannot be seen'),
    }),
);

const build = lazy(() =>
  z.object({
    durationMs: z.number().min(0).nullable(),
    steps: z.array(buildStep()),
    uncached: z
      .object({ all: z.boolean(), stages: z.array(z.string()) })
      .optional()
      .describe('What no-cache and no-cache-filters kept from the cache'),
    cacheBreak: cacheBreak().nullable(),
    warnings: z.array(buildWarning()),
  }),
);

/** The one view model: every renderer is a pure function of it, and it is the JSON report. */
export const reportSchema = lazy(() =>
  z
    .object({
      schemaVersion: z.literal(REPORT_VERSION),
      tool: z.object({ name: z.literal('deadweight'), version: z.string() }),
      generatedAt: z.iso.datetime(),
      key: z.string().describe('Tells reports of one pull request apart: image, target and platform'),
      title: z.string().describe('What people call the image'),
      context: z.object({
        commit: z.string().nullable().describe('Commit that was weighed'),
        repositoryUrl: z.string().nullable(),
        runUrl: z.string().nullable(),
        pageUrl: z.string().nullish().describe('Where the page with all files is, if it was uploaded'),
        baseline: z.string().nullable().describe('How the base of the comparison was chosen, one sentence'),
      }),
      image: image(),
      efficiency: efficiency(),
      dive: dive(),
      layers: z.array(layer()),
      layerHeadroom: z.object({
        documented: z.object({ limit: count(), left: z.int() }),
        pull: z.object({ limit: count(), left: z.int() }),
      }),
      wastedFiles: z.array(wastedFile()).describe('The largest that own layers wrote, by bytes'),
      wastedFilesTotal: z
        .object({
          paths: count(),
          bytes: bytes(),
          state: z
            .object({ paths: count(), bytes: bytes() })
            .optional()
            .describe('Of these, what package managers write at every call, where no finding tells of it'),
        })
        .describe('Over all that own layers wrote, listed or not: their bytes are `wastedBytes`'),
      squash: squash().nullish().describe('Own layers that are worth merging; absent or null where none are'),
      squashed: squashed()
        .nullish()
        .describe(
          'What merging layers made of the image before it was weighed; absent or null where none were',
        ),
      packages: z.array(
        z.object({
          type: z.string().describe('dpkg, apk, npm, …'),
          name: z.string(),
          version: z.string(),
          bytes: bytes(),
          layers: z.array(count()),
        }),
      ),
      findings: z.array(findingSchema()),
      ignoredFindings: z
        .array(ignoredFindingSchema())
        .optional()
        .describe('What comments of the Dockerfile ignore: no part of findings, savings or combinedPatches'),
      leftOutFindings: z
        .array(leftOutFindingSchema())
        .optional()
        .describe(
          'How many findings the configuration and comments leave out: no part of findings or savings',
        ),
      combinedPatches: z
        .array(combinedPatch())
        .optional()
        .describe('Fixes of several findings that change the same lines, made together'),
      savings: z
        .object({
          bytes: bytes(),
          compressedBytes: bytes().nullable().optional(),
          editBytes: bytes().optional().describe('Of the bytes, what `deadweight fix` makes'),
        })
        .describe('Union of all findings: no byte counted twice'),
      trend: trendSchema()
        .nullish()
        .describe(
          'The weight of the branch over time, as its history branch has it; absent or null where there is none',
        ),
      comparison: comparison().nullable(),
      comparisonAbsence: notice().nullable().describe('Why there is no comparison, when one was asked for'),
      build: build().nullable(),
      budgets: budgetResults(),
      failOn: z
        .enum(FAIL_ON)
        .optional()
        .describe(
          'Least level of findings that fail the run, with those that comments ignore which a pull request adds',
        ),
      verdict: z.enum(['pass', 'warn', 'fail']),
      notices: z.array(notice()),
    })
    .describe('A Deadweight report'),
);

export type Report = z.infer<ReturnType<typeof reportSchema>>;
export type ReportFinding = Report['findings'][number];
export type ReportLayer = Report['layers'][number];
export type ReportWastedFile = Report['wastedFiles'][number];
export type ReportSquash = NonNullable<Report['squash']>;
export type ReportCause = NonNullable<Report['comparison']>['causes'][number];
export type ReportCausePlace = ReportCause['head'][number];
export type ReportFileDelta = ReportCause['files'][number];
export type ReportPackageDelta = ReportCause['packages'][number];
