/**
 * Real images for the networks, as DICOM files that an archive could hold: the cropped brain MR of the shared data as it
 * is; a chest X-ray and heart slices of held-out cases, which exist as pictures only and get a header here.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeImage, type TestElement } from './part10';
import { runPython } from './python';
import { sharedData } from './shared-data';

export const HIPPOCAMPUS_FOLDER = 'dicom-brain-tumor-mr-study';
export const LUNGS_FOLDER = 'chest-xray-montgomery';
export const HEART_FOLDER = 'cardiac-cine-sunnybrook';

export interface NetworkCase {
  readonly studyUid: string;
  readonly files: readonly string[];
  /** 0/1 labels of the reference, slice by slice; empty where the data have none. */
  readonly reference: Uint8Array;
}

/** The crop around one hippocampus. */
export function writeHippocampus(folder: string): readonly string[] {
  mkdirSync(folder, { recursive: true });
  const archive = sharedData(HIPPOCAMPUS_FOLDER, 'data.tar.xz');
  execFileSync('tar', ['-xJf', archive, '-C', folder, 'Study3/11_HCropVolume']);
  const inside = join(folder, 'Study3', '11_HCropVolume');
  return readdirSync(inside).map((name) => join(inside, name));
}

/** A digital radiograph that shows bone dark and says nothing about its place in the patient, as they do. */
export async function writeRadiograph(folder: string): Promise<NetworkCase> {
  const split = JSON.parse(
    readFileSync(join(__dirname, '../../models/training/splits/lungs-cxr.json'), 'utf8')
  ) as { readonly test: readonly string[] };
  const [id] = split.test;
  const { pixels, reference, rows, columns } = await readPictures(
    [sharedData(LUNGS_FOLDER, 'images', `${id}.png`)],
    [sharedData(LUNGS_FOLDER, 'masks', `${id}.png`)]
  );
  const inverted = pixels.map((value) => 255 - value);
  return writeCase(folder, '2.25.811', 'Lungs^Held-Out', 'DX', rows, columns, [inverted], () => [
    [0x00280004, 'CS', 'MONOCHROME1'],
    [0x00280030, 'DS', '0.7\\0.8'],
  ]).with(reference);
}

/** Three neighbouring slices of a heart. */
export async function writeHeart(folder: string): Promise<NetworkCase> {
  const part = sharedData(HEART_FOLDER, 'Sunnybrook_Part3');
  const names = readdirSync(join(part, 'images')).sort().slice(2, 5);
  const labels = readdirSync(join(part, 'labels')).sort().slice(2, 5);
  const { pixels, reference, rows, columns } = await readPictures(
    names.map((name) => join(part, 'images', name)),
    labels.map((name) => join(part, 'labels', name))
  );
  const plane = rows * columns;
  const slices = names.map((_, k) => pixels.subarray(k * plane, (k + 1) * plane));
  return writeCase(folder, '2.25.812', 'Heart^Held-Out', 'MR', rows, columns, slices, (k) => [
    [0x00180050, 'DS', '8'],
    [0x00200032, 'DS', `-160\\-160\\${8 * k}`],
    [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'],
    [0x00200052, 'UI', '2.25.812.9'],
    [0x00280030, 'DS', '1.3\\1.3'],
  ]).with(reference);
}

function writeCase(
  folder: string,
  uid: string,
  patientName: string,
  modality: string,
  rows: number,
  columns: number,
  slices: readonly Uint8Array[],
  extra: (slice: number) => readonly TestElement[]
) {
  mkdirSync(folder, { recursive: true });
  const files = slices.map((slice, k) => {
    const file = join(folder, `${uid}.${k}.dcm`);
    const image = makeImage({
      study: `${uid}.1`,
      series: `${uid}.2`,
      instance: `${uid}.2.${k + 1}`,
      sopClass: modality === 'DX' ? '1.2.840.10008.5.1.4.1.1.1.1' : '1.2.840.10008.5.1.4.1.1.4',
      patientName,
      patientId: patientName,
      modality,
      instanceNumber: k + 1,
      rows,
      columns,
      bitsAllocated: 8,
      pixels: slice,
      extra: [[0x00281050, 'DS', '127'], [0x00281051, 'DS', '255'], ...extra(k)],
    });
    writeFileSync(file, image);
    return file;
  });
  return { with: (reference: Uint8Array) => ({ studyUid: `${uid}.1`, files, reference }) };
}

async function readPictures(images: readonly string[], masks: readonly string[]) {
  const python = await runPython({
    values: { images: [...images], masks: [...masks] },
    script: `
import cv2
read = lambda paths: np.stack([cv2.imread(p, cv2.IMREAD_GRAYSCALE) for p in paths])
O['images'] = read(P['images'])
O['masks'] = (read(P['masks']) > 127).astype(np.uint8)
R['rows'], R['columns'] = int(O['images'].shape[1]), int(O['images'].shape[2])
`,
  });
  return {
    pixels: python.array('images').data as Uint8Array,
    reference: python.array('masks').data as Uint8Array,
    rows: python.values.rows as number,
    columns: python.values.columns as number,
  };
}
