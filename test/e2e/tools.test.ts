/**
 * Tools that a click or a stroke steers, in the planes of an MPR: growing with the region shown before the click, a wire that
 * follows the mouse and closes on a double click, a contour that evolves from a sphere. Pipelines in the volume and in one slice, on
 * a stack and in the planes. Undo, the write rule, and the same voxels on the command line. By mouse and keyboard.
 */
import { describeWithBrowser, newPage, PATIENCE_MS } from '../support/browser';
import { openStage } from '../support/browser-stage';
import { serveSeries } from '../support/drawn-series';
import { ball, studyUidOf, type TestSeries } from '../support/series';
import { TRUNK, trunkSeries } from '../support/trunk-series';
import { ViewerBoard } from '../support/viewer-board';
import { labelledVoxels, ViewerPage } from '../support/viewer-page';

const SERIES: TestSeries = {
  patientName: 'Tools^Tried',
  uid: '2.25.211',
  rows: 64,
  columns: 64,
  slices: 16,
};
const TRUNKS = [
  { layout: 'a stack', series: trunkSeries('Trunk^Stack', '2.25.212'), parameters: '' },
  {
    layout: 'three planes',
    series: trunkSeries('Trunk^Planes', '2.25.213'),
    parameters: '&hangingprotocolid=mpr',
  },
] as const;
/** Voxels of the ball: those of value 200. */
const BALL = Array.from({ length: 16 }, (_, slice) => {
  const values = new Int16Array(ball(64, 64, 16, slice).buffer);
  return values.filter((value) => value === 200).length;
});
const numbersOf = (pattern: RegExp, text: string) =>
  (pattern.exec(text)?.slice(1) ?? []).map((number) => Number(number.replaceAll(',', '')));
const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

describeWithBrowser('tools steered by the mouse', () => {
  jest.setTimeout(4 * PATIENCE_MS);
  const stage = openStage((pluginDir) =>
    serveSeries(pluginDir, [SERIES, ...TRUNKS.map(({ series }) => series)])
  );

  it('grows, follows edges and evolves, each accepted, undone and run again', async () => {
    const { page, complaints } = await newPage(stage.browser);
    const viewer = new ViewerPage(page);
    await viewer.open(stage.served.gateway.url, studyUidOf(SERIES), '&hangingprotocolid=mpr');
    const [axial, sagittal] = [0, 1].map((index) => new ViewerBoard(page, index));
    const accept = viewer.panel.getByRole('button', { name: 'Accept' });
    const labelled = async () => labelledVoxels((await viewer.readLabels())[0]);

    // A range has its name above it, as the viewer gives it none.
    await page.locator('[data-cy="cordon.threshold"]').click();
    const range = page.locator('[data-cy="cordon.threshold.lower.heading"]');
    expect(await range.innerText()).toBe('Lower bound – Upper bound (HU)');

    // Growing: the region is shown under the mouse, and nothing is written before the click.
    // Its button is in the viewer's own toolbox.
    const button = page.locator('[data-cy="cordon.region-growing"]');
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    await button.scrollIntoViewIfNeeded();
    const lay = (await button.boundingBox())!;
    await button.click();
    await viewer.panel.getByText('Click into the structure.').waitFor();
    await page.locator('[data-cy="cordon.region-growing"][aria-pressed=true]').waitFor();
    // It stays under the mouse.
    const lies = (await button.boundingBox())!;
    expect(Math.abs(lies.y - lay.y)).toBeLessThan(lay.height);
    // Its first options are there too, in the viewer's own controls: the values of the panel. It begins around the seeds.
    const option = (name: string) => page.locator(`[data-cy="cordon.region-growing.${name}"]`);
    const inPanel = viewer.panel.getByRole('combobox', { name: 'Bounds' });
    await inPanel.getByText('Around seeds').waitFor();
    await option('tolerance').waitFor();
    await page.getByRole('tab', { name: 'Fixed' }).click();
    await inPanel.getByText('Fixed').waitFor();
    await option('tolerance').waitFor({ state: 'detached' });
    await viewer.choose('Bounds', 'Around seeds');
    await page.locator('[role=tab][data-state=active]', { hasText: 'Around seeds' }).waitFor();
    await option('tolerance').waitFor();
    await axial.hover([0.49, 0.5]);
    await axial.appears('foresight');
    await sagittal.appears('foresight');
    expect(await labelled()).toBe(0);
    await axial.click([0.49, 0.5]);
    await accept.waitFor();
    const [grown] = await viewer.waitForLabels(
      ([labels]) => labelledVoxels(labels) === total(BALL)
    );
    expect(labelledVoxels(grown)).toBe(total(BALL));
    // Escape over the image takes back the region and the click.
    await page.keyboard.press('Escape');
    await accept.waitFor({ state: 'detached' });
    expect(await axial.marks('seed')).toBe(0);
    expect(await labelled()).toBe(0);
    await axial.click([0.49, 0.5]);
    await accept.waitFor();
    await page.keyboard.press('Enter');
    await accept.waitFor({ state: 'detached' });
    expect(await labelled()).toBe(total(BALL));

    // The wire: from point to point along the edge, in this slice only; other segments are kept.
    await viewer.choose('Overlap', 'Keep others');
    await viewer.chooseMethod('Live wire');
    await axial.click([0.3, 0.33]);
    await axial.hover([0.5, 0.33]);
    await axial.appears('wire');
    await axial.click([0.6, 0.33]);
    await axial.click([0.9, 0.5]);
    await axial.click([0.5, 0.66]);
    expect(await axial.marks('anchor')).toBe(4);
    expect(await sagittal.marks('anchor')).toBe(0);
    await axial.doubleClick([0.06, 0.55]);
    await accept.waitFor();
    // The host's double click enlarges a viewport: not this one.
    expect(await page.locator('canvas.cornerstone-canvas').count()).toBe(3);
    await page.keyboard.press('Enter');
    await accept.waitFor({ state: 'detached' });
    const [wired] = await viewer.readLabels();
    expect(wired.counts[1]).toBe(total(BALL));
    expect(wired.counts[2]).toBeGreaterThan(0);
    await viewer.undo();
    const [unwired] = await viewer.waitForLabels(([labels]) => !labels.counts[2]);
    expect(labelledVoxels(unwired)).toBe(total(BALL));
    // The points have come back with the undo; Escape ends the wire that follows the mouse, if it is still sought, then clears them.
    expect(await axial.marks('anchor')).toBe(5);
    await axial.hover([0.5, 0.5]);
    await page.keyboard.press('Escape');
    if ((await axial.marks('anchor')) > 0) await page.keyboard.press('Escape');
    expect(await axial.marks('anchor')).toBe(0);

    // A corner beside the ball, to be stored with it.
    for (const point of [
      [0.06, 0.3],
      [0.2, 0.3],
      [0.2, 0.33],
    ] as const) {
      await axial.click(point);
    }
    await axial.doubleClick([0.06, 0.33]);
    await accept.waitFor();
    await page.keyboard.press('Enter');
    await accept.waitFor({ state: 'detached' });

    await viewer.saved();
    const segments = await stage.served.rerunStored();
    expect(segments.map(({ dice }) => dice)).toEqual([1, 1]);

    // The contour: from a sphere, drawn by dragging from its centre.
    await viewer.choose('Overlap', 'Overwrite others');
    await viewer.chooseMethod('Level set');
    await axial.stroke([0.5, 0.5], [0.75, 0.5]);
    expect(await axial.marks('sphere')).toBe(1);
    expect(await sagittal.marks('sphere')).toBe(1);
    await accept.waitFor();
    const [evolved] = await viewer.readLabels();
    expect(evolved.counts[3]).toBeGreaterThan(0.5 * total(BALL));
    // What it takes from the ball is said before it is accepted.
    const said = await viewer.panel.locator('.cordon-result').innerText();
    const [all, allMl] = numbersOf(/([\d,]+) voxels · ([\d.]+)\sml/, said);
    const [takenMl] = numbersOf(/Takes ([\d.]+)\sml from Segment 1\./, said);
    const taken = total(BALL) - (evolved.counts[1] ?? 0);
    expect(takenMl / taken / (allMl / all)).toBeCloseTo(1, 2);
    await page.keyboard.press('Escape');
    await viewer.waitForLabels(([labels]) => !labels.counts[3]);
    expect(complaints.errors).toEqual([]);
    await page.context().close();
  });

  it.each(TRUNKS)(
    'runs a pipeline in one slice and in the volume on $layout',
    async ({ series, parameters }) => {
      const { page, complaints } = await newPage(stage.browser);
      const viewer = new ViewerPage(page);
      const { panel } = viewer;
      await viewer.open(stage.served.gateway.url, studyUidOf(series), parameters);
      const accept = panel.getByRole('button', { name: 'Accept' });
      const methods = panel.getByRole('region', { name: 'Methods', exact: true });
      const choose = (field: string, choice: string) => viewer.choose(field, choice, methods);
      const oneClick = panel.getByRole('group', { name: 'With one click' });
      /** Voxels of a segment, once they are what is awaited; otherwise what they are in the end. */
      const voxels = async (segment: number, awaited: (count: number) => boolean) => {
        const of = (counts: Readonly<Record<string, number>> = {}) => counts[segment] ?? 0;
        const [labels] = await viewer.waitForLabels(([one]) => awaited(of(one?.counts)));
        return of(labels?.counts);
      };
      /** Rounded corners and closed gaps of a pipeline are less than this share. */
      const about = (wanted: number) => (count: number) => Math.abs(count / wanted - 1) < 0.03;

      // A pipeline in one slice, then in the volume: the preview follows.
      await oneClick.getByRole('button', { name: 'Body outline (CT)' }).click();
      await accept.waitFor();
      await choose('Region', 'This slice only');
      const slice = await voxels(1, about(TRUNK.bodySlice));
      expect(slice / TRUNK.bodySlice).toBeCloseTo(1, 1);
      expect(Object.keys((await viewer.readLabels())[0].hashes)).toHaveLength(1);
      await choose('Region', 'Whole volume');
      const body = await voxels(1, about(TRUNK.body));
      expect(body / TRUNK.body).toBeCloseTo(1, 1);
      await panel.getByRole('button', { name: 'Reject' }).click();
      await accept.waitFor({ state: 'detached' });
      expect(complaints.errors).toEqual([]);
      await page.context().close();
    }
  );
});
