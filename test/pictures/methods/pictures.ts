/**
 * The picture on the page of each classical method: real data, left what a person gives, right the result. The images lie beside
 * the repository; only pixels without names or dates go into a picture, and no face.
 */
import path from 'node:path';
import { classicalMethods } from '../../../extensions/classical/src/pure';
import {
  boxSize,
  NO_PROMPTS,
  runMethod,
  type ImageVolume,
  type MethodResult,
  type Vec3,
} from '../../../extensions/workbench/src/pure';
import { wholeLabels } from '../../support/methods';
import { runPython } from '../../support/python';
import { realImage } from '../../support/real-images';
import { chestCt, volumeOf } from '../../support/volumes';
import { paintPrompts, paintSlice, sideBySide, type Panel } from './paint';
import { SCENES, type Call, type PictureImage, type Scene } from './scenes';

const methodsFolder = path.resolve(__dirname, '..', '..', 'extensions/classical/src/methods');
/** Width of a picture is about this, whatever the image. */
const PANEL_PIXELS = 420;
/** A picture on a page loads at once. */
const MOST_BYTES = 60_000;

const toPng = `
from PIL import Image
import io, os
picture = Image.fromarray(I['rgb'].reshape(P['rows'], P['columns'], 3))
for colours in (128, 64, 48, 32):
    data = io.BytesIO()
    picture.quantize(colours, dither=Image.Dither.NONE).save(data, 'PNG', optimize=True)
    if data.tell() <= P['most']: break
else: raise ValueError('%s has %d bytes' % (P['file'], data.tell()))
open(P['file'], 'wb').write(data.getvalue())
R['bytes'] = data.tell()
`;

/** Makes the pictures of the methods with these ids; of all when there are none. */
export async function makeMethodPictures(ids: readonly string[]): Promise<void> {
  const images = new Map<PictureImage, Promise<ImageVolume>>();
  for (const [id, scene] of Object.entries(SCENES)) {
    if (ids.length > 0 && !ids.includes(id)) continue;
    if (!images.has(scene.image)) images.set(scene.image, imageOf(scene.image));
    const panel = await paintScene(scene, await images.get(scene.image)!);
    const file = path.join(methodsFolder, id, 'picture.png');
    const { columns, rows, rgb } = panel;
    const made = await runPython({
      script: toPng,
      arrays: { rgb: { data: rgb, shape: [rgb.length] } },
      values: { columns, rows, file, most: MOST_BYTES },
    });
    process.stdout.write(`${id}: ${String(made.values.bytes)} bytes\n`);
  }
}

async function imageOf(image: PictureImage): Promise<ImageVolume> {
  switch (image) {
    case 'chest':
      return everySecondPixel(await chestCt());
    case 'heart':
      return (await realImage('CT')).volume;
    case 'head':
      return (await realImage('MR')).volume;
  }
}

function everySecondPixel({ geometry, voxels }: ImageVolume): ImageVolume {
  const [columns, rows, slices] = geometry.size;
  const size: Vec3 = [columns >> 1, rows >> 1, slices];
  const [x, y, z] = geometry.spacingMm;
  const thin = new Int16Array(size[0] * size[1] * size[2]);
  for (let at = 0; at < thin.length; at++) {
    const [i, j] = [2 * (at % size[0]), 2 * (Math.floor(at / size[0]) % size[1])];
    thin[at] = voxels[i + columns * (j + rows * Math.floor(at / (size[0] * size[1])))];
  }
  return volumeOf(size, thin, [2 * x, 2 * y, z]);
}

async function run(call: Call, image: ImageVolume, segment?: Uint8Array): Promise<MethodResult> {
  const method = classicalMethods.find(({ id }) => id === call.method);
  if (!method) throw new Error(`there is no method ${call.method}`);
  const { parameters = {}, region = { kind: 'volume' } } = call;
  const prompts = { ...NO_PROMPTS, ...call.prompts };
  const given = method.inputs.segment === 'none' ? undefined : segment;
  return runMethod(method, { channels: [image] }, { parameters, region, prompts, segment: given });
}

async function paintScene(scene: Scene, image: ImageVolume): Promise<Panel> {
  const { slice, window, before = [], call } = scene;
  const [columns, rows] = image.geometry.size;
  const zoom = Math.max(1, Math.round(PANEL_PIXELS / columns));
  let segment: Uint8Array | undefined;
  for (const one of before) {
    const result = await run(one, image, segment);
    segment = result.labels && wholeLabels(result, image).map((value) => Number(value !== 0));
  }
  const result = await run(call, image, segment);
  const pixels = sliceOf(image.voxels, columns, rows, slice);
  const given = segment && sliceOf(segment, columns, rows, slice);
  const left = paintSlice(pixels, columns, window, zoom, given);
  paintPrompts(left, call.prompts ?? {}, slice, zoom);
  const labels = result.labels && labelsIn(result.labels, slice, columns, rows);
  const map = result.scalarMap?.voxels;
  if (labels) return sideBySide(left, paintSlice(pixels, columns, window, zoom, labels));
  if (!map) throw new Error(`${call.method} shows nothing`);
  const shown = sliceOf(map, columns, rows, slice);
  const range = call.parameters?.result === 'field' ? extremes(shown) : window;
  return sideBySide(left, paintSlice(shown, columns, range, zoom));
}

const sliceOf = <T extends { subarray(from: number, to: number): T }>(
  voxels: T,
  columns: number,
  rows: number,
  slice: number
): T => voxels.subarray(columns * rows * slice, columns * rows * (slice + 1));

/** Labels of the slice on the whole grid. */
function labelsIn(
  { box, voxels }: NonNullable<MethodResult['labels']>,
  slice: number,
  columns: number,
  rows: number
): Uint16Array {
  const [width, height] = boxSize(box);
  const [i0, j0, k0] = box.fromIjk;
  const labels = new Uint16Array(columns * rows);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const from = i + width * (j + height * (slice - k0));
      labels[i0 + i + columns * (j0 + j)] = voxels[from];
    }
  }
  return labels;
}

function extremes(values: Float32Array): readonly [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return [least, most];
}
