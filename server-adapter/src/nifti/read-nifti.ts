/**
 * @file Reads NIfTI-1 volumes (.nii, .nii.gz): images in their units and label volumes.
 *
 * Voxels keep the order of the file, except that slices are turned round when the array is left-handed, so that they ascend
 * along the normal; `isFlipped` says so. Nothing is guessed from the order of the array: positions come from the affine.
 */
import {
  unnamedSegment,
  type ImageVolume,
  type LabelVolume,
  type VoxelArray,
} from '@cordon/extension-workbench/pure';
import { constants, gunzipSync } from 'node:zlib';
import { gridOf, type NiftiGrid } from './affine';
import { datatypeOf, readNumbers, type NumberArray } from './datatypes';
import { HEADER_BYTES, parseHeader, type NiftiHeader, type NiftiSpace } from './header';
import { niftiDamaged, niftiUnsupported, notLabels } from './nifti-error';
import { scaledVoxels } from './scaling';
import { segmentColour } from './segment-colour';

/** What a NIfTI output must repeat of its input. */
export interface NiftiTemplate {
  readonly space: NiftiSpace;
  readonly isFlipped: boolean;
}

export interface NiftiImage {
  readonly volume: ImageVolume;
  readonly template: NiftiTemplate;
  readonly warnings: readonly string[];
}

export interface NiftiLabels {
  readonly labels: LabelVolume;
  readonly template: NiftiTemplate;
  readonly warnings: readonly string[];
}

/** More voxels than this are not read. */
const MOST_VOXELS = 2 ** 31;
/** As much of a packed file as surely unpacks to a header. */
const PACKED_HEADER_BYTES = 4096;

/** Reads an image. Throws a CordonError with a code `NIFTI_…`. */
export function readNiftiImage(file: Uint8Array): NiftiImage {
  const { header, grid, numbers } = readArray(file);
  const { voxels, warnings } = scaledVoxels(numbers, header.slope, header.intercept);
  return {
    volume: {
      geometry: grid.geometry,
      voxels: grid.isFlipped ? turnSlices(voxels, header.size) : voxels,
      modality: '',
      unit: '',
    },
    template: { space: header.space, isFlipped: grid.isFlipped },
    warnings: [...grid.warnings, ...warnings],
  };
}

/** Reads labels: each value other than 0 is a segment of that number. Throws `NIFTI_NOT_LABELS`. */
export function readNiftiLabels(file: Uint8Array): NiftiLabels {
  const { header, grid, numbers } = readArray(file);
  const isPlain = header.slope === 0 || Number.isNaN(header.slope);
  const [slope, intercept] = isPlain ? [1, 0] : [header.slope, header.intercept];
  const layer = new Uint16Array(numbers.length);
  for (let at = 0; at < layer.length; at++) {
    const value = Number(numbers[at]) * slope + intercept;
    layer[at] = value;
    if (layer[at] !== value) throw notLabels(`it has the value ${value}`);
  }
  const present = new Uint8Array(65536);
  for (const value of layer) present[value] = 1;
  const segments = [...present.keys()]
    .filter((number) => number > 0 && present[number] === 1)
    .map((number) => ({ ...unnamedSegment(number, segmentColour(number)), number, layer: 0 }));
  const turned = grid.isFlipped ? turnSlices(layer, header.size) : layer;
  return {
    labels: { geometry: grid.geometry, layers: [turned], segments },
    template: { space: header.space, isFlipped: grid.isFlipped },
    warnings: grid.warnings,
  };
}

/** Only the header of a file, packed or not. Throws a CordonError with a code `NIFTI_…`. */
export const readNiftiHeader = (file: Uint8Array): NiftiHeader => parseHeader(unpackHeader(file));

/** True when the bytes begin like a NIfTI-1 file, packed or not. */
export function looksLikeNifti(file: Uint8Array): boolean {
  try {
    parseHeader(unpackHeader(file));
    return true;
  } catch {
    return false; // the question is whether it can be read
  }
}

function readArray(file: Uint8Array): {
  readonly header: NiftiHeader;
  readonly grid: NiftiGrid;
  readonly numbers: NumberArray;
} {
  const header = parseHeader(unpackHeader(file));
  const type = datatypeOf(header.datatype);
  const voxels = header.size[0] * header.size[1] * header.size[2];
  if (header.volumes > 1) {
    throw niftiUnsupported(`it has ${header.volumes} volumes (${header.size.join(' × ')} each)`);
  }
  if (voxels > MOST_VOXELS) throw niftiUnsupported(`it has ${voxels} voxels`);
  if (!(header.dataOffset >= HEADER_BYTES) || header.dataOffset > 2 ** 30) {
    throw niftiDamaged(`its voxels begin at byte ${header.dataOffset}`);
  }
  const end = header.dataOffset + voxels * type.bytes;
  const bytes = unpack(file, end);
  if (bytes.length < end) {
    throw niftiDamaged(`it ends after ${bytes.length} of ${end} bytes`);
  }
  const numbers = readNumbers(bytes.subarray(header.dataOffset, end), type, header.littleEndian);
  return { header, grid: gridOf(header.space, header.size), numbers };
}

const isPacked = (file: Uint8Array): boolean => file[0] === 0x1f && file[1] === 0x8b;

function unpackHeader(file: Uint8Array): Uint8Array {
  if (!isPacked(file)) return file;
  try {
    // A sync flush takes what there is of a stream that is cut off.
    const head = gunzipSync(file.subarray(0, PACKED_HEADER_BYTES), {
      finishFlush: constants.Z_SYNC_FLUSH,
    });
    if (head.length >= HEADER_BYTES || file.length > PACKED_HEADER_BYTES) return head;
    // A small file: a second try, which fails when it is cut off.
    return gunzipSync(file);
  } catch (cause) {
    throw niftiDamaged('it cannot be unpacked', cause);
  }
}

/** The whole file; a packed one that unpacks to far more than its header announces is refused. */
function unpack(file: Uint8Array, expectedBytes: number): Uint8Array {
  if (!isPacked(file)) return file;
  try {
    return gunzipSync(file, { maxOutputLength: expectedBytes + 2 ** 20 });
  } catch (cause) {
    throw niftiDamaged('it is cut off, or unpacks to more than its header says', cause);
  }
}

/** The slices in reverse order. */
export function turnSlices<A extends VoxelArray | Uint16Array>(
  voxels: A,
  size: readonly [number, number, number]
): A {
  const area = size[0] * size[1];
  const turned = voxels.slice() as A;
  for (let k = 0; k < size[2]; k++) {
    turned.set(voxels.subarray(k * area, (k + 1) * area), (size[2] - 1 - k) * area);
  }
  return turned;
}
