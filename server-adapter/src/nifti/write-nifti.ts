/**
 * @file Writes labels and maps as NIfTI-1 (.nii, .nii.gz), on the grid of a NIfTI input or of a DICOM series.
 */
import type { Geometry, LabelVolume } from '@cordon/extension-workbench/pure';
import { gzipSync } from 'node:zlib';
import { spaceOf } from './affine';
import { formatHeader, type NiftiSpace } from './header';
import { turnSlices, type NiftiTemplate } from './read-nifti';

export interface WrittenNifti {
  readonly bytes: Uint8Array;
  /** Sentences for the user. */
  readonly warnings: readonly string[];
}

export interface WriteOptions {
  /** Of the NIfTI input, whose grid and affine the output repeats exactly. */
  readonly template?: NiftiTemplate;
  readonly compress: boolean;
}

/**
 * Labels as one volume; when segments overlap as one volume of 0 and 1 a segment, in the order of their list.
 * Throws `NIFTI_GRID_UNEVEN`.
 */
export function writeNiftiLabels(labels: LabelVolume, options: WriteOptions): WrittenNifti {
  if (segmentsOverlap(labels)) {
    const volumes = labels.segments.map(({ number, layer }) =>
      Uint8Array.from(labels.layers[layer], (value) => (value === number ? 1 : 0))
    );
    const written = writeVolumes(labels.geometry, volumes, options);
    const warning = `Segments overlap: each of the ${volumes.length} is a volume of its own in the file.`;
    return { ...written, warnings: [...written.warnings, warning] };
  }
  return writeVolumes(labels.geometry, [oneLayer(labels)], options);
}

/** A map of one value a voxel, such as a probability. Throws `NIFTI_GRID_UNEVEN`. */
export function writeNiftiMap(
  geometry: Geometry,
  voxels: Float32Array,
  options: WriteOptions
): WrittenNifti {
  return writeVolumes(geometry, [voxels], options);
}

type Stored = Uint8Array | Uint16Array | Float32Array;

function writeVolumes(
  geometry: Geometry,
  volumes: readonly Stored[],
  { template, compress }: WriteOptions
): WrittenNifti {
  const { space, warnings }: { space: NiftiSpace; warnings: readonly string[] } = template
    ? { space: template.space, warnings: [] }
    : spaceOf(geometry);
  const { size } = geometry;
  const [first] = volumes;
  const header = formatHeader({
    dimensions: volumes.length > 1 ? [...size, volumes.length] : size,
    datatype: first instanceof Uint8Array ? 2 : first instanceof Uint16Array ? 512 : 16,
    bitsPerVoxel: 8 * first.BYTES_PER_ELEMENT,
    space,
    description: 'Cordon',
  });
  const bytes = new Uint8Array(header.length + volumes.length * first.byteLength);
  bytes.set(header);
  volumes.forEach((volume, n) => {
    const ordered = template?.isFlipped ? turnSlices(volume, [...size]) : volume;
    const raw = new Uint8Array(ordered.buffer, ordered.byteOffset, ordered.byteLength);
    bytes.set(raw, header.length + n * first.byteLength);
  });
  return { bytes: compress ? gzipSync(bytes, { level: 6 }) : bytes, warnings };
}

function segmentsOverlap(labels: LabelVolume): boolean {
  if (labels.layers.length < 2) return false;
  const covered = new Uint8Array(labels.geometry.voxelCount);
  for (const layer of labels.layers) {
    for (let at = 0; at < covered.length; at++) {
      if (layer[at] === 0) continue;
      if (covered[at] === 1) return true;
      covered[at] = 1;
    }
  }
  return false;
}

/** All layers in one, as bytes when the numbers fit. */
function oneLayer(labels: LabelVolume): Uint8Array | Uint16Array {
  const largest = labels.segments.reduce((max, { number }) => Math.max(max, number), 0);
  const count = labels.geometry.voxelCount;
  const merged = largest > 255 ? new Uint16Array(count) : new Uint8Array(count);
  for (const layer of labels.layers) {
    for (let at = 0; at < merged.length; at++) if (layer[at] !== 0) merged[at] = layer[at];
  }
  return merged;
}
