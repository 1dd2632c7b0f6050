/**
 * The classical tools that need no drawing, on a real chest CT in an MPR layout, by mouse and keyboard: a pipeline with one
 * click, operations from a segment's row, the histogram, the write rule, cancel, the map of edges. The same voxels come
 * from the command line.
 */
import { join } from 'node:path';
import { describeWithBrowser, newPage, PATIENCE_MS } from '../support/browser';
import { openStage } from '../support/browser-stage';
import { CHEST_CT, serveChestCt, VOXEL_ML } from '../support/chest-ct';
import { cordon } from '../support/cli';
import { sharedMissing } from '../support/shared-data';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

interface SegmentJson {
  readonly segments: readonly { readonly voxels: number }[];
}

describeWithBrowser(
  'classical tools on a CT',
  () => {
    jest.setTimeout(6 * PATIENCE_MS);
    const stage = openStage(serveChestCt);

    /** Voxels of a method on the command line, on the same images. */
    async function onCommandLine(...args: readonly string[]): Promise<number> {
      const { folder, images } = stage.served;
      const output = join(folder, `${args[0]}.nii.gz`);
      const run = await cordon(
        ...['segment', '--method', ...args, '--input', images, '--output', output, '--json']
      );
      return run.json<SegmentJson>().segments[0].voxels;
    }

    it('outline lungs, change them, and agree with the command line', async () => {
      const { page, complaints } = await newPage(stage.browser);
      const viewer = new ViewerPage(page);
      const { panel } = viewer;
      const total = async (isRight: (voxels: number) => boolean) => {
        const [labels] = await viewer.waitForLabels(([one]) => isRight(labelledVoxels(one)));
        return labelledVoxels(labels);
      };
      /** As `total`, once two readings in a row agree. */
      const steady = async (isRight: (voxels: number) => boolean) => {
        let [before, now] = [-1, await total(isRight)];
        while (before !== now) {
          await page.waitForTimeout(1_000);
          [before, now] = [now, await total(isRight)];
        }
        return now;
      };
      const preview = () => panel.getByRole('button', { name: 'Accept' }).waitFor();
      await viewer.open(stage.served.url, stage.served.studyUid, '&hangingprotocolid=mpr');

      // One click, and Enter.
      const oneClick = panel.getByRole('group', { name: 'With one click' });
      await oneClick.getByRole('button', { name: 'Lungs (CT)' }).click();
      await preview();
      await page.keyboard.press('Enter');
      await panel.getByRole('button', { name: 'Accept' }).waitFor({ state: 'detached' });
      const lungs = await total((voxels) => voxels > 0);
      expect(lungs).toBe(await onCommandLine('lung-ct'));
      await panel.getByRole('button', { name: 'Write into Lungs' }).waitFor();

      // Two clicks from the row of the segment.
      const start = async (label: string, operation: string) => {
        await panel.getByRole('button', { name: new RegExp(`^Change ${label}`) }).click();
        const group = panel.getByRole('group', { name: `Change ${label}` });
        await group.getByRole('button', { name: operation, exact: true }).click();
      };
      await start('Lungs', 'Margin');
      await preview();
      const segment = join(stage.served.folder, 'lung-ct.nii.gz');
      const grown = await onCommandLine('margin', '--segment', segment);
      expect(await total((voxels) => voxels === grown)).toBe(grown);
      // Another value starts from the segment as it was, not from the preview.
      const margin = panel.getByRole('spinbutton', { name: 'Margin' });
      await margin.fill('-2');
      await margin.press('Enter');
      const shrunk = await onCommandLine('margin', '--segment', segment, '--param', 'marginMm=-2');
      expect(shrunk).toBeLessThan(lungs);
      expect(await total((voxels) => voxels === shrunk)).toBe(shrunk);
      await panel.getByRole('button', { name: 'Reject' }).click();
      expect(await total((voxels) => voxels === lungs)).toBe(lungs);

      // The write rule holds for what is taken away as well: hollowing removes only what the range allows.
      await panel.getByRole('switch', { name: 'Only these intensities' }).click();
      await panel.getByRole('button', { name: 'Soft tissue' }).click();
      await start('Lungs', 'Hollow');
      await preview();
      const hollow = await onCommandLine('hollow', '--segment', segment);
      // The preview is written slice by slice: what is seen too early is no result yet.
      const ruled = await steady((voxels) => voxels !== lungs);
      expect(ruled).toBeGreaterThan(hollow + 0.1 * lungs);
      expect(ruled).toBeLessThan(lungs);
      await panel.getByRole('switch', { name: 'Only these intensities' }).click();
      expect(await total((voxels) => voxels === hollow)).toBe(hollow);
      await page.locator('body').press('Escape');

      // What takes long ends when it is told to; what was accepted stays.
      await viewer.chooseMethod('Denoise');
      const radius = panel.getByRole('spinbutton', { name: 'Radius' });
      await radius.fill('5');
      await radius.press('Enter');
      await panel.getByRole('button', { name: 'Run', exact: true }).click();
      await panel.getByRole('button', { name: /^Cancel/ }).click();
      await panel.getByRole('progressbar').waitFor({ state: 'detached' });
      expect(await total((voxels) => voxels === lungs)).toBe(lungs);

      // The lower bound is dragged over the histogram by the mouse.
      await viewer.chooseMethod('Threshold');
      const curve = (await panel.locator('.cordon-histogram').boundingBox())!;
      const bound = (await panel.getByRole('slider', { name: 'Lower bound' }).boundingBox())!;
      await page.mouse.move(bound.x + bound.width / 2, bound.y + 20);
      await page.mouse.down();
      await page.mouse.move(curve.x + curve.width * 0.85, bound.y + 20, { steps: 5 });
      await page.mouse.up();
      await preview();
      const lower = Number(
        await panel.getByRole('spinbutton', { name: 'Lower bound' }).inputValue()
      );
      expect(lower).toBeGreaterThan(100);
      const bright = await onCommandLine('threshold', '--param', `lower=${lower}`);
      const [marked] = await viewer.waitForLabels(([labels]) => labels.counts['2'] === bright);
      expect(marked.counts['2']).toBe(bright);
      await panel.getByRole('button', { name: 'Reject' }).click();
      expect(await total((voxels) => voxels === lungs)).toBe(lungs);

      // A map of edges lies over all three planes, and goes off again.
      await viewer.chooseMethod('Edges');
      await panel.getByRole('button', { name: 'Run', exact: true }).click();
      const map = page.locator('[data-cy=cordon-overlay]');
      await map.nth(2).waitFor();
      const painted = await map.evaluateAll((all) =>
        all.map((canvas) => {
          const { width, height } = canvas as HTMLCanvasElement;
          const context = (canvas as HTMLCanvasElement).getContext('2d');
          const { data } = context!.getImageData(0, 0, width, height);
          return data.filter((value, at) => at % 4 === 3 && value > 0).length / (width * height);
        })
      );
      expect(painted).toHaveLength(3);
      expect(Math.min(...painted)).toBeGreaterThan(0.01);
      await panel.getByRole('button', { name: 'Take the map off the image' }).click();
      expect(await map.count()).toBe(0);

      // The task "left lung" of TASKS.md: four clicks, and Enter after each result.
      await viewer.chooseMethod('Threshold');
      await panel.getByRole('button', { name: 'Lung', exact: true }).click();
      await preview();
      await panel.getByRole('button', { name: 'Accept' }).click();
      await panel.getByRole('button', { name: 'Write into Segment 2' }).waitFor();
      await start('Segment 2', 'Islands');
      await preview();
      await panel.getByRole('button', { name: 'Accept' }).click();
      await panel.getByText('Changes are not saved yet.').waitFor();
      const isLung = (voxels: number | undefined) =>
        voxels !== undefined && voxels * VOXEL_ML > 1300 && voxels * VOXEL_ML < 1440;
      const [left] = await viewer.waitForLabels(([labels]) => isLung(labels.counts['2']));
      expect(left.counts['2'] * VOXEL_ML).toBeGreaterThan(1300);
      expect(left.counts['2'] * VOXEL_ML).toBeLessThan(1440);

      // One step of the history brings all air of this brightness back.
      await viewer.undo();
      const isAir = (voxels: number) => voxels > 2 * left.counts['2'];
      const [air] = await viewer.waitForLabels(([labels]) => isAir(labels.counts['2']));
      expect(isAir(air.counts['2'])).toBe(true);
      expect(complaints.errors).toEqual([]);
      await page.context().close();
    });
  },
  [sharedMissing(CHEST_CT)]
);
