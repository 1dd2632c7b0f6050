/**
 * @file Label layers that grow as needed: a segment goes into the first layer where none of its voxels is taken.
 * Complexity O(set voxels · layers); memory one value a voxel and layer, limited before it is allocated.
 */
import type { LabelLayer, Vec3 } from '@cordon/extension-workbench/pure';
import { overLimit } from '../../part10/errors';
import { otherGrid } from '../errors';
import type { BitFrames } from './frame-pixels';
import type { Placement } from './grid';

export interface PlacedFrame {
  readonly index: number;
  readonly placement: Placement;
}

export class Layers {
  readonly layers: LabelLayer[] = [];
  private readonly voxelCount: number;

  constructor(
    private readonly size: Vec3,
    /** Pixels of a row of a frame, and rows. */
    private readonly frameColumns: number,
    private readonly frameRows: number,
    private readonly wide: boolean,
    private readonly byteLimit: number
  ) {
    this.voxelCount = size[0] * size[1] * size[2];
  }

  /** A new layer; throws `DICOM_OVER_LIMIT` when it would take too much memory. */
  addLayer(): LabelLayer {
    const bytes = this.voxelCount * (this.wide ? 2 : 1);
    if (bytes * (this.layers.length + 1) > this.byteLimit) {
      throw overLimit(
        `${this.layers.length + 1} layers of overlapping segments take ${bytes * (this.layers.length + 1)} bytes, ` +
          `the limit is ${this.byteLimit}`
      );
    }
    const layer = this.wide ? new Uint16Array(this.voxelCount) : new Uint8Array(this.voxelCount);
    this.layers.push(layer);
    return layer;
  }

  /** Puts the set bits of a segment's frames into a layer, whose number is returned. */
  addSegment(segmentNumber: number, frames: readonly PlacedFrame[], pixels: BitFrames): number {
    let index = 0;
    while (index < this.layers.length && !this.isFree(this.layers[index], frames, pixels)) index++;
    const layer = this.layers[index] ?? this.addLayer();
    for (const { index: frame, placement } of frames) {
      this.forEachSetBit(frame, placement, pixels, (voxel) => {
        layer[voxel] = segmentNumber;
        return true;
      });
    }
    return index;
  }

  /** Puts the labels of a frame into the first layer; `renumber[value]` is the number of a label, 0 for none. */
  addLabels(values: LabelLayer, placement: Placement, renumber: Uint16Array): void {
    const layer = this.layers[0] ?? this.addLayer();
    const walk = this.walk(placement);
    for (let row = 0, pixel = 0; row < this.frameRows; row++) {
      for (let column = 0; column < this.frameColumns; column++, pixel++) {
        const label = renumber[values[pixel]];
        if (label !== 0) layer[walk(column, row)] = label;
      }
    }
  }

  private isFree(layer: LabelLayer, frames: readonly PlacedFrame[], pixels: BitFrames): boolean {
    return frames.every(({ index, placement }) =>
      this.forEachSetBit(index, placement, pixels, (voxel) => layer[voxel] === 0)
    );
  }

  /** Calls `visit` with the voxel of every set bit until it returns false; true when it never did. */
  private forEachSetBit(
    frame: number,
    placement: Placement,
    { bits, strideBits }: BitFrames,
    visit: (voxel: number) => boolean
  ): boolean {
    const walk = this.walk(placement);
    const first = frame * strideBits;
    const count = this.frameColumns * this.frameRows;
    let byte = Math.floor(first / 8);
    for (let pixel = -(first - byte * 8); pixel < count; pixel += 8, byte++) {
      let value = bits[byte];
      for (let at = pixel; value !== 0; at++, value >>>= 1) {
        if ((value & 1) === 0 || at < 0 || at >= count) continue;
        const row = Math.floor(at / this.frameColumns);
        if (!visit(walk(at - row * this.frameColumns, row))) return false;
      }
    }
    return true;
  }

  /** Index of the voxel at a frame's column and row; throws `SEG_OTHER_GRID` outside the grid. */
  private walk({
    originIjk,
    columnStep,
    rowStep,
  }: Placement): (column: number, row: number) => number {
    const [columns, rows, slices] = this.size;
    const last = [this.frameColumns - 1, this.frameRows - 1];
    const strides = [1, columns, columns * rows];
    const strideOf = (step: Vec3) =>
      step[0] * strides[0] + step[1] * strides[1] + step[2] * strides[2];
    const origin = strideOf(originIjk);
    const [columnStride, rowStride] = [strideOf(columnStep), strideOf(rowStep)];
    const isInside = this.size.every((extent, axis) => {
      const ends = [0, last[0] * columnStep[axis], last[1] * rowStep[axis]];
      ends.push(ends[1] + ends[2]);
      return ends.every((end) => originIjk[axis] + end >= 0 && originIjk[axis] + end < extent);
    });
    if (isInside) return (column, row) => origin + column * columnStride + row * rowStride;
    return (column, row) => {
      const i = originIjk[0] + column * columnStep[0] + row * rowStep[0];
      const j = originIjk[1] + column * columnStep[1] + row * rowStep[1];
      const k = originIjk[2] + column * columnStep[2] + row * rowStep[2];
      if (i < 0 || j < 0 || k < 0 || i >= columns || j >= rows || k >= slices) {
        throw otherGrid('some of its voxels lie outside the images');
      }
      return i + columns * (j + rows * k);
    };
  }
}
