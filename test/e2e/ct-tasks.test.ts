/**
 * Tasks that a reader does on a chest CT with a few strokes, as extensions/classical/TASKS.md tells them: the body of a vertebra,
 * the descending aorta. Each ends within its volume, gives way to undo, and comes out the same on the command line.
 */
import { describeWithBrowser, newPage, PATIENCE_MS } from '../support/browser';
import { openStage } from '../support/browser-stage';
import { CHEST_CT, serveChestCt, VOXEL_ML } from '../support/chest-ct';
import { descendingAorta, vertebralBody } from '../support/ct-tasks';
import { sharedMissing } from '../support/shared-data';
import { ViewerPage } from '../support/viewer-page';

/** The viewer listens to the wheel passively and then tries to keep the page from scrolling. */
const ZOOM = /preventDefault inside passive event listener/;

describeWithBrowser(
  'tasks on a CT',
  () => {
    jest.setTimeout(6 * PATIENCE_MS);
    const stage = openStage(serveChestCt);

    it('outline a vertebral body and the descending aorta, each with a few strokes', async () => {
      const { page, complaints } = await newPage(stage.browser);
      const viewer = new ViewerPage(page);
      await viewer.open(stage.served.url, stage.served.studyUid, '&hangingprotocolid=mpr');
      const accept = viewer.panel.getByRole('button', { name: 'Accept' });
      /** Enter, and the volume of the segment afterwards. */
      const enter = async (segment: number) => {
        // Not while the result of the last stroke is still on its way.
        await viewer.panel.getByRole('button', { name: 'Accept', disabled: false }).waitFor();
        await page.keyboard.press('Enter');
        await accept.waitFor({ state: 'detached' });
        const [labels] = await viewer.readLabels();
        return labels.counts[segment] * VOXEL_ML;
      };

      await vertebralBody(viewer);
      const body = await enter(1);
      expect(body).toBeGreaterThan(15);
      expect(body).toBeLessThan(21);

      await viewer.panel.getByRole('button', { name: 'Add a segment' }).click();
      await descendingAorta(viewer);
      const aorta = await enter(2);
      expect(aorta).toBeGreaterThan(45);
      expect(aorta).toBeLessThan(62);

      // One step of the history takes the aorta back and leaves the vertebra.
      await viewer.undo();
      const [before] = await viewer.waitForLabels(([labels]) => !labels.counts[2]);
      expect(before.counts[1] * VOXEL_ML).toBe(body);
      await viewer.redo();
      const [again] = await viewer.waitForLabels(
        ([labels]) => labels.counts[2] * VOXEL_ML === aorta
      );
      expect(again.counts[2] * VOXEL_ML).toBe(aorta);

      await viewer.saved();
      const segments = await stage.served.rerunStored();
      expect(segments.map(({ dice }) => dice)).toEqual([1, 1]);
      expect(complaints.errors.filter((error) => !ZOOM.test(error))).toEqual([]);
      await page.context().close();
    });
  },
  [sharedMissing(CHEST_CT)]
);
