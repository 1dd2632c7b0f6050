/** @file Objects across tiles: an ideal detector that sees one tile at a time finds what one that sees everything finds. */
import { randomFrom } from '../../../../../test/support/volumes';
import { paintInstances, placeInstance, type PlacedInstance } from './instances';
import { tilesOf, type Tile } from './tiles';

const random = randomFrom(5);
const [COLUMNS, ROWS] = [150, 117];
const SIZE = [48, 48] as const;

/** Discs apart from each other, some over the edge of the image: number by pixel. */
function discs(): { readonly truth: Uint16Array; readonly count: number } {
  const truth = new Uint16Array(COLUMNS * ROWS);
  let count = 0;
  for (let row = 0; row < 5; row++) {
    for (let column = 0; column < 7; column++) {
      const [x, y] = [column * 22 + 4 + random() * 6, row * 24 + 4 + random() * 6];
      const radius = 4 + random() * 4;
      const number = ++count;
      for (let at = 0; at < truth.length; at++) {
        const distance = Math.hypot((at % COLUMNS) - x, Math.floor(at / COLUMNS) - y);
        if (distance < radius) truth[at] = number;
      }
    }
  }
  return { truth, count };
}

/** What an ideal detector finds in a tile: a part of each disc that reaches into it. */
function seenIn({ box }: Tile, truth: Uint16Array) {
  const [columns, rows] = [SIZE[1], SIZE[0]];
  const masks = new Map<number, Float32Array>();
  for (let j = box.fromIjk[1]; j < box.toIjk[1]; j++) {
    for (let i = box.fromIjk[0]; i < box.toIjk[0]; i++) {
      const number = truth[j * COLUMNS + i];
      if (number === 0) continue;
      const mask = masks.get(number) ?? new Float32Array(rows * columns);
      mask[(j - box.fromIjk[1]) * columns + i - box.fromIjk[0]] = 0.9;
      masks.set(number, mask);
    }
  }
  return [...masks].map(([number, values]) => ({
    ...{ label: 1, score: 0.5 + number / 100 },
    mask: { left: 0, top: 0, columns, rows, values },
  }));
}

describe('objects across tiles', () => {
  it('are found whole and once', () => {
    const { truth, count } = discs();
    const slice = { fromIjk: [0, 0, 0], toIjk: [COLUMNS, ROWS, 1] } as const;
    const placed: PlacedInstance[] = [];
    const tiles = tilesOf(slice, SIZE, 0.5);
    expect(tiles.length).toBeGreaterThan(20);
    for (const [index, tile] of tiles.entries()) {
      for (const instance of seenIn(tile, truth)) {
        const one = placeInstance(instance, tile, index, [24, 24], 0.5);
        if (one) placed.push(one);
      }
    }
    expect(placed.length).toBeGreaterThan(count);
    const owners = new Uint16Array(truth.length);
    const painted = paintInstances(placed, owners, { left: 0, top: 0, columns: COLUMNS }, 0);
    expect(painted).toHaveLength(count);
    // The numbers are by score, which grows with the number of the disc.
    expect(Array.from(owners)).toEqual(
      Array.from(truth, (number) => (number === 0 ? 0 : count + 1 - number))
    );
  });

  it('keep one that is larger than what tiles share, and one smaller than the tile as it is', () => {
    const slice = { fromIjk: [3, 2, 0], toIjk: [33, 22, 1] } as const;
    const [tile, ...others] = tilesOf(slice, SIZE, 0.5);
    expect(others).toEqual([]);
    expect(tile.box).toEqual(slice);
    const [rows, columns] = SIZE;
    const values = new Float32Array(rows * columns).fill(1);
    const large = { label: 2, score: 1, mask: { left: 0, top: 0, columns, rows, values } };
    const one = placeInstance(large, tile, 0, [24, 24], 0.5);
    expect(one).toMatchObject({ left: 3, top: 2, columns: 30, rows: 20, label: 2 });
    const cut: Tile = { ...tile, cutsLeft: true };
    expect(placeInstance(large, cut, 0, [24, 24], 0.5)).toEqual(one);
    expect(placeInstance(large, cut, 0, [24, 31], 0.5)).toBeUndefined();
    // A mask is read where it lies: pixels of a part of the tile.
    const part = {
      left: 10,
      top: 5,
      columns: 40,
      rows: 4,
      values: new Float32Array(160).fill(0.4),
    };
    part.values.fill(0.6, 40, 160);
    const second = placeInstance({ label: 2, score: 1, mask: part }, tile, 0, [24, 24], 0.5);
    expect(second).toMatchObject({ left: 13, top: 8, columns: 20, rows: 3 });
  });

  it('in one tile may overlap: each pixel goes to the better one', () => {
    const square = (left: number, score: number, tile: number): PlacedInstance => ({
      ...{ label: 1, score, left, top: 0, columns: 4, rows: 1, tile },
      pixels: new Uint8Array(4).fill(1),
    });
    const paint = (...instances: PlacedInstance[]) => {
      const owners = new Uint16Array(8);
      paintInstances(instances, owners, { left: 0, top: 0, columns: 8 }, 0);
      return Array.from(owners);
    };
    expect(paint(square(1, 0.6, 0), square(0, 0.9, 0))).toEqual([1, 1, 1, 1, 2, 0, 0, 0]);
    // The same two from different tiles are one object seen twice.
    expect(paint(square(1, 0.6, 1), square(0, 0.9, 0))).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
  });
});
