/**
 * @file The Modality LUT of an image (PS3.3 C.11.1.1): stored values become modality values by a table instead of by slope and
 * intercept.
 */
import type { Readable } from '../part10/readable';
import type { StoredValues } from './codecs/frame';
import { modalityTable } from './errors';

export interface ModalityTable {
  /** Stored value that the first entry belongs to; smaller ones have its value, too. */
  readonly firstMapped: number;
  readonly entries: Uint16Array;
}

/** The table of an image; undefined when it has none. Throws `SERIES_MODALITY_TABLE` when it cannot be used. */
export function modalityTableOf(data: Readable): ModalityTable | undefined {
  const item = data.item('ModalityLUTSequence');
  if (!item) return undefined;
  const [length = NaN, first = NaN, bits = NaN] = item.numbers('LUTDescriptor');
  if (!(bits > 0 && bits <= 16)) throw modalityTable(`its entries have ${bits} bits`);
  // 65536 entries do not fit into the descriptor and are written as 0.
  const count = length === 0 ? 65536 : length;
  const words = item.numbers('LUTData');
  // Entries of 8 bits may be packed, two in a word.
  const isPacked = bits <= 8 && words.length < count && 2 * words.length >= count;
  const entries = isPacked ? words.flatMap((word) => [word & 255, word >> 8]) : words;
  if (!(entries.length >= count && count > 0)) {
    throw modalityTable(`it announces ${count} entries and holds ${entries.length}`);
  }
  // The descriptor is signed where the stored values are, also when the file calls it unsigned.
  const isSigned = data.number('PixelRepresentation') === 1;
  const firstMapped = isSigned && first > 32767 ? first - 65536 : first;
  return { firstMapped, entries: Uint16Array.from(entries.slice(0, count)) };
}

/** The values of a frame; what lies outside the table has the value of its nearest end. Complexity O(n). */
export function applyTable(values: StoredValues, table: ModalityTable): Uint16Array {
  const { firstMapped, entries } = table;
  const last = entries.length - 1;
  const out = new Uint16Array(values.length);
  for (let at = 0; at < values.length; at++) {
    out[at] = entries[Math.max(0, Math.min(last, values[at] - firstMapped))];
  }
  return out;
}
