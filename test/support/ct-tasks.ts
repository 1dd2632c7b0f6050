/**
 * The tasks of extensions/classical/TASKS.md that are drawn: what the hand does, step by step. The pictures and the browser test
 * of the tasks both take them from here.
 */
import { CtBoard, type Voxel } from './ct-board';
import type { ViewerPage } from './viewer-page';

/** Brush from 6 mm to 3 mm: thin enough for the disc between two vertebrae. */
const THINNER = 3;

/** Middle of the ninth thoracic vertebra's body, as slices of the three planes. */
const MIDLINE = 246;
const PEDICLES = 68;

/** From above, in front of the spine, to the spinal canal below. */
const BOX: readonly Voxel[] = [
  [MIDLINE, 332, 80],
  [MIDLINE, 393, 50],
];

/** A line around the body in the midline: disc, spinal canal, disc, in front of the spine. */
const AROUND: readonly Voxel[] = [
  [MIDLINE, 344, 74],
  [MIDLINE, 365, 76],
  [MIDLINE, 388, 79],
  [MIDLINE, 393, 66],
  [MIDLINE, 390, 53],
  [MIDLINE, 370, 53],
  [MIDLINE, 344, 53],
  [MIDLINE, 344, 74],
];
/** Around it from left to right, behind it across the pedicles. */
const ACROSS: readonly Voxel[] = [
  [220, 352, PEDICLES],
  [222, 390, PEDICLES],
  [270, 390, PEDICLES],
  [272, 352, PEDICLES],
  [246, 338, PEDICLES],
  [220, 352, PEDICLES],
];

/** The body of a vertebra, up to the preview; `shoot` is called when there is something to see. */
export async function vertebralBody(
  viewer: ViewerPage,
  shoot: (name: string) => Promise<void> = () => Promise.resolve()
): Promise<void> {
  const { page, panel } = viewer;
  const board = new CtBoard(page);
  await viewer.chooseMethod('Watershed');
  await board.scrollTo('sagittal', MIDLINE);
  await board.scrollTo('axial', PEDICLES);
  await page.keyboard.press('4');
  await page.locator('[data-cy=cordon-tool-box]').click();
  await board.draw('sagittal', BOX);
  await page.locator('[data-cy=cordon-tool-scribble]').click();
  await board.hover('sagittal', [MIDLINE, 300, 65]);
  for (let press = 0; press < THINNER; press++) await page.keyboard.press('[');
  await board.draw('sagittal', [
    [MIDLINE, 360, 65],
    [MIDLINE, 379, 66],
  ]);
  await board.draw('sagittal', AROUND, 'Shift');
  await board.draw('axial', ACROSS, 'Shift');
  await computed(panel);
  await shoot('vertebra-1');
}

/** The result follows the last stroke. */
const computed = (panel: ViewerPage['panel']) =>
  panel.locator('button:enabled', { hasText: 'Accept' }).waitFor();

/** Centre of the descending aorta on the way up, from the diaphragm to the arch. */
const AORTA: readonly Voxel[] = [
  [253, 329, 3],
  [253, 329, 20],
  [253, 330, 40],
  [253, 330, 60],
  [253, 329, 80],
  [253, 327, 100],
  [253, 324, 115],
];

/** The descending aorta, up to the preview. */
export async function descendingAorta(
  viewer: ViewerPage,
  shoot: (name: string) => Promise<void> = () => Promise.resolve()
): Promise<void> {
  const { page, panel } = viewer;
  const board = new CtBoard(page);
  await viewer.chooseMethod('Level set');
  // A box of earlier work would hold the contour.
  const clear = panel.getByRole('button', { name: 'Erase all that is drawn' });
  if (await clear.isEnabled()) await clear.click();
  await viewer.choose('Model', /geodesic/i);
  for (const [name, value] of [
    ['Iterations', '6'],
    ['Smoothness', '2'],
    ['Stop threshold', '0.8'],
    ['Start radius', '8'],
  ] as const) {
    const field = panel.getByRole('spinbutton', { name });
    await field.fill(value);
    await field.press('Enter');
  }
  await board.scrollTo('sagittal', AORTA[0][0]);
  await page.keyboard.press('1');
  await page.locator('[data-cy=cordon-tool-scribble]').click();
  await board.draw('sagittal', AORTA);
  await computed(panel);
  await shoot('aorta-1');
}
