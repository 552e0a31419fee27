interface PathScore {
  cumulative: number;
  /** −1 until the path was counted: dive sums that up too. */
  minimum: number;
  count: number;
}

/** What dive keeps of each path that was a leaf in some layer. */
export class DiveScores {
  readonly #paths = new Map<string, PathScore>();

  /** Has the path take part in the sums, counted or not. */
  touch(path: string): PathScore {
    const known = this.#paths.get(path);
    if (known !== undefined) return known;
    const score = { cumulative: 0, minimum: -1, count: 0 };
    this.#paths.set(path, score);
    return score;
  }

  add(path: string, bytes: number): void {
    const score = this.touch(path);
    score.cumulative += bytes;
    if (score.minimum < 0 || bytes < score.minimum) score.minimum = bytes;
    score.count += 1;
  }

  /** Bytes are those of the paths that were counted more than once. */
  totals(): { readonly efficiency: number; readonly wastedBytes: number } {
    let minimum = 0;
    let cumulative = 0;
    let wastedBytes = 0;
    for (const score of this.#paths.values()) {
      minimum += score.minimum;
      cumulative += score.cumulative;
      if (score.count > 1) wastedBytes += score.cumulative;
    }
    return { efficiency: cumulative === 0 ? 1 : minimum / cumulative, wastedBytes };
  }
}
