/**
 * @file Where the mouse is: a point of the patient in the plane that a viewport shows.
 */
import type { Geometry } from '../volume/geometry';
import type { Vec3 } from '../volume/vector';
import { isInImage, voxelAt, type DrawingPlane } from './brush';

export interface Place {
  /** On the plane of the viewport (LPS, mm). */
  readonly pointLps: Vec3;
  readonly plane: DrawingPlane;
  /** Grid of the series that is drawn on. */
  readonly geometry: Geometry;
  /** Size of a screen pixel in the patient (mm). */
  readonly mmPerPixel: number;
}

/** The voxel at a place; it may lie outside of the image. */
export const voxelOf = ({ pointLps, geometry, plane }: Place): Vec3 =>
  voxelAt(pointLps, geometry, plane);

export const isOnImage = (place: Place): boolean => isInImage(voxelOf(place), place.geometry.size);
