/** @file Which segmentation the volumes in the panel are of, and when they are measured again. */
import {
  code,
  unnamedSegment,
  type CodedConcept,
  type LabelVolume,
} from '@cordon/extension-workbench/pure';
import { gridAt } from '../../../../../test/support/segments';
import { BrainVolumes } from './brain-volumes';

const SIDES = [code('7771000', 'SCT', 'Left'), code('24028007', 'SCT', 'Right')];
const TYPES = [1, 2, 3, 4, 5].map((value) => code(String(value), '99X', `Structure ${value}`));

/** Left and right of five structures; each left one has `voxels` of 1 mL, each right one has one. */
function labelled(voxels: number): LabelVolume {
  const geometry = gridAt(10, 10, [10, 10], [0, 10]);
  const layer = new Uint8Array(200);
  const segments = TYPES.flatMap((type) => SIDES.map((side) => ({ type, side }))).map(
    ({ type, side }, index) => ({
      ...unnamedSegment(index + 1, [index, 0, 0]),
      type,
      typeModifiers: [side],
      number: index + 1,
      layer: 0,
    })
  );
  let at = 0;
  for (const { number } of segments) {
    const count = number % 2 === 1 ? voxels : 1;
    layer.fill(number, at, (at += count));
  }
  return { geometry, layers: [layer], segments };
}

/** A viewer with two segmentations, `a` and `b`, and what a person does in it. */
class Viewer {
  readonly book = { revision: 1, subscribe: (listener: () => void) => this.#listen(listener) };
  readonly labels = new Map([
    ['a', labelled(2)],
    ['b', labelled(5)],
  ]);
  readonly #listeners: (() => void)[] = [];
  #state: Record<string, unknown> = { segments: [] };
  copies = 0;
  #active: string | undefined;
  readonly panel = {
    getState: () => this.#state,
    subscribe: (listener: () => void) => this.#listen(listener),
  };

  /** Another segmentation is active; the panel is told unless it is `late`. */
  activate(segmentationId: string | undefined, late = false): void {
    this.#active = segmentationId;
    if (!late) this.tell();
  }

  /** The panel says what is active now. */
  tell(more: Record<string, unknown> = {}): void {
    const segments = this.labels.get(this.#active ?? '')?.segments ?? [];
    this.#state = {
      segmentationId: this.#active,
      segments: segments.map((terms) => ({ number: terms.number, terms })),
      ...more,
    };
    for (const listener of this.#listeners) listener();
  }

  readonly copySegmentation = async () => {
    this.copies++;
    const segmentationId = this.#active;
    const labels = this.labels.get(segmentationId ?? '');
    const { revision } = this.book;
    await Promise.resolve();
    return labels && { segmentationId, labels, revision };
  };

  #listen(listener: () => void): () => void {
    this.#listeners.push(listener);
    return () => undefined;
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

function open() {
  const viewer = new Viewer();
  const workbench = viewer as unknown as ConstructorParameters<typeof BrainVolumes>[0];
  const volumes = new BrainVolumes(workbench, TYPES as readonly CodedConcept[]);
  const left = () => volumes.getState().rows.map(({ leftMl }) => leftMl);
  return { viewer, volumes, left };
}

describe('volumes of brain structures', () => {
  it('are measured once for a segmentation with enough of the structures', async () => {
    const { viewer, volumes, left } = open();
    viewer.activate('a');
    expect(volumes.getState().isMeasuring).toBe(true);
    await settled();
    expect(left()).toEqual([2, 2, 2, 2, 2]);
    expect(volumes.getState().rows[1].colour).toEqual([2, 0, 0]);
    viewer.tell();
    await settled();
    expect(viewer.copies).toBe(1);
  });

  it('are dropped at once when another segmentation becomes active, and measured for that', async () => {
    const { viewer, volumes, left } = open();
    viewer.activate('a');
    await settled();
    viewer.activate('b');
    expect(left()).toEqual([]);
    await settled();
    expect(left()).toEqual([5, 5, 5, 5, 5]);
    viewer.activate(undefined);
    expect(volumes.getState()).toEqual({ rows: [], isMeasuring: false, isStale: false });
  });

  it('are dropped while something is computed, too, and measured when that has ended', async () => {
    const { viewer, left } = open();
    viewer.activate('a');
    await settled();
    viewer.activate('b', true);
    viewer.tell({ job: { title: '', message: '' } });
    await settled();
    expect([left(), viewer.copies]).toEqual([[], 1]);
    viewer.tell();
    await settled();
    expect(left()).toEqual([5, 5, 5, 5, 5]);
  });

  it('are of the later one when two become active in turn', async () => {
    const { viewer, left } = open();
    viewer.activate('a');
    viewer.activate('b');
    await settled();
    expect(left()).toEqual([5, 5, 5, 5, 5]);
  });

  it('remember what was copied, when the panel hears of another segmentation only later', async () => {
    const { viewer, left } = open();
    viewer.activate('a');
    viewer.activate('b', true);
    await settled();
    viewer.tell();
    await settled();
    expect([left(), viewer.copies]).toEqual([[5, 5, 5, 5, 5], 1]);
    viewer.activate('a');
    await settled();
    expect(left()).toEqual([2, 2, 2, 2, 2]);
  });

  it('are stale after a change, until they are measured again', async () => {
    const { viewer, volumes, left } = open();
    viewer.activate('a');
    await settled();
    viewer.labels.set('a', labelled(7));
    viewer.book.revision++;
    viewer.tell();
    expect([volumes.getState().isStale, left()[0]]).toEqual([true, 2]);
    await volumes.measure();
    expect([volumes.getState().isStale, left()[0]]).toEqual([false, 7]);
  });
});
