/**
 * The pictures of the tasks in extensions/classical/TASKS.md: the steps that a person takes, on a real chest CT.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { startGateway } from '../../server-adapter/src/gateway/gateway';
import { newPage, viewerDir } from '../support/browser';
import { sharedData, sharedMissing } from '../support/shared-data';
import { descendingAorta, vertebralBody } from '../support/ct-tasks';
import { ViewerPage } from '../support/viewer-page';

const CT = 'dicom-chest-ct-lidc';
const folder = path.resolve(__dirname, '..', '..', 'extensions', 'classical', 'pictures');

/** Makes the pictures; says so where the images are not beside the repository. */
export async function makeTaskPictures(browser: Browser, pluginDir: string): Promise<void> {
  const missing = sharedMissing(CT);
  if (missing !== undefined)
    throw new Error(`The pictures of the tasks cannot be made: ${missing}`);
  const archive = mkdtempSync(path.join(tmpdir(), 'cordon-tasks-'));
  const images = mkdtempSync(path.join(tmpdir(), 'cordon-images-'));
  execFileSync('tar', ['-xJf', sharedData(CT, 'ct.tar.xz'), '-C', images]);
  const gateway = await startGateway({
    port: 0,
    viewerDir,
    pluginDir,
    source: { kind: 'archive', directory: archive },
    imports: [images],
  });
  try {
    await mkdir(folder, { recursive: true });
    await leftLung(browser, gateway.url);
    await drawnTasks(browser, gateway.url);
  } finally {
    await gateway.close();
    for (const place of [archive, images]) rmSync(place, { recursive: true, force: true });
  }
}

async function leftLung(browser: Browser, url: string): Promise<void> {
  const { page } = await newPage(browser, { width: 1400, height: 920 });
  const viewer = new ViewerPage(page);
  const { panel } = viewer;
  const answer = await fetch(`${url}/dicom-web/studies`);
  const [study] = (await answer.json()) as { '0020000D': { Value: [string] } }[];
  await viewer.open(url, study['0020000D'].Value[0]);
  await page.locator('canvas.cornerstone-canvas').first().hover();
  for (let step = 0; step < 60; step++) await page.mouse.wheel(0, 100);
  const shoot = async (name: string) => {
    await panel.hover();
    await page.mouse.wheel(0, -2000);
    await page.waitForTimeout(1500);
    await page.screenshot({ path: path.join(folder, `${name}.png`) });
  };
  await viewer.chooseMethod('Threshold');
  await panel.getByRole('button', { name: 'Lung', exact: true }).click();
  await panel.getByRole('button', { name: 'Accept' }).waitFor();
  await shoot('left-lung-1');
  await viewer.accept();
  await panel.getByRole('button', { name: /^Change Segment 1/ }).click();
  const group = panel.getByRole('group', { name: 'Change Segment 1' });
  await group.getByRole('button', { name: 'Islands', exact: true }).click();
  await viewer.accept();
  await shoot('left-lung-2');
  await page.context().close();
}

/** The tasks that are drawn in three planes; the middle of the window, where the planes are. */
async function drawnTasks(browser: Browser, url: string): Promise<void> {
  const { page } = await newPage(browser, { width: 2300, height: 1000 });
  const viewer = new ViewerPage(page);
  const answer = await fetch(`${url}/dicom-web/studies`);
  const [study] = (await answer.json()) as { '0020000D': { Value: [string] } }[];
  const parameters = '&hangingprotocolid=mpr';
  await viewer.open(url, study['0020000D'].Value[0], parameters);
  const shoot = async (name: string) => {
    await page.waitForTimeout(1500);
    const clip = { x: 288, y: 280, width: 1480, height: 460 };
    await page.screenshot({ path: path.join(folder, `${name}.png`), clip });
  };
  await vertebralBody(viewer, shoot);
  await viewer.accept();
  await viewer.panel.getByRole('button', { name: 'Add a segment' }).click();
  await descendingAorta(viewer, shoot);
  await page.context().close();
}
