/**
 * @file Notices when a tool of the host adds, renames or deletes segments: the segmentation differs from the archive then.
 */
import type { HostServices, Subscription } from './host';
import type { SegmentBook } from './segment-book';

export class SegmentWatcher {
  readonly #services: HostServices;
  readonly #book: SegmentBook;
  readonly #known = new Map<string, string>();
  #subscription: Subscription | undefined;

  constructor(services: HostServices, book: SegmentBook) {
    this.#services = services;
    this.#book = book;
  }

  start(): void {
    this.stop();
    const { segmentationService: service } = this.#services;
    this.#subscription = service.subscribe(
      service.EVENTS.SEGMENTATION_MODIFIED,
      ({ segmentationId }: { readonly segmentationId: string }) => {
        this.#look(segmentationId);
      }
    );
  }

  stop(): void {
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    this.#known.clear();
  }

  #look(segmentationId: string): void {
    const segmentation = this.#services.segmentationService.getSegmentation(segmentationId);
    if (!segmentation) return;
    const now = Object.values(segmentation.segments)
      .map((segment) => `${segment?.segmentIndex ?? ''} ${segment?.label ?? ''}`)
      .join('\n');
    const before = this.#known.get(segmentationId);
    this.#known.set(segmentationId, now);
    if (before !== undefined && before !== now) this.#book.markUnsaved(segmentationId);
  }
}
