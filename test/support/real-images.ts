/**
 * Real images of three kinds for comparisons with other programs: a part of a chest CT (int16, HU), a part of a whole-head T1
 * (uint16) and a chest radiograph (uint8, one slice). They lie beside the repository, in `../shared/data`.
 */
import type { ImageVolume, Vec3, VoxelArray } from '@cordon/extension-workbench/pure';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeNpy, encodeNpy, type NpyArray } from './npy';
import { keptFolder, runPython, writeWhole } from './python';
import { sharedData, sharedMissing } from './shared-data';
import { chestCtPart, cropOf, volumeOf, type VolumeOf } from './volumes';

export type RealImageKind = 'CT' | 'MR' | 'X-ray';

export interface RealImage {
  readonly kind: RealImageKind;
  readonly volume: ImageVolume;
  /** A voxel inside a structure that stands out, and the values that it spans. */
  readonly seedIjk: Vec3;
  readonly range: { readonly lower: number; readonly upper: number };
  /** A voxel of what surrounds it. */
  readonly backgroundIjk: Vec3;
}

const FOLDERS: Readonly<Record<RealImageKind, string>> = {
  CT: 'dicom-chest-ct-lidc',
  MR: 'dicom-brain-mprage',
  'X-ray': 'chest-xray-montgomery',
};
const KINDS: readonly RealImageKind[] = ['CT', 'MR', 'X-ray'];

/** One test for each kind of image. Skipped where the data are missing, failed there when CI is set. */
export function itOnRealImages(
  name: string,
  body: (image: RealImage) => Promise<void>,
  kinds: readonly RealImageKind[] = KINDS
): void {
  for (const kind of kinds) {
    const title = `${name}: ${kind}`;
    const missing = sharedMissing(FOLDERS[kind]);
    if (missing === undefined) it(title, async () => body(await realImage(kind)));
    else if (process.env.CI) it(title, () => Promise.reject(new Error(missing)));
    else it.skip(`${title} [${missing}]`, () => undefined);
  }
}

export async function realImage(kind: RealImageKind): Promise<RealImage> {
  switch (kind) {
    case 'CT':
      // Lung; the surround is the heart.
      return {
        kind,
        volume: await chestCtPart(),
        seedIjk: [60, 60, 20],
        range: { lower: -1000, upper: -700 },
        backgroundIjk: [170, 90, 20],
      };
    case 'MR':
      return realMr();
    case 'X-ray':
      return realXRay();
  }
}

/** The image, at most `size` voxels of it around the seed: for peers that take their time. */
export function smallPart(
  { volume, seedIjk, backgroundIjk, ...rest }: RealImage,
  size: Vec3
): RealImage {
  const extent = volume.geometry.size;
  const wanted = size.map((length, axis) => Math.min(length, extent[axis]));
  const from = wanted.map((length, axis) => {
    const middle = Math.round((seedIjk[axis] + backgroundIjk[axis]) / 2);
    return Math.max(0, Math.min(extent[axis] - length, middle - (length >> 1)));
  });
  const moved = (ijk: Vec3): Vec3 => [ijk[0] - from[0], ijk[1] - from[1], ijk[2] - from[2]];
  const box = {
    fromIjk: [from[0], from[1], from[2]],
    toIjk: [from[0] + wanted[0], from[1] + wanted[1], from[2] + wanted[2]],
  } as const;
  return {
    ...rest,
    volume: { ...volume, ...cropOf(volume as VolumeOf<VoxelArray>, box) },
    seedIjk: moved(seedIjk),
    backgroundIjk: moved(backgroundIjk),
  };
}

const toMr = `
import glob, pydicom, tarfile, tempfile
with tempfile.TemporaryDirectory() as folder:
    with tarfile.open(P['archive']) as archive: archive.extractall(folder)
    slices = [pydicom.dcmread(path) for path in glob.glob(folder + '/**/*.dcm', recursive=True)]
    slices.sort(key=lambda d: d.ImagePositionPatient[0])
    O['image'] = np.stack([d.pixel_array for d in slices])[84:108, 50:190, 60:200].astype('u2')
`;

/** 140 × 140 × 24 voxels (sagittal, 0.86 × 0.86 × 0.9 mm) of a T1: corpus callosum, brain stem and cerebellum. */
async function realMr(): Promise<RealImage> {
  const { data, shape } = await kept('head-mr-part', toMr, {
    archive: sharedData(FOLDERS.MR, 'mprage.tar.xz'),
  });
  const size: Vec3 = [shape[2], shape[1], shape[0]];
  return {
    kind: 'MR',
    volume: {
      ...volumeOf(size, data as VoxelArray, [0.859375, 0.859375, 0.9]),
      modality: 'MR',
      unit: '',
    },
    seedIjk: [60, 38, 12],
    range: { lower: 200, upper: 290 },
    backgroundIjk: [58, 49, 12],
  };
}

const toXRay = `
import cv2
O['image'] = cv2.imread(P['file'], cv2.IMREAD_UNCHANGED)[None].astype('u1')
`;

/** A chest radiograph, 512 × 512. The file has no spacing; what stands here is near that of the plate. */
async function realXRay(): Promise<RealImage> {
  const { data, shape } = await kept('chest-x-ray', toXRay, {
    file: sharedData(FOLDERS['X-ray'], 'images', 'MCUCXR_0001_0.png'),
  });
  return {
    kind: 'X-ray',
    volume: {
      ...volumeOf([shape[2], shape[1], 1], data as VoxelArray, [0.7, 0.7, 1]),
      modality: 'DX',
      unit: '',
    },
    seedIjk: [150, 200, 0],
    range: { lower: 20, upper: 110 },
    backgroundIjk: [265, 300, 0],
  };
}

/** What the script makes, made once on this machine. */
async function kept(
  name: string,
  script: string,
  values: Readonly<Record<string, string>>
): Promise<NpyArray> {
  const file = join(await keptFolder(), `${name}.npy`);
  if (!existsSync(file)) {
    const made = await runPython({ script, values });
    await writeWhole(file, encodeNpy(made.array('image')));
  }
  return decodeNpy(await readFile(file));
}
