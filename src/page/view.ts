import type { PageDocument } from '../report/html/page-document.ts';
import type { PageState } from './page-state.ts';
import type { PageTree } from './page-tree.ts';
import type { StateStore } from './state-store.ts';

/** What views are made from. */
export interface PageContext {
  readonly document: PageDocument;
  /** null where the page was made without the files, and until they are unpacked. */
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
  /** Whether it is made from the files: then it is made when they are there, and not without them. */
  readonly needsFiles: boolean;
  /** Why there is nothing to show, as a sentence; null where there is. */
  readonly absence: (document: PageDocument) => string | null;
  readonly open: (page: PageContext) => OpenView;
}
