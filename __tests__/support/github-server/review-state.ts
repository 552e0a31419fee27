import { movedSpan, type Span } from './diff.ts';
import type { Account, FakeFile } from './state.ts';

export interface FakeReviewComment {
  readonly id: number;
  readonly review: number;
  readonly pullRequest: number;
  readonly author: Account;
  readonly path: string;
  /** Commit whose lines it was made on. */
  readonly commit: string;
  readonly original: Span;
  /** Of its lines, as that commit has them. */
  readonly texts: readonly string[];
  readonly replyTo: number | null;
  readonly createdAt: string;
  updatedAt: string;
  body: string;
}

export interface FakeReview {
  readonly id: number;
  readonly pullRequest: number;
  readonly author: Account;
  readonly body: string;
  readonly commit: string;
}

/** The reviews of all pull requests, and their comments. */
export class ReviewState {
  readonly #reviews = new Map<number, FakeReview>();
  readonly #comments = new Map<number, FakeReviewComment>();

  reviews(pullRequest: number): FakeReview[] {
    return [...this.#reviews.values()].filter(review => review.pullRequest === pullRequest);
  }

  comments(pullRequest: number): FakeReviewComment[] {
    return [...this.#comments.values()].filter(comment => comment.pullRequest === pullRequest);
  }

  comment(id: number): FakeReviewComment | undefined {
    return this.#comments.get(id);
  }

  addReview(review: FakeReview): void {
    this.#reviews.set(review.id, review);
  }

  addComment(comment: FakeReviewComment): void {
    this.#comments.set(comment.id, comment);
  }

  /** A review without a text goes with its last comment. */
  remove(id: number): void {
    const comment = this.#comments.get(id);
    this.#comments.delete(id);
    const review = this.#reviews.get(comment?.review ?? 0);
    const isEmpty = ![...this.#comments.values()].some(other => other.review === review?.id);
    if (review && isEmpty && review.body === '') this.#reviews.delete(review.id);
  }

  /** Where a comment stands in the diff of a head; null when it is outdated there. */
  place(comment: FakeReviewComment, head: string, files: readonly FakeFile[]): Span | null {
    if (comment.commit === head) return comment.original;
    return movedSpan(files, comment.path, comment.texts, comment.original.start);
  }
}
