import { isStateWorthTelling, isWorthMerging, tiesNothing } from './merge-worth.ts';
import { isSmall, isWorthTelling } from './worth-telling.ts';

/** Places of RUN instructions in their row, both inclusive. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** What one RUN of a row writes and a later one hides. Bytes. */
export interface WastefulPair extends Range {
  readonly bytes: number;
  /** Of these, what package managers have to rewrite. */
  readonly state: number;
  /** Of these, what the RUN that wrote it can clean up itself. */
  readonly cleanable: number;
}

/** RUNs of one row are rarely more than some tens, and of hundreds nobody merges those far apart. */
const MAX_LENGTH = 40;
/** Merges that are tried, and turn out to be impossible, for one row. */
const MAX_TRIES = 60;

/** Decides which RUNs of one row are worth merging. */
export class MergePlan {
  readonly #sizes: readonly number[];
  readonly #imageSize: number;
  readonly #pairs: readonly WastefulPair[];
  readonly #takesPart: (place: number, range: Range) => boolean;

  /**
   * @param sizes bytes of the layers that each RUN made
   * @param takesPart whether a RUN between others has to do with what they hide of each other
   */
  constructor(
    sizes: readonly number[],
    pairs: readonly WastefulPair[],
    imageSize: number,
    takesPart: (place: number, range: Range) => boolean,
  ) {
    this.#sizes = sizes;
    this.#pairs = pairs;
    this.#imageSize = imageSize;
    this.#takesPart = takesPart;
  }

  /**
   * The merges that save the most together, none of which shares a RUN with another.
   * @param isPossible asked for few of them: it may be slow
   */
  best(isPossible: (range: Range) => boolean): readonly Range[] {
    let candidates = this.#candidates();
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const chosen = bestApart(candidates);
      const failing = chosen.find(range => !isPossible(range));
      if (failing === undefined) return chosen;
      candidates = candidates.filter(range => range !== failing);
    }
    return [];
  }

  #candidates(): readonly Candidate[] {
    const firsts = [...new Set(this.#pairs.map(({ first }) => first))];
    const lasts = [...new Set(this.#pairs.map(({ last }) => last))];
    return firsts.flatMap(first =>
      lasts.flatMap(last => {
        if (last <= first || last - first >= MAX_LENGTH) return [];
        const saved = this.#savedBy({ first, last });
        return saved === null ? [] : [{ first, last, saved }];
      }),
    );
  }

  /** null where the merge is not worth it. */
  #savedBy(range: Range): number | null {
    const inside = this.#pairs.filter(pair => pair.first >= range.first && pair.last <= range.last);
    const saved = inside.reduce((sum, { bytes }) => sum + bytes, 0);
    const state = inside.reduce((sum, pair) => sum + pair.state, 0);
    const size = this.#imageSize;
    const isTold =
      !isSmall(saved, { size }) &&
      ((saved > state && isWorthTelling(saved - state, { size }, true)) ||
        isStateWorthTelling(saved, size, true));
    if (!isTold || this.#otherBytes(range, inside) > saved) return null;
    for (let place = range.first; place < range.last; place += 1) {
      if (!this.#givesUp(place, range, inside)) return null;
    }
    return saved;
  }

  /** Whether the end of the layer of the RUN at this place may go: each has to be worth it by itself. */
  #givesUp(place: number, range: Range, inside: readonly WastefulPair[]): boolean {
    const crossing = inside.filter(({ first, last }) => first <= place && place < last);
    const all = crossing.reduce((sum, { bytes }) => sum + bytes, 0);
    const rest = crossing.reduce((sum, { bytes, cleanable }) => sum + bytes - cleanable, 0);
    const sides = {
      below: this.#kept(range.first, place, inside),
      above: this.#kept(place + 1, range.last, inside),
    };
    const whole = { ...sides, saved: all };
    return isWorthMerging({ ...sides, saved: rest }) || (isWorthMerging(whole) && tiesNothing(whole));
  }

  #kept(from: number, to: number, inside: readonly WastefulPair[]): number {
    const written = this.#sizes.slice(from, to + 1).reduce((sum, size) => sum + size, 0);
    return inside.reduce(
      (sum, { first, bytes }) => (first >= from && first <= to ? sum - bytes : sum),
      written,
    );
  }

  /** Bytes of RUNs in the midst that have nothing to do with it. */
  #otherBytes({ first, last }: Range, inside: readonly WastefulPair[]): number {
    let bytes = 0;
    for (let place = first + 1; place < last; place += 1) {
      const isEnd = inside.some(pair => pair.first === place || pair.last === place);
      if (!isEnd && !this.#takesPart(place, { first, last })) bytes += this.#sizes[place] ?? 0;
    }
    return bytes;
  }
}

interface Candidate extends Range {
  readonly saved: number;
}

/** Of ranges that may share RUNs those that save the most together and do not; of equal ones the shorter. */
function bestApart(candidates: readonly Candidate[]): readonly Candidate[] {
  const sorted = candidates.toSorted((a, b) => a.last - b.last || b.first - a.first);
  const best: { readonly saved: number; readonly chosen: readonly Candidate[] }[] = [];
  const upTo = (count: number): (typeof best)[number] => best[count - 1] ?? { saved: 0, chosen: [] };
  for (const [index, candidate] of sorted.entries()) {
    const before = sorted.findLastIndex(({ last }, at) => at < index && last < candidate.first);
    const joined = upTo(before + 1);
    const without = upTo(index);
    const saved = joined.saved + candidate.saved;
    best.push(saved > without.saved ? { saved, chosen: [...joined.chosen, candidate] } : without);
  }
  return upTo(best.length).chosen;
}
