/**
 * @file Notices what a person does to segments with the viewer's own list: adds, renames, colours. The segmentation differs from
 * the archive then, and a new name or colour, which the viewer does not take back, becomes a step of its history.
 */
import type { Rgb } from '../terms/segment-description';
import { isRestoring, pushStep } from './history';
import type { HostServices, Subscription } from './host';
import type { SegmentBook } from './segment-book';
import type { Segmentations } from './segmentations';

export class SegmentWatcher {
  readonly #services: HostServices;
  readonly #segmentations: Segmentations;
  readonly #book: SegmentBook;
  /** Names of the segments of each segmentation, by number. */
  readonly #known = new Map<string, ReadonlyMap<number, string>>();
  #subscriptions: Subscription[] = [];
  /** The segment whose colour a person is choosing. */
  #coloured:
    { readonly segmentationId: string; readonly number: number; readonly before: Rgb } | undefined;

  constructor(services: HostServices, segmentations: Segmentations, book: SegmentBook) {
    this.#services = services;
    this.#segmentations = segmentations;
    this.#book = book;
  }

  start(): void {
    this.stop();
    const { segmentationService: service } = this.#services;
    const listen = (event: string, look: (segmentationId: string) => void) =>
      service.subscribe(event, ({ segmentationId }: { readonly segmentationId: string }) => {
        look(segmentationId);
      });
    this.#subscriptions = [
      listen(service.EVENTS.SEGMENTATION_MODIFIED, (id) => {
        this.#lookAtNames(id);
      }),
      listen(service.EVENTS.SEGMENTATION_REPRESENTATION_MODIFIED, (id) => {
        this.#lookAtColour(id);
      }),
    ];
  }

  stop(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions = [];
    this.#known.clear();
    this.#coloured = undefined;
  }

  /** The viewer's dialog for the colour of a segment is being opened. */
  expectColour(segmentationId: string, number: number): void {
    const segment = this.#segmentations.segments(segmentationId).find((s) => s.number === number);
    this.#coloured = segment && { segmentationId, number, before: segment.colour };
  }

  #lookAtNames(segmentationId: string): void {
    const segmentation = this.#services.segmentationService.getSegmentation(segmentationId);
    if (!segmentation) return;
    const now = new Map(
      Object.values(segmentation.segments).flatMap((segment) =>
        segment ? [[segment.segmentIndex, segment.label] as const] : []
      )
    );
    const before = this.#known.get(segmentationId);
    this.#known.set(segmentationId, now);
    if (!before || this.#segmentations.isTrying) return;
    const renamed = [...now].filter(([number, label]) => (before.get(number) ?? label) !== label);
    if (renamed.length === 0 && before.size === now.size) return;
    this.#book.markUnsaved(segmentationId);
    if (isRestoring() || this.#segmentations.isDescribing) return;
    for (const [number, label] of renamed) {
      this.#step(segmentationId, number, { label: before.get(number) }, { label });
    }
  }

  #lookAtColour(segmentationId: string): void {
    const expected = this.#coloured;
    if (expected?.segmentationId !== segmentationId) return;
    const { number, before } = expected;
    const segment = this.#segmentations.segments(segmentationId).find((s) => s.number === number);
    if (!segment || segment.colour.every((part, at) => part === before[at])) return;
    this.#coloured = undefined;
    this.#book.markUnsaved(segmentationId);
    if (isRestoring()) return;
    this.#step(segmentationId, number, { colour: before }, { colour: segment.colour });
  }

  #step(
    segmentationId: string,
    number: number,
    before: { readonly label?: string; readonly colour?: Rgb },
    after: { readonly label?: string; readonly colour?: Rgb }
  ): void {
    const set = (terms: typeof before) => {
      this.#segmentations.setTerms(segmentationId, new Map([[number, terms]]));
      this.#book.markUnsaved(segmentationId);
    };
    pushStep({
      undo: () => {
        set(before);
      },
      redo: () => {
        set(after);
      },
    });
  }
}
