import { treemapSquarify } from 'd3-hierarchy';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { squarify } from '../../src/page/squarify.ts';
import { times } from '../support/long.ts';

const rooms = fc.record({
  x: fc.integer({ min: 0, max: 2000 }),
  y: fc.integer({ min: 0, max: 2000 }),
  width: fc.integer({ min: 1, max: 3000 }),
  height: fc.integer({ min: 1, max: 3000 }),
});

it('lays out tiles as d3-hierarchy does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 60 }),
      rooms,
      (values, room) => {
        const sorted = values.sort((a, b) => b - a);
        const tiles = sorted.map(value => ({ value, x: 0, y: 0, width: 0, height: 0 }));
        squarify(tiles, room);
        const children = sorted.map(value => ({ value, x0: 0, y0: 0, x1: 0, y1: 0 }));
        const value = sorted.reduce((sum, each) => sum + each, 0);
        const { x, y, width, height } = room;
        treemapSquarify({ value, children }, x, y, x + width, y + height);
        for (const [index, tile] of tiles.entries()) {
          const { x0 = 0, y0 = 0, x1 = 0, y1 = 0 } = children[index] ?? {};
          expect(tile.x).toBeCloseTo(x0, 5);
          expect(tile.y).toBeCloseTo(y0, 5);
          expect(tile.width).toBeCloseTo(x1 - x0, 5);
          expect(tile.height).toBeCloseTo(y1 - y0, 5);
        }
      },
    ),
    { numRuns: times(200) },
  );
});
