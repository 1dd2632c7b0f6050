/**
 * Volumes for tests: made from arrays, from formulas, and from the real data beside the repository.
 */
import {
  boxSize,
  Geometry,
  type Box,
  type ImageVolume,
  type Vec3,
  type VoxelArray,
} from '@cordon/extension-workbench/pure';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { decodeNpy, encodeNpy, type NpyArray, type NpyData } from './npy';
import { keptFolder, runPython, writeWhole } from './python';

const AXIAL = { rowDirection: [1, 0, 0], columnDirection: [0, 1, 0] } as const;

/** An image whose voxels are known to be of one type. */
export type VolumeOf<A extends VoxelArray> = Omit<ImageVolume, 'voxels'> & { readonly voxels: A };

/** An axial image of `size` (columns, rows, slices). */
export function volumeOf(size: Vec3, voxels: VoxelArray, spacingMm: Vec3 = [1, 1, 1]): ImageVolume {
  const slicePositionsLps = Array.from(
    { length: size[2] },
    (_, k) => [0, 0, k * spacingMm[2]] as const
  );
  const geometry = new Geometry({
    ...AXIAL,
    columns: size[0],
    rows: size[1],
    pixelSpacingMm: [spacingMm[0], spacingMm[1]],
    slicePositionsLps,
    sliceThicknessMm: spacingMm[2],
  });
  return { geometry, voxels, modality: 'CT', unit: 'HU' };
}

/** An axial image whose voxels are computed from their indexes. */
export function paint<A extends VoxelArray>(
  size: Vec3,
  type: new (length: number) => A,
  value: (i: number, j: number, k: number) => number,
  spacingMm?: Vec3
): VolumeOf<A> {
  const voxels = new type(size[0] * size[1] * size[2]);
  let at = 0;
  for (let k = 0; k < size[2]; k++) {
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++) voxels[at++] = value(i, j, k);
    }
  }
  return { ...volumeOf(size, voxels, spacingMm), voxels };
}

/** The voxels of `box` as a volume of their own; the origin is not kept. */
export function cropOf<A extends VoxelArray>(
  { geometry, voxels }: VolumeOf<A>,
  { fromIjk, toIjk }: Box
): VolumeOf<A> {
  const size = boxSize({ fromIjk, toIjk });
  const [columns, rows] = geometry.size;
  const cropped = new (voxels.constructor as new (length: number) => A)(
    size[0] * size[1] * size[2]
  );
  let at = 0;
  for (let k = fromIjk[2]; k < toIjk[2]; k++) {
    for (let j = fromIjk[1]; j < toIjk[1]; j++) {
      const from = fromIjk[0] + columns * (j + rows * k);
      cropped.set(voxels.subarray(from, from + size[0]), at);
      at += size[0];
    }
  }
  return { ...volumeOf(size, cropped, geometry.spacingMm), voxels: cropped };
}

/** A repeatable source of numbers in [0, 1) (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** The voxels as numpy sees them. */
export function toNpy(volume: ImageVolume, data: NpyData = volume.voxels): NpyArray {
  const [columns, rows, slices] = volume.geometry.size;
  return { data, shape: [slices, rows, columns] };
}

/** Number of voxels in which two arrays differ. */
export function differences(a: NpyData, b: NpyData): number {
  if (a.length !== b.length) throw new Error(`lengths differ: ${a.length} and ${b.length}`);
  let count = 0;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) count++;
  return count;
}

/** The folder of shared data beside the repository. */
const dataFolder = resolve(__dirname, '../../../shared/data');

/** True when the shared data are there. Without them their tests are skipped, and fail when CI is set. */
export const hasData = (name: string): boolean => existsSync(join(dataFolder, name));

/** `it` for tests that need a folder of the shared data. */
export function itWithData(folder: string, name: string, body: () => Promise<void>): void {
  const what = `../shared/data/${folder} is not beside the repository`;
  if (hasData(folder)) it(name, body);
  else if (process.env.CI) it(name, () => Promise.reject(new Error(what)));
  else it.skip(`${name} [${what}]`, body);
}

const toHounsfield = `
import glob, pydicom, tarfile, tempfile
with tempfile.TemporaryDirectory() as folder:
    with tarfile.open(P['archive']) as archive: archive.extractall(folder)
    slices = [pydicom.dcmread(path) for path in glob.glob(folder + '/**/*.dcm', recursive=True)]
    slices.sort(key=lambda d: d.ImagePositionPatient[2])
    O['ct'] = np.stack([d.pixel_array * int(d.RescaleSlope) + int(d.RescaleIntercept) for d in slices]).astype('int16')
`;

/** The real chest CT (512 × 512 × 140, HU, 0.78 × 0.78 × 1 mm), read by pydicom. */
export async function chestCt(): Promise<VolumeOf<Int16Array>> {
  const kept = join(await keptFolder(), 'chest-ct.npy');
  if (!existsSync(kept)) {
    const archive = join(dataFolder, 'dicom-chest-ct-lidc', 'ct.tar.xz');
    const made = await runPython({ script: toHounsfield, values: { archive } });
    await writeWhole(kept, encodeNpy(made.array('ct')));
  }
  const { data, shape } = decodeNpy(await readFile(kept));
  const voxels = data as Int16Array;
  return { ...volumeOf([shape[2], shape[1], shape[0]], voxels, [0.78125, 0.78125, 1]), voxels };
}

/** 200 × 160 × 40 voxels of the real chest CT: lung, heart, ribs and spine. */
export async function chestCtPart(): Promise<VolumeOf<Int16Array>> {
  return cropOf(await chestCt(), { fromIjk: [120, 200, 50], toIjk: [320, 360, 90] });
}
