import type { PageDocument } from '../report/html/page-document.ts';
import type { PageState } from './page-state.ts';
import type { PageTree } from './page-tree.ts';
import type { StateStore } from './state-store.ts';

/** What views are made from. */
export interface PageContext {
  readonly document: PageDocument;
  /** null until they are unpacked, and where the page was made without. */
  readonly files: PageTree | null;
  readonly store: StateStore;
  /** Tells a screen reader what a choice led to. */
  readonly announce: (text: string) => void;
}

/** A view that was made, and follows the state. */
export interface OpenView {
  readonly element: HTMLElement;
  /** Called when it is shown, and at each change while it is. */
  readonly update: (state: PageState) => void;
}

/** One of the page's views. */
export interface View {
  /** In the address. */
  readonly id: string;
  readonly title: string;
  /** Whether the page has what it shows; it has no tab otherwise. */
  readonly isThere: (document: PageDocument) => boolean;
  /** @returns null until the files are there from which it is made */
  readonly open: (page: PageContext) => OpenView | null;
}
