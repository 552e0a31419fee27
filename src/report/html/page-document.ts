import type { Phrase, SourceLines } from '../../base/phrase.ts';
import type { PageDetails } from './page-details.ts';
import type { PageWords } from './page-words.ts';

/**
 * What the page is told beside the files, as JSON: the report in words and figures as its views show them. All of it is
 * made where the report is, so that the page has the other renderers' sentences. Text may be from anywhere.
 */
export interface PageDocument {
  readonly head: PageHead;
  readonly layers: readonly PageLayer[];
  /** Layers that the baseline alone has. */
  readonly removedLayers: readonly PageRemovedLayer[];
  readonly baseImageName: string | null;
  readonly dockerfiles: readonly PageDockerfile[];
  readonly files: PageFiles | null;
  /** What stands below all views: what is left out, and what made the page. */
  readonly notes: readonly string[];
  readonly details: PageDetails;
  readonly words: PageWords;
}

/** What stands above all views. */
export interface PageHead {
  readonly title: string;
  readonly platform: string;
  /** `398.1 → 410.5 MB`, or `410.5 MB` where nothing is compared. */
  readonly size: string;
  /** `+12.4 MB (+3.1 %)`; null without a comparison. */
  readonly change: string | null;
  readonly layers: string | null;
  readonly verdict: string | null;
  readonly status: 'pass' | 'warn' | 'fail';
  /** Why there is no comparison, exceeded budgets, what changed and why, how the baseline was chosen. */
  readonly sentences: readonly PageSentence[];
  readonly figures: readonly PageFigure[];
  /** What tells baseline and head apart in the titles of columns; null where nothing does. */
  readonly names: { readonly base: string | null; readonly head: string | null };
  readonly notices: readonly string[];
}

/** A sentence that stands above all views. */
export interface PageSentence {
  readonly content: Phrase;
  /** Of the head, that it is about, and its first part is a number of bytes of; empty where it is about no layer. */
  readonly layers: readonly number[];
}

/** A row of the table of figures. */
export interface PageFigure {
  readonly name: string;
  /** null where nothing is compared. */
  readonly base: string | null;
  readonly head: string;
  /** null where nothing is compared; `=` when it did not change. */
  readonly delta: string | null;
  readonly trend: 'better' | 'worse' | 'same' | null;
  readonly budgets: readonly {
    readonly status: 'pass' | 'warn' | 'fail' | 'skipped';
    readonly text: string;
  }[];
}

/** A layer of the head. Bytes and milliseconds; null where it is not known, or nothing is compared. */
export interface PageLayer {
  readonly index: number;
  readonly origin: 'base' | 'own' | 'unknown';
  readonly title: string;
  readonly place: SourceLines | null;
  readonly size: number;
  readonly compressedSize: number | null;
  readonly wastedBytes: number;
  readonly fileCount: number;
  readonly change: 'added' | 'removed' | 'changed' | 'unchanged' | null;
  readonly delta: number | null;
  /** What a machine with the baseline's image downloads of it, and whether that is compressed. */
  readonly pull: { readonly bytes: number; readonly isCompressed: boolean } | null;
  readonly cache: 'cached' | 'executed' | 'unknown';
  readonly durationMs: number | null;
}

export interface PageRemovedLayer {
  readonly title: string;
  readonly place: SourceLines | null;
  readonly size: number;
}

/** A Dockerfile of the build. */
export interface PageDockerfile {
  readonly file: string;
  /** Without line ends; `lines[0]` is line 1. */
  readonly lines: readonly string[];
  readonly instructions: readonly PageInstruction[];
}

/** One instruction of a Dockerfile. Lines are 1-based, inclusive. */
export interface PageInstruction {
  readonly keyword: string;
  readonly startLine: number;
  readonly endLine: number;
  /** Layers that are of its lines, or of more lines that its own are among. */
  readonly layers: readonly number[];
  /** What the build did with it: `cached`, `1.2 s`, `not needed`; null where it does not tell. */
  readonly outcome: string | null;
  readonly durationMs: number | null;
}

/** Of the table of files. */
export interface PageFiles {
  /** Paths that were joined to rows of their directories. */
  readonly foldedCount: number;
  /** Bytes of layers whose files are not known one by one, and the same of the head − of the baseline. */
  readonly unlistedBytes: number;
  readonly unlistedDelta: number;
  readonly isCompared: boolean;
}
