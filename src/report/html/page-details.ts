import type { WasteReason } from '../../analysis/waste-reason.ts';
import type { Phrase, SourceLines } from '../../base/phrase.ts';
import type { Patch } from '../../findings/fix/patch-lines.ts';
import type { ReportTrend } from '../trend-schema.ts';

/** What the page is told of packages, of waste, of fixes and of the build. Bytes and milliseconds. */
export interface PageDetails {
  readonly packages: PagePackages;
  readonly waste: PageWaste;
  readonly fixes: PageFixes;
  /** null where nothing was built. */
  readonly build: PageBuild | null;
  /** null where there is no history. */
  readonly trend: ReportTrend | null;
  /** null on a page of one image. */
  readonly shared: PageShared | null;
}

/** What several images share. */
export interface PageShared {
  readonly tables: readonly PageTable[];
  /** On files that are the same in different layers; empty where there are none. */
  readonly note: Phrase;
}

/** A table that the page shows as it is. */
export interface PageTable {
  readonly title: string;
  readonly columns: readonly PageColumn[];
  /** A cell a column: texts, or numbers in the column's unit. Not empty. */
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface PageColumn {
  readonly title: string;
  /** Of numbers; null of texts. */
  readonly unit: 'bytes' | 'count' | null;
  /** By what the rows are sorted that are sorted by it; null where they are not. */
  readonly sort: 'size' | 'name' | 'delta' | 'waste' | 'count' | null;
}

export interface PagePackages {
  /** Those of the head, largest first, and those that it has no more. */
  readonly list: readonly PagePackage[];
  /** Whether the packages of both images are known. */
  readonly isCompared: boolean;
  /** What the listed changes leave of the image's change of size; 0 where nothing is compared. */
  readonly otherDelta: number;
  /** Sentences on what is left out. */
  readonly notes: readonly string[];
}

/** What is of one type and name. */
export interface PagePackage {
  readonly type: string;
  readonly name: string;
  /** Of copies in several versions, all; null where it is not there. */
  readonly before: string | null;
  readonly after: string | null;
  readonly copies: number;
  /** Of its files that the final filesystem shows. */
  readonly bytes: number;
  /** Of its files in all layers; null where nothing is compared. */
  readonly delta: number | null;
  /** Of the head, that have bytes of it, seen in the end or hidden; ascending. */
  readonly layers: readonly number[];
}

/** Bytes of own layers that the final filesystem does not show. */
export interface PageWaste {
  readonly bytes: number;
  /** Paths that have some. */
  readonly paths: number;
  /** With the unlisted bytes they add up to `bytes`; largest first. */
  readonly flows: readonly WasteFlow[];
  /** The largest, largest first. */
  readonly files: readonly WastedPath[];
  /** Of paths whose layers are not known: there are some where the page was made from a report alone. */
  readonly unlistedBytes: number;
  /** How each reason is called. */
  readonly reasons: Readonly<Record<WasteReason, string>>;
  /** Sentences on what else is to be known of them. */
  readonly notes: readonly string[];
  /** What merging layers would bring, with the command; null where none are worth it. */
  readonly squash: { readonly sentence: Phrase; readonly command: string } | null;
}

/** What one layer wrote and one layer hid, for one reason. */
export interface WasteFlow {
  readonly from: number;
  readonly to: number;
  readonly reason: WasteReason | null;
  readonly bytes: number;
  /** Files. */
  readonly count: number;
}

export interface WastedPath {
  /** Clean and relative. */
  readonly path: string;
  readonly from: number;
  readonly to: number;
  readonly reason: WasteReason | null;
  readonly bytes: number;
}

export interface PageFixes {
  /** `Fixes: 2 would save 21.3 MB; …`. */
  readonly summary: Phrase;
  readonly findings: readonly PageFinding[];
  readonly combinedPatches: readonly { readonly findings: readonly number[]; readonly patch: Patch }[];
  /** What all findings save, no byte counted twice. */
  readonly bytes: number;
  /** What those with edits save, no byte counted twice; null where the report does not tell. */
  readonly editBytes: number | null;
  /** Of the image as it is. */
  readonly size: number;
  /** What comments ignore; null where they ignore nothing. */
  readonly ignored: Phrase | null;
}

export interface PageFinding {
  readonly rule: string;
  /** Address of the rule's page; null where it has none. */
  readonly url: string | null;
  readonly severity: 'error' | 'warning' | 'info';
  /** The sentence that all reports have of it. */
  readonly sentence: Phrase;
  readonly location: SourceLines | null;
  readonly layers: readonly number[];
  /** The largest; of a directory, with a slash at the end. */
  readonly paths: readonly { readonly path: string; readonly bytes: number }[];
  readonly fileCount: number;
  /** null where the fix frees nothing, or nobody knows what. */
  readonly saving: PageSaving | null;
  /** What the fix changes; null where it has to be made by hand, or cannot be shown. */
  readonly patch: Patch | null;
  /** Whether it has edits, shown or not. */
  readonly hasEdits: boolean;
  /** Why `deadweight fix` does not make it as it is, or that it makes what cannot be shown; null where it makes the patch. */
  readonly remark: Phrase | null;
}

export interface PageSaving {
  readonly bytes: number;
  /** Of them, what no finding above saves already. */
  readonly addedBytes: number;
  /** null where it was not measured. */
  readonly compressedBytes: number | null;
  readonly basis: 'predicted' | 'proven';
}

export interface PageBuild {
  readonly sentence: Phrase;
  readonly durationMs: number | null;
  readonly steps: readonly PageStep[];
  /** Index of the step at which the cache broke; null where it did not. */
  readonly cacheBreak: number | null;
  /** What is said below that step. */
  readonly breakText: string;
  readonly warnings: readonly { readonly sentence: Phrase; readonly url: string | null }[];
}

export interface PageStep {
  /** `builder 2/5`: the stage, and which of its steps it is; null where BuildKit does not say so. */
  readonly stage: string | null;
  readonly title: string;
  readonly place: SourceLines | null;
  readonly platform: string | null;
  /** Whether the image is made of it. */
  readonly onFinalChain: boolean;
  readonly outcome: 'cached' | 'executed' | 'failed' | 'not-needed' | 'skipped';
  /** `cached`, `1.2 s (0.4 s pulling)`, `failed`. */
  readonly outcomeText: string;
  readonly durationMs: number | null;
  readonly pullMs: number;
}
