/**
 * @file Refuses work that does not fit before it starts, with the numbers.
 */
import { CordonError } from '../errors/cordon-error';
import type { SegmentationMethod, WorkSize } from '../method/contract';

/** wasm memory is addressed with 32 bits. */
export const WASM_LIMIT_BYTES = 4 * 1024 ** 3;

/** What one session may take: half of the device's memory where the browser tells it, never more than wasm can address. */
export function memoryBudgetBytes(deviceMemoryGiB: number | undefined): number {
  return Math.min(WASM_LIMIT_BYTES, ((deviceMemoryGiB ?? 8) / 2) * 1024 ** 3);
}

/** Throws `TOO_LITTLE_MEMORY` when image and work space of `method` exceed `budgetBytes`. */
export function requireMemory(
  method: SegmentationMethod,
  work: WorkSize,
  budgetBytes: number
): void {
  const voxels = work.size[0] * work.size[1] * work.size[2];
  const image = voxels * work.bytesPerVoxel * work.channels;
  const needed = image + method.estimate(work).bytes;
  if (needed <= budgetBytes) return;
  throw new CordonError({
    code: 'TOO_LITTLE_MEMORY',
    what: `"${method.title}" was not started`,
    why: `it needs about ${gib(needed)} for ${work.size.join(' × ')} voxels, ${gib(budgetBytes)} are allowed`,
    remedy: remedyFor(method, needed),
  });
}

/** What a person can do about it: not every method can look at a part of the volume, and the command line may take more. */
function remedyFor({ inputs }: SegmentationMethod, needed: number): string {
  if (inputs.regions.some((kind) => kind !== 'volume')) {
    return 'choose a slice or a box instead of the whole volume';
  }
  const elsewhere = needed <= WASM_LIMIT_BYTES ? ', or the command line' : '';
  return `use a series with fewer voxels${elsewhere}`;
}

const gib = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
