/**
 * @file The NIfTI-1 header (nifti1.h, R. W. Cox et al. 2004): 348 bytes, in either byte order.
 *
 * Own code, because a NIfTI result must repeat the affine fields of its input bit for bit, which readers for display drop.
 */
import { niftiDamaged, niftiUnsupported, notNifti } from './nifti-error';

export const HEADER_BYTES = 348;
/** Header, then four bytes that say that no extension follows. */
export const DATA_OFFSET = 352;

/** Where the voxels lie: all fields of the header about it, as stored. */
export interface NiftiSpace {
  /** pixdim[0]: the sign of the third axis in the quaternion form. */
  readonly qfac: number;
  /** pixdim[1..3], in the spatial unit. */
  readonly spacing: readonly [number, number, number];
  /** Spatial unit: 1 metre, 2 millimetre, 3 micrometre, 0 unknown. */
  readonly spatialUnit: number;
  readonly qformCode: number;
  readonly sformCode: number;
  /** Quaternion b, c, d. */
  readonly quaternion: readonly [number, number, number];
  readonly qoffset: readonly [number, number, number];
  /** Rows of the affine, 3 × 4. */
  readonly srow: readonly number[];
}

export interface NiftiHeader {
  readonly littleEndian: boolean;
  /** Columns, rows, slices of the array. */
  readonly size: readonly [number, number, number];
  /** Number of volumes: the product of the further dimensions. */
  readonly volumes: number;
  readonly datatype: number;
  readonly dataOffset: number;
  readonly slope: number;
  readonly intercept: number;
  readonly space: NiftiSpace;
}

/** Reads the header of an unpacked file. Throws `NIFTI_NOT_A_FILE`, `NIFTI_UNSUPPORTED` or `NIFTI_DAMAGED`. */
export function parseHeader(bytes: Uint8Array): NiftiHeader {
  if (bytes.length < HEADER_BYTES) throw notNifti(`it has only ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const littleEndian = view.getInt32(0, true) === HEADER_BYTES;
  if (view.getInt32(0, true) === 540 || view.getInt32(0, false) === 540) {
    throw niftiUnsupported('it is NIfTI-2');
  }
  if (!littleEndian && view.getInt32(0, false) !== HEADER_BYTES) {
    throw notNifti('it does not begin with the length of the header');
  }
  const magic = String.fromCharCode(...bytes.subarray(344, 347));
  if (magic === 'ni1') throw niftiUnsupported('its voxels lie in a second file (.img)');
  if (magic !== 'n+1') throw notNifti('its magic number is missing (Analyze 7.5?)');
  const int16 = (at: number) => view.getInt16(at, littleEndian);
  const float = (at: number) => view.getFloat32(at, littleEndian);
  const floats = (at: number, count: number) =>
    Array.from({ length: count }, (_, n) => float(at + 4 * n));
  const dimensions = int16(40);
  if (dimensions < 1 || dimensions > 7) throw niftiDamaged(`it has ${dimensions} dimensions`);
  const extent = (axis: number) => (axis <= dimensions ? int16(40 + 2 * axis) : 1);
  const extents = [1, 2, 3, 4, 5, 6, 7].map(extent);
  if (extents.some((length) => length < 1)) {
    throw niftiDamaged(`its dimensions are ${extents.slice(0, dimensions).join(' × ')}`);
  }
  return {
    littleEndian,
    size: [extents[0], extents[1], extents[2]],
    volumes: extents.slice(3).reduce((product, length) => product * length, 1),
    datatype: int16(70),
    dataOffset: float(108),
    slope: float(112),
    intercept: float(116),
    space: {
      qfac: float(76),
      spacing: [float(80), float(84), float(88)],
      spatialUnit: bytes[123] & 7,
      qformCode: int16(252),
      sformCode: int16(254),
      quaternion: [float(256), float(260), float(264)],
      qoffset: [float(268), float(272), float(276)],
      srow: floats(280, 12),
    },
  };
}

export interface NewHeader {
  /** Columns, rows, slices, and volumes when there are several. */
  readonly dimensions: readonly number[];
  readonly datatype: number;
  readonly bitsPerVoxel: number;
  readonly space: NiftiSpace;
  /** At most 79 ASCII characters. */
  readonly description: string;
}

/** A little-endian header with the four bytes behind it. */
export function formatHeader(header: NewHeader): Uint8Array {
  const bytes = new Uint8Array(DATA_OFFSET);
  const view = new DataView(bytes.buffer);
  const { dimensions, space } = header;
  const floats = (at: number, values: readonly number[]) => {
    values.forEach((value, n) => {
      view.setFloat32(at + 4 * n, value, true);
    });
  };
  view.setInt32(0, HEADER_BYTES, true);
  bytes[38] = 'r'.charCodeAt(0);
  view.setInt16(40, dimensions.length, true);
  for (let axis = 1; axis <= 7; axis++) {
    view.setInt16(40 + 2 * axis, dimensions[axis - 1] ?? 1, true);
  }
  view.setInt16(70, header.datatype, true);
  view.setInt16(72, header.bitsPerVoxel, true);
  floats(76, [space.qfac, ...space.spacing, 1, 1, 1, 1]);
  floats(108, [DATA_OFFSET, 1, 0]);
  bytes[123] = space.spatialUnit;
  bytes.set(new TextEncoder().encode(header.description).subarray(0, 79), 148);
  view.setInt16(252, space.qformCode, true);
  view.setInt16(254, space.sformCode, true);
  floats(256, [...space.quaternion, ...space.qoffset, ...space.srow]);
  bytes.set(new TextEncoder().encode('n+1\0'), 344);
  return bytes;
}
