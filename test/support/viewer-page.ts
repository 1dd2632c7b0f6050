/**
 * The viewer as a person uses it — by mouse and keyboard — and what a test reads out of it. `page.evaluate` only reads.
 */
import type { Locator, Page } from 'playwright-core';
import { PATIENCE_MS } from './browser';

/** Labels of one segmentation: per source image, the voxels of each value, as a checksum and counts. */
export interface LabelReading {
  readonly label: string;
  readonly segments: readonly { readonly number: number; readonly label: string }[];
  /** Voxels by value. */
  readonly counts: Readonly<Record<string, number>>;
  /** Labels by SOP Instance UID: a hash of every voxel (FNV-1a), only of images that carry labels. */
  readonly hashes: Readonly<Record<string, string>>;
}

/** For one click in a list, of several tries. */
const LIST_PATIENCE_MS = 20_000;

export class ViewerPage {
  readonly page: Page;
  readonly panel: Locator;

  readonly #contrast: number;

  /** `contrast`: grey levels between the darkest and the brightest pixel of an image that is there. */
  constructor(page: Page, contrast = 40) {
    this.page = page;
    this.#contrast = contrast;
    this.panel = page.locator('[data-cy=cordon-panel]');
  }

  /** From the study list into our mode, by clicks. */
  async openFromStudyList(url: string, patient: string): Promise<void> {
    await this.page.goto(`${url}/`, { waitUntil: 'domcontentloaded' });
    await this.page.getByText(patient, { exact: true }).first().click();
    await this.page.getByRole('button', { name: 'Cordon', exact: true }).click();
    await this.waitForImage();
  }

  /** Straight to a study, as a link from a worklist would. */
  async open(url: string, studyUid: string, parameters = ''): Promise<void> {
    const address = `${url}/cordon?StudyInstanceUIDs=${studyUid}${parameters}`;
    await this.page.goto(address, { waitUntil: 'domcontentloaded' });
    await this.waitForImage();
  }

  /** Waits until every viewport shows an image: pixels of different brightness. */
  async waitForImage(): Promise<void> {
    await this.panel.waitFor({ timeout: PATIENCE_MS });
    await this.page.waitForFunction(
      (contrast) => {
        const canvases = [
          ...document.querySelectorAll<HTMLCanvasElement>('canvas.cornerstone-canvas'),
        ];
        const isLit = (canvas: HTMLCanvasElement) => {
          const context = canvas.getContext('2d', { willReadFrequently: true });
          const row = context?.getImageData(0, canvas.height >> 1, canvas.width, 1).data ?? [];
          let [min, max] = [255, 0];
          for (let at = 0; at < row.length; at += 4) {
            min = Math.min(min, row[at]);
            max = Math.max(max, row[at]);
          }
          return max - min > contrast;
        };
        return canvases.length > 0 && canvases.every(isLit);
      },
      this.#contrast,
      { timeout: PATIENCE_MS, polling: 200 }
    );
  }

  /** Deletes a segment in the viewer's own list. */
  async deleteInHostList(label: string): Promise<void> {
    const row = this.page.locator('[data-cy=data-row]').filter({ hasText: label });
    await row.hover();
    await row.getByRole('button', { name: 'Actions' }).click();
    await this.page.locator('[data-cy=Delete]').click();
  }

  async chooseMethod(title: string): Promise<void> {
    const back = this.panel.getByRole('button', { name: 'All methods' });
    if (await back.isVisible()) await back.click();
    await this.panel.getByRole('searchbox').fill(title);
    const rows = this.panel.locator('.cordon-methods');
    await rows.getByRole('button', { name: title, exact: true }).first().click();
  }

  /**
   * Chooses from a list of the panel. On a machine with more to do than it can, a list has been seen not to stay open after the
   * click that opened it: it is opened once more, and what was there instead is printed.
   */
  async choose(list: string, option: string | RegExp, within = this.panel): Promise<void> {
    // An open list hides all else from assistive technology, so the box is looked for without regard to that.
    const box = within.getByRole('combobox', { name: list, exact: true, includeHidden: true });
    const exact = typeof option === 'string';
    const wanted = this.page.getByRole('option', { name: option, exact }).last();
    for (let tries = 3; ; tries--) {
      try {
        const isOpen = (await box.getAttribute('aria-expanded')) === 'true';
        if (!isOpen) await box.click({ timeout: LIST_PATIENCE_MS });
        await wanted.click({ timeout: LIST_PATIENCE_MS });
        return;
      } catch (cause) {
        const there = await this.#whatLists();
        if (tries === 1) throw new Error(`"${list}" could not be chosen from: ${there}`, { cause });
        process.stderr.write(`"${list}" did not stay open: ${there}\n`);
        // Without a list Escape would reject a preview.
        if ((await this.page.locator('.cordon-list').count()) > 0) {
          await this.page.keyboard.press('Escape');
        }
      }
    }
  }

  /** What a failed choice left on the page, in one line. */
  #whatLists(): Promise<string> {
    return this.page.evaluate(() => {
      const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)];
      const start = (element: Element | null) => element?.outerHTML.slice(0, 200);
      return JSON.stringify({
        lists: all('.cordon-list').map((list) => [list.innerText, start(list)]),
        boxes: all('[role=combobox]').map((box) => [box.ariaLabel, box.ariaExpanded]),
        hidden: all('[aria-hidden=true]')
          .filter((one) => one.querySelector('.cordon-panel'))
          .map(start),
        dialogs: all('[role=dialog], [role=alertdialog]').map(start),
        focus: start(document.activeElement),
        panel: all('.cordon-panel').map((panel) => panel.innerText.slice(0, 300)),
      });
    });
  }

  /** Runs the chosen method; the first run also waits until all images are loaded. */
  async run(timeout = PATIENCE_MS): Promise<void> {
    await this.panel.getByRole('button', { name: 'Run', exact: true }).click();
    await this.panel.getByRole('button', { name: 'Accept' }).waitFor({ timeout });
  }

  async accept(): Promise<void> {
    await this.panel.getByRole('button', { name: 'Accept' }).click();
    await this.panel.getByRole('button', { name: 'Accept' }).waitFor({ state: 'detached' });
  }

  async undo(): Promise<void> {
    await this.page.locator('[data-cy=undo-btn]').click();
  }

  async redo(): Promise<void> {
    await this.page.locator('[data-cy=redo-btn]').click();
  }

  /** Clicks save and waits for the outcome; its text. */
  async save(): Promise<{ readonly isSaved: boolean; readonly text: string }> {
    await this.panel.getByRole('button', { name: /^(Save to archive|Try again)$/ }).click();
    const saved = this.page.locator('[data-cy=cordon-saved]');
    const failed = this.page.locator('[data-cy=cordon-save-failed]');
    // The outcome of an earlier attempt is replaced by the progress first.
    await this.panel
      .getByRole('progressbar')
      .waitFor({ timeout: 3_000 })
      .catch(() => undefined);
    await saved.or(failed).waitFor();
    const isSaved = await saved.isVisible();
    return { isSaved, text: await (isSaved ? saved : failed).innerText() };
  }

  /** Saves; throws with what the panel says when it did not work. */
  async saved(): Promise<void> {
    const { isSaved, text } = await this.save();
    if (!isSaved) throw new Error(`not saved: ${text}`);
  }

  /** The SEG series that the study browser lists. */
  storedSegmentations(): Locator {
    return this.page.locator('[data-cy=study-browser-thumbnail-no-image]');
  }

  /** Opens a stored segmentation by a double click and agrees to have it editable. */
  async openSegmentation(index = 0): Promise<void> {
    await this.storedSegmentations().nth(index).dblclick();
    await this.page.locator('[data-cy=yes-hydrate-btn]').click();
    await this.page.locator('[data-cy=yes-hydrate-btn]').waitFor({ state: 'detached' });
    await this.waitForImage();
  }

  /** The labels of all segmentations that the viewer holds. */
  readLabels(): Promise<LabelReading[]> {
    return this.page.evaluate(() => {
      interface HostPage {
        readonly cornerstone: {
          readonly cache: {
            getImage(id: string):
              | {
                  readonly referencedImageId: string;
                  readonly voxelManager: { getScalarData(): ArrayLike<number> };
                }
              | undefined;
          };
        };
        readonly services: {
          readonly segmentationService: {
            getSegmentations(): readonly {
              readonly label: string;
              readonly segments: Readonly<Record<string, { segmentIndex: number; label: string }>>;
              readonly representationData: {
                readonly Labelmap?: {
                  readonly imageIds: readonly string[];
                  readonly labelmaps?: Readonly<
                    Record<string, { readonly imageIds?: readonly string[] }>
                  >;
                };
              };
            }[];
          };
        };
      }
      const { cornerstone, services } = window as unknown as HostPage;
      return services.segmentationService.getSegmentations().map((segmentation) => {
        const counts: Record<string, number> = {};
        const hashes: Record<string, string> = {};
        const labelmap = segmentation.representationData.Labelmap;
        const layers = Object.values(labelmap?.labelmaps ?? {});
        const lists =
          layers.length > 0
            ? layers.map((layer) => layer.imageIds ?? [])
            : [labelmap?.imageIds ?? []];
        for (const id of lists.flat()) {
          const image = cornerstone.cache.getImage(id);
          if (!image) continue;
          const voxels = image.voxelManager.getScalarData();
          let hash = 0x811c9dc5;
          let isEmpty = true;
          for (let at = 0; at < voxels.length; at++) {
            const value = voxels[at];
            hash = Math.imul(hash ^ value, 0x01000193) >>> 0;
            if (value === 0) continue;
            isEmpty = false;
            counts[value] = (counts[value] ?? 0) + 1;
          }
          const instance = /instances\/([0-9.]+)/.exec(image.referencedImageId)?.[1] ?? '';
          if (!isEmpty) hashes[instance] = `${hashes[instance] ?? ''}${hash.toString(16)}`;
        }
        const segments = Object.values(segmentation.segments)
          .filter(Boolean)
          .map(({ segmentIndex, label }) => ({ number: segmentIndex, label }));
        return { label: segmentation.label, segments, counts, hashes };
      });
    });
  }

  /** Reads labels until `isRight` holds; the last reading otherwise. */
  async waitForLabels(isRight: (labels: LabelReading[]) => boolean): Promise<LabelReading[]> {
    const deadline = Date.now() + PATIENCE_MS / 2;
    let labels = await this.readLabels();
    while (!isRight(labels) && Date.now() < deadline) {
      await this.page.waitForTimeout(200);
      labels = await this.readLabels();
    }
    return labels;
  }

  /**
   * Starts counting the events that say that labels have changed. The host sends the same event, without slices, when it
   * begins to draw a segmentation: those are not counted.
   */
  async countLabelEvents(): Promise<(atLeast?: number) => Promise<number>> {
    await this.page.evaluate(() => {
      const page = window as unknown as {
        cornerstone: { eventTarget: EventTarget };
        cordonTestEvents: number;
      };
      page.cordonTestEvents = 0;
      page.cornerstone.eventTarget.addEventListener(
        'CORNERSTONE_TOOLS_SEGMENTATION_DATA_MODIFIED',
        (event) => {
          const { detail } = event as CustomEvent<{ modifiedSlicesToUse?: readonly number[] }>;
          if (detail.modifiedSlicesToUse?.length) page.cordonTestEvents++;
        }
      );
    });
    // The event follows the last voxel by a task: `atLeast` waits for it.
    return async (atLeast = 0) => {
      const count = () =>
        this.page.evaluate(
          () => (window as unknown as { cordonTestEvents: number }).cordonTestEvents
        );
      for (let tries = 0; tries < 50 && (await count()) < atLeast; tries++) {
        await this.page.waitForTimeout(100);
      }
      return count();
    };
  }
}

/** Number of labelled voxels of a reading. */
export const labelledVoxels = (reading: LabelReading | undefined): number =>
  Object.values(reading?.counts ?? {}).reduce((sum, count) => sum + count, 0);
