/** What the page uses of d3-hierarchy: its own types ask for whole hierarchies, of which the tiling reads no more than this. */
declare module 'd3-hierarchy' {
  interface TreemapTile {
    readonly value: number;
    x0: number;
    y0: number;
    x1: number;
    y1: number;
  }

  /**
   * Lays out tiles in a rectangle, their areas as their values, as square as it can (Bruls, Huizing and van Wijk, 2000). Sets
   * the corners of each.
   * @param parent the tiles, largest first, and the sum of their values
   */
  export function treemapSquarify(
    parent: { readonly value: number; readonly children: readonly TreemapTile[] },
    x0: number,
    y0: number,
    x1: number,
    y1: number,
  ): void;
}
