import fc from 'fast-check';
import { gridAt, labelVolume, masksOn } from '../../../../test/support/segments';
import { Geometry } from '../volume/geometry';
import { countVoxels } from '../volume/label-volume';
import { scale, type Vec3 } from '../volume/vector';
import { ontoCommonGrid } from './common-grid';
import { overlap } from './overlap';
import { voxelsOf } from './segment-voxels';

/** The same voxels stored in another order: `axes` names the old axis of each new one, `flips` reverses it. */
function restored(
  geometry: Geometry,
  layer: Uint8Array,
  axes: readonly number[],
  flips: readonly boolean[]
): { readonly geometry: Geometry; readonly layer: Uint8Array } {
  const steps = [
    scale(geometry.rowDirection, geometry.spacingMm[0]),
    scale(geometry.columnDirection, geometry.spacingMm[1]),
    scale(geometry.normal, geometry.spacingMm[2]),
  ].map((step, axis) => (flips[axes.indexOf(axis)] ? scale(step, -1) : step));
  const size = axes.map((axis) => geometry.size[axis]);
  const toOld = (index: readonly number[]) => {
    const old: [number, number, number] = [0, 0, 0];
    axes.forEach((axis, n) => (old[axis] = flips[n] ? size[n] - 1 - index[n] : index[n]));
    return old;
  };
  const positions = Array.from({ length: size[2] }, (_, k) => geometry.ijkToLps(toOld([0, 0, k])));
  const length = (step: Vec3) => Math.hypot(...step);
  const changed = new Geometry({
    columns: size[0],
    rows: size[1],
    pixelSpacingMm: [length(steps[axes[0]]), length(steps[axes[1]])],
    rowDirection: steps[axes[0]],
    columnDirection: steps[axes[1]],
    slicePositionsLps: positions,
    sliceThicknessMm: length(steps[axes[2]]),
  });
  const voxels = new Uint8Array(layer.length);
  let at = 0;
  for (let k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++) {
        const [x, y, z] = toOld([i, j, k]);
        voxels[at++] = layer[x + geometry.size[0] * (y + geometry.size[1] * z)];
      }
    }
  }
  return { geometry: changed, layer: voxels };
}

const base = gridAt(4, 3, [0.7, 1.5], [10, 12, 14, 16, 18]);
/** Reorderings that keep the slices ascending along the normal: rotations of the box onto itself. */
const orders = [
  [
    [0, 1, 2],
    [true, true, false],
  ],
  [
    [0, 1, 2],
    [true, false, true],
  ],
  [
    [0, 1, 2],
    [false, true, true],
  ],
  [
    [1, 2, 0],
    [false, false, false],
  ],
  [
    [2, 0, 1],
    [true, true, false],
  ],
  [
    [1, 0, 2],
    [true, false, false],
  ],
  [
    [2, 1, 0],
    [false, false, true],
  ],
] as const;

describe('a common grid', () => {
  it('finds the same voxels again in any order of axes and direction', () => {
    fc.assert(
      fc.property(masksOn(base), fc.constantFrom(...orders), (layer, [axes, flips]) => {
        const other = restored(base, layer, axes, flips);
        const [a, b] = ontoCommonGrid(
          labelVolume(base, layer, [1]),
          labelVolume(other.geometry, other.layer, [1])
        );
        expect(a.geometry.matches(b.geometry)).toBe(true);
        const { referenceVoxels, sharedVoxels, candidateVoxels } = overlap(
          voxelsOf(a, a.segments[0]),
          voxelsOf(b, b.segments[0])
        );
        expect(sharedVoxels).toBe(referenceVoxels);
        expect(candidateVoxels).toBe(referenceVoxels);
      })
    );
  });

  it('joins a part without empty slices to the whole', () => {
    const whole = labelVolume(base, new Uint8Array(base.voxelCount).fill(1), [1]);
    const slices = gridAt(4, 3, [0.7, 1.5], [12, 14, 18]);
    const part = labelVolume(slices, new Uint8Array(slices.voxelCount).fill(1), [1]);
    const [a, b] = ontoCommonGrid(whole, part);
    expect(b.geometry.sliceOffsetsMm).toEqual([0, 2, 4, 6, 8]);
    expect(countVoxels(b, b.segments[0])).toBe(36);
    expect(overlap(voxelsOf(a, a.segments[0]), voxelsOf(b, b.segments[0])).dice).toBe(
      (2 * 36) / (60 + 36)
    );
  });

  it('holds both of two parts that do not touch', () => {
    const low = gridAt(4, 3, [1, 1], [0, 2]);
    const high = gridAt(4, 3, [1, 1], [8, 10]);
    const ones = () => new Uint8Array(low.voxelCount).fill(1);
    const [a, b] = ontoCommonGrid(labelVolume(low, ones(), [1]), labelVolume(high, ones(), [1]));
    expect(a.geometry.size).toEqual([4, 3, 4]);
    expect(overlap(voxelsOf(a, a.segments[0]), voxelsOf(b, b.segments[0])).dice).toBe(0);
  });

  it('keeps single slices at different places apart, and finds those at the same one', () => {
    const at = (mm: number) => gridAt(4, 3, [1, 1], [mm]);
    const dice = (mm: number) => {
      const ones = new Uint8Array(12).fill(1);
      const [a, b] = ontoCommonGrid(
        labelVolume(at(0), ones, [1]),
        labelVolume(at(mm), ones.slice(), [1])
      );
      return overlap(voxelsOf(a, a.segments[0]), voxelsOf(b, b.segments[0])).dice;
    };
    expect(dice(60)).toBe(0);
    expect(dice(0.5)).toBe(0);
    expect(dice(0.001)).toBe(1);
  });

  it.each<[string, Geometry]>([
    ['half a pixel aside', gridAt(4, 3, [0.7, 1.5], [11, 13, 15, 17, 19])],
    ['other pixels', gridAt(4, 3, [0.8, 1.5], [10, 12, 14, 16, 18])],
    ['sheared', gridAt(4, 3, [0.7, 1.5], [10, 12, 14, 16, 18], [0, 1, 2, 3, 4])],
    [
      'turned by a few degrees',
      new Geometry({
        ...base.toOptions(),
        rowDirection: [Math.cos(0.05), Math.sin(0.05), 0],
        columnDirection: [-Math.sin(0.05), Math.cos(0.05), 0],
      }),
    ],
  ])('refuses what would take resampling: %s', (_, geometry) => {
    const labels = (grid: Geometry) => labelVolume(grid, new Uint8Array(grid.voxelCount), [1]);
    expect(() => ontoCommonGrid(labels(base), labels(geometry))).toThrow(
      expect.objectContaining({ code: 'GRIDS_DIFFER' })
    );
  });
});
