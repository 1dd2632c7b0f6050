/** @file A LabelVolume without its class, as it travels to a worker: geometry as options. */
import { Geometry, type GeometryOptions } from './geometry';
import type { LabelLayer, LabelSegment, LabelVolume } from './label-volume';

export interface LabelMessage {
  readonly geometry: GeometryOptions;
  readonly layers: readonly LabelLayer[];
  readonly segments: readonly LabelSegment[];
}

export function toLabelMessage({ geometry, layers, segments }: LabelVolume): LabelMessage {
  return { geometry: geometry.toOptions(), layers, segments };
}

export function fromLabelMessage({ geometry, layers, segments }: LabelMessage): LabelVolume {
  return { geometry: new Geometry(geometry), layers, segments };
}

/** Buffers that can move to or from a worker; those in shared memory are there already. */
export function labelBuffers({ layers }: LabelMessage): ArrayBuffer[] {
  const buffers = layers.map(({ buffer }) => buffer);
  return [...new Set(buffers)].filter((buffer) => buffer instanceof ArrayBuffer);
}
