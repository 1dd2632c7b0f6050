/**
 * A tool of the panel on a ground, by mouse: it is chosen, steered in a slice of its own, accepted, undone and done again.
 */
import type { Page } from 'playwright-core';
import { CtBoard } from './ct-board';
import { BRIGHTEST_BONE, type Ground, type Place } from './tool-ground';
import type { LabelReading, ViewerPage } from './viewer-page';

/** A tool, and how it is steered. */
export interface Tool {
  readonly title: string;
  /** What is chosen in its form: name of the field, choice. */
  readonly choices?: Readonly<Record<string, string>>;
  /** What is typed there. */
  readonly numbers?: Readonly<Record<string, string>>;
  /** It changes a segment: a new one that a threshold marks first, or the last one that there is. */
  readonly onSegment?: 'new' | 'last';
  /** It works in the volume. */
  readonly inVolume?: boolean;
  /** Strokes and clicks in the slice; without them Run is pressed. */
  readonly draw?: (hand: Hand) => Promise<void>;
  /** Its result is a map over the image. */
  readonly makesMap?: boolean;
}

/** The mouse in the slice of a tool. */
export interface Hand {
  click(at: Place): Promise<void>;
  doubleClick(at: Place): Promise<void>;
  stroke(through: readonly Place[], key?: string): Promise<void>;
}

/** What the labels were when a tool was done, by image. */
type Hashes = LabelReading['hashes'];

export class ToolBench {
  readonly #viewer: ViewerPage;
  readonly #ground: Ground;
  readonly #board: CtBoard;

  constructor(viewer: ViewerPage, ground: Ground) {
    this.#viewer = viewer;
    this.#ground = ground;
    this.#board = new CtBoard(viewer.page, ground.grid);
  }

  /** In three planes this viewport is the one whose slice is worked on from now on. */
  async begin(): Promise<void> {
    await this.#board.click(this.#ground.plane, this.#ground.grid.middle);
  }

  /** Sets the write rule: nothing is written into metal. */
  async protectMetal(): Promise<void> {
    const { panel } = this.#viewer;
    // The first method that is chosen loads the images: their range is known then.
    await this.#viewer.chooseMethod('Threshold');
    await panel.getByRole('switch', { name: 'Only these intensities' }).click();
    const largest = panel.getByRole('spinbutton', { name: 'Largest editable intensity' });
    await largest.fill(String(BRIGHTEST_BONE));
    await largest.press('Enter');
  }

  /** Uses a tool in a slice; what it labels is one step of the history. */
  async use(tool: Tool, slice: number): Promise<void> {
    if (!tool.inVolume) await this.#board.scrollTo(this.#ground.plane, slice);
    if (tool.onSegment === 'new') await this.#mark(tool);
    const before = (await this.labels()).hashes;
    await this.#choose(tool);
    await this.steer(tool, slice);
    if (tool.makesMap) {
      await this.#mapGoes();
      expect((await this.labels()).hashes).toEqual(before);
      return;
    }
    const previewed = await this.#accept();
    const after = await this.labels();
    expect(previewed).not.toEqual(before);
    expect(after.hashes).toEqual(previewed);
    await this.#viewer.undo();
    await this.#becomes(before);
    await this.#viewer.redo();
    await this.#becomes(after.hashes);
  }

  /** Marks what is bright, in the same region, as a segment that is then changed. */
  async #mark({ inVolume }: Tool): Promise<void> {
    await this.#choose({ title: 'Threshold', inVolume });
    await this.#viewer.panel.getByRole('button', { name: 'Run', exact: true }).click();
    await this.#accept();
  }

  async #choose(tool: Tool): Promise<void> {
    const { title, choices = {}, numbers = {}, onSegment, inVolume } = tool;
    const { panel } = this.#viewer;
    await this.#viewer.chooseMethod(title);
    await panel.getByRole('heading', { name: title, exact: true }).waitFor();
    const erase = panel.getByRole('button', { name: 'Erase all that is drawn' });
    if ((await erase.count()) > 0 && (await erase.isEnabled())) await erase.click();
    const { segments } = await this.labels();
    if (onSegment) await this.#pick('Segment', segments[segments.length - 1].label);
    for (const [field, choice] of Object.entries(choices)) await this.#pick(field, choice);
    for (const [field, value] of Object.entries(numbers)) {
      const box = panel.getByRole('spinbutton', { name: field, exact: true });
      await box.fill(value);
      await box.press('Enter');
    }
    await this.#pick('Region', inVolume ? 'Whole volume' : 'This slice only');
  }

  async #pick(field: string, choice: string): Promise<void> {
    const { panel } = this.#viewer;
    const form = panel.getByRole('region', { name: 'Methods', exact: true });
    const box = form.getByRole('combobox', { name: field, exact: true });
    // What works in one slice anyway does not ask.
    if (field === 'Region' && (await box.count()) === 0) return;
    if ((await box.innerText()) === choice) return;
    await this.#viewer.choose(field, choice, form);
  }

  /** Draws what the tool asks for, or presses Run. */
  async steer({ draw }: Tool, slice: number): Promise<void> {
    if (!draw) {
      await this.#viewer.panel.getByRole('button', { name: 'Run', exact: true }).click();
      return;
    }
    const { plane } = this.#ground;
    const voxel = (at: Place) => this.#ground.voxel(at, slice);
    await draw({
      click: (at) => this.#board.click(plane, voxel(at)),
      doubleClick: (at) => this.#board.doubleClick(plane, voxel(at)),
      stroke: (through, key) => this.#board.draw(plane, through.map(voxel), key),
    });
  }

  /** Accepts the preview when it is ready; what its labels were. */
  async #accept(): Promise<Hashes> {
    const accept = this.#viewer.panel.locator('button:enabled', { hasText: 'Accept' });
    await accept.waitFor();
    const { hashes } = await this.labels();
    await accept.click();
    await this.#viewer.panel.getByRole('button', { name: 'Accept' }).waitFor({ state: 'detached' });
    return hashes;
  }

  async #mapGoes(): Promise<void> {
    const { page, panel } = this.#viewer;
    const map = page.locator('[data-cy=cordon-overlay]');
    await map.first().waitFor();
    await panel.getByRole('button', { name: 'Take the map off the image' }).click();
    await map.first().waitFor({ state: 'detached' });
  }

  async #becomes(wanted: Hashes): Promise<void> {
    const isRight = ([labels]: readonly LabelReading[]) => same(labels?.hashes ?? {}, wanted);
    const [labels] = await this.#viewer.waitForLabels(isRight);
    expect(labels?.hashes ?? {}).toEqual(wanted);
  }

  async labels(): Promise<LabelReading> {
    const [labels = NONE] = await this.#viewer.readLabels();
    return labels;
  }
}

const NONE: LabelReading = { label: '', segments: [], counts: {}, hashes: {} };

const same = (a: Hashes, b: Hashes) =>
  Object.keys(a).length === Object.keys(b).length &&
  Object.entries(a).every(([image, hash]) => b[image] === hash);

/** The largest value of the image under any label. */
export function brightestLabelled(page: Page): Promise<number> {
  return page.evaluate(() => {
    interface Image {
      readonly referencedImageId: string;
      readonly voxelManager: { getScalarData(): ArrayLike<number> };
    }
    interface Layer {
      readonly imageIds?: readonly string[];
    }
    const { cornerstone, services } = window as unknown as {
      readonly cornerstone: { readonly cache: { getImage(id: string): Image } };
      readonly services: {
        readonly segmentationService: {
          getSegmentations(): readonly {
            readonly representationData: {
              readonly Labelmap: Layer & { readonly labelmaps?: Readonly<Record<string, Layer>> };
            };
          }[];
        };
      };
    };
    const imageOf = (id: string) => cornerstone.cache.getImage(id);
    const [{ representationData }] = services.segmentationService.getSegmentations();
    const { Labelmap } = representationData;
    const layers = [Labelmap, ...Object.values(Labelmap.labelmaps ?? {})];
    let brightest = -Infinity;
    for (const id of layers.flatMap(({ imageIds = [] }) => imageIds)) {
      const { referencedImageId, voxelManager } = imageOf(id);
      const labels = voxelManager.getScalarData();
      const values = imageOf(referencedImageId).voxelManager.getScalarData();
      for (let at = 0; at < labels.length; at++) {
        if (labels[at] !== 0) brightest = Math.max(brightest, values[at]);
      }
    }
    return brightest;
  });
}
