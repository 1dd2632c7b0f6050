/**
 * @file The fields of a protocol-buffers message, one after another, without copying. Own code, because a graph from
 * anywhere is looked at with hard limits before any runtime sees it, and the runtime's reader of such messages evaluates
 * text, which the viewer's content security policy forbids.
 */
import { CordonError } from '@cordon/extension-workbench/pure';

export interface Field {
  readonly number: number;
  /** The value of a number; 0 for bytes. */
  readonly value: number;
  /** The bytes of a text, a message or packed numbers; empty for a number. */
  readonly bytes: Uint8Array;
}

const NOTHING = new Uint8Array(0);

/** Throws `MODEL_FILE_UNSAFE` when a length or a number runs over the end. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  const reader = { message, at: 0 };
  while (reader.at < message.length) {
    const key = varint(reader);
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        yield { number, value: varint(reader), bytes: NOTHING };
        break;
      case 1:
        take(reader, 8);
        break;
      case 2:
        yield { number, value: 0, bytes: take(reader, varint(reader)) };
        break;
      case 5:
        take(reader, 4);
        break;
      default:
        throw damaged();
    }
  }
}

/** Repeated numbers: packed or one field each. */
export function numbersOf({ value, bytes }: Field): readonly number[] {
  if (bytes.length === 0) return [value];
  const reader = { message: bytes, at: 0 };
  const numbers: number[] = [];
  while (reader.at < bytes.length) numbers.push(varint(reader));
  return numbers;
}

export const textOf = ({ bytes }: Field): string => new TextDecoder().decode(bytes);

interface Reader {
  readonly message: Uint8Array;
  at: number;
}

/** Exact up to 2⁵³; negative numbers, which take ten bytes, come out as very large ones. */
function varint(reader: Reader): number {
  let value = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    if (reader.at >= reader.message.length) throw damaged();
    const byte = reader.message[reader.at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  throw damaged();
}

function take(reader: Reader, length: number): Uint8Array {
  const end = reader.at + length;
  if (end > reader.message.length) throw damaged();
  const bytes = reader.message.subarray(reader.at, end);
  reader.at = end;
  return bytes;
}

const damaged = () =>
  new CordonError({
    code: 'MODEL_FILE_UNSAFE',
    what: 'The network was not loaded',
    why: 'its file is not a whole ONNX graph',
    remedy: 'download or export the model again',
  });
