/**
 * Every classical tool in the viewer by mouse, on a stack and in a coronal plane of an MPR, each in a slice of its own and under a
 * write rule: previewed, accepted, undone and done again. The whole study is stored once, and every segment comes out the same on
 * the command line.
 */
import { describeWithBrowser, newPage, PATIENCE_MS } from '../support/browser';
import { openStage } from '../support/browser-stage';
import { serveSeries } from '../support/drawn-series';
import { studyUidOf } from '../support/series';
import { brightestLabelled, ToolBench, type Hand, type Tool } from '../support/tool-bench';
import {
  axialGround,
  BRIGHTEST_BONE,
  coronalGround,
  PLACES,
  type Place,
} from '../support/tool-ground';
import { ViewerPage } from '../support/viewer-page';

const { bone, marrow, tissue } = PLACES;
const beside = ([x, y]: Place, by: Place): Place => [x + by[0], y + by[1]];

/** One over the structure, one over what is not part of it. */
const twoStrokes = async ({ stroke }: Hand) => {
  await stroke([bone, beside(bone, [-5, 4])]);
  await stroke([tissue, [46, 4], [4, 4]], 'Shift');
};

const TOOLS: readonly Tool[] = [
  { title: 'Threshold' },
  { title: "Otsu's threshold" },
  { title: 'Multi-level Otsu' },
  { title: 'Automatic threshold' },
  { title: 'Region growing', draw: ({ click }) => click(bone) },
  { title: 'Confidence connected', draw: ({ click }) => click(tissue) },
  { title: 'Watershed', draw: twoStrokes },
  { title: 'Grow-cut', draw: twoStrokes },
  { title: 'Graph cut', draw: twoStrokes },
  {
    title: 'Live wire',
    draw: async ({ click, doubleClick }) => {
      for (const by of [[-9, -9] as const, [9, -9] as const, [9, 9] as const]) {
        await click(beside(marrow, by));
      }
      await doubleClick(beside(marrow, [-9, 9]));
    },
  },
  { title: 'Level set', draw: ({ stroke }) => stroke([marrow, beside(marrow, [7, 0])]) },
  { title: 'Edge flow' },
  { title: 'Edges', choices: { Result: 'Closed regions' } },
  { title: 'Edges', makesMap: true },
  { title: 'Denoise', makesMap: true },
  { title: 'Islands', onSegment: 'new' },
  { title: 'Fill holes', onSegment: 'new' },
  { title: 'Margin', onSegment: 'new' },
  { title: 'Smoothing', onSegment: 'new', numbers: { Radius: '2' } },
  { title: 'Hollow', onSegment: 'new', numbers: { Thickness: '2' } },
  { title: 'Logical operation', onSegment: 'new', choices: { Operation: 'Invert' } },
  { title: 'Connected components', onSegment: 'new' },
  { title: 'Bone (CT)' },
  { title: 'Body outline (CT)' },
  { title: 'Lungs (CT)' },
];

/** For magnetic resonance only, and in the volume: the last one works on what the one before has made. */
const VOLUME_TOOLS: readonly Tool[] = [
  { title: 'Bias field correction (N4)', makesMap: true },
  { title: 'Smoothing', onSegment: 'new', inVolume: true, numbers: { Radius: '2' } },
  { title: 'Hollow', onSegment: 'last', inVolume: true, choices: { Dimension: '2D' } },
];

/** Small, as it is drawn without a graphics card. */
const WINDOW = { width: 1200, height: 700 };
const MPR = '&hangingprotocolid=mpr';
const ct = (uid: string) => ({ patientName: 'Ground^CT', uid });
const mr = (uid: string) => ({ patientName: 'Ground^MR', uid, image: { modality: 'MR' } });

const STACK = { layout: 'a stack', link: '' } as const;
const PLANE = { layout: 'a coronal plane', link: MPR } as const;
const GROUNDS = [
  { ...STACK, of: 'CT', tools: TOOLS, ground: axialGround(ct('2.25.221'), TOOLS.length) },
  { ...PLANE, of: 'CT', tools: TOOLS, ground: coronalGround(ct('2.25.222'), TOOLS.length) },
  { ...STACK, of: 'MR', tools: VOLUME_TOOLS, ground: axialGround(mr('2.25.223'), 6) },
  { ...PLANE, of: 'MR', tools: VOLUME_TOOLS, ground: coronalGround(mr('2.25.224'), 24) },
] as const;

describeWithBrowser('every classical tool', () => {
  jest.setTimeout(20 * PATIENCE_MS);
  const stage = openStage((pluginDir) =>
    serveSeries(
      pluginDir,
      GROUNDS.map(({ ground }) => ground.series)
    )
  );

  it.each(GROUNDS)(
    'is accepted, undone, done again, stored and run again on $layout of $of',
    async ({ ground, link, tools }) => {
      const { page, complaints } = await newPage(stage.browser, WINDOW);
      const viewer = new ViewerPage(page);
      await viewer.open(stage.served.gateway.url, studyUidOf(ground.series), link);
      const bench = new ToolBench(viewer, ground);
      await bench.begin();
      await bench.protectMetal();
      for (const [slice, tool] of tools.entries()) await bench.use(tool, slice);

      const labels = await bench.labels();
      expect(await brightestLabelled(page)).toBeLessThanOrEqual(BRIGHTEST_BONE);
      await viewer.saved();
      const stored = await stage.served.rerunStored(ground.series);
      expect(stored).toHaveLength(labels.segments.length);
      expect(stored.filter(({ dice }) => dice !== 1)).toEqual([]);
      expect(complaints.errors.filter((error) => !WHEEL.test(error))).toEqual([]);
      await page.context().close();
    }
  );
});

/** The viewer's own answer to the wheel in this browser. */
const WHEEL = /preventDefault inside passive event listener/;
