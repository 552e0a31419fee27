import { sumOf } from './sum.ts';

/** A tile of a treemap: how much it stands for, and the rectangle that it gets. */
export interface Tile {
  /** More than zero. */
  readonly value: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where rows of tiles have room. */
interface Room {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the sides of a tile are to be like: the golden ratio. */
const RATIO = (1 + Math.sqrt(5)) / 2;

/**
 * Lays out tiles in a rectangle, their areas as their values, as square as it can, row by row along the shorter side
 * (Bruls, Huizing and van Wijk, 2000).
 * @param tiles largest first; they get their rectangles
 */
export function squarify(tiles: readonly Tile[], within: Room): void {
  let left = sumOf(tiles, ({ value }) => value);
  let room = within;
  for (let start = 0; start < tiles.length; ) {
    const end = rowEnd(tiles, start, left, room);
    const row = tiles.slice(start, end);
    const value = sumOf(row, tile => tile.value);
    room = placeRow(row, value, value / left, room);
    left -= value;
    start = end;
  }
}

/** Tiles are added to a row for as long as the worst of their shapes becomes no worse. */
function rowEnd(tiles: readonly Tile[], start: number, left: number, { width, height }: Room): number {
  const scale = Math.max(height / width, width / height) / (left * RATIO);
  const largest = tiles[start]?.value ?? 0;
  let sum = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let end = start; end < tiles.length; end += 1) {
    const value = tiles[end]?.value ?? 0;
    sum += value;
    const square = sum * sum * scale;
    const worst = Math.max(largest / square, square / value);
    if (worst > least) return end;
    least = worst;
  }
  return tiles.length;
}

/** @param share of the room that the row takes. @returns the room that it leaves */
function placeRow(row: readonly Tile[], value: number, share: number, room: Room): Room {
  const isAcross = room.width < room.height;
  const width = room.width * (isAcross ? 1 : share);
  const height = room.height * (isAcross ? share : 1);
  let { x, y } = room;
  for (const tile of row) {
    const part = tile.value / value;
    tile.x = x;
    tile.y = y;
    tile.width = isAcross ? width * part : width;
    tile.height = isAcross ? height : height * part;
    if (isAcross) x += tile.width;
    else y += tile.height;
  }
  return isAcross
    ? { x: room.x, y: room.y + height, width, height: room.height - height }
    : { x: room.x + width, y: room.y, width: room.width - width, height };
}
