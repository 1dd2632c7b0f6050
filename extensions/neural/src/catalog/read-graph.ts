/**
 * @file What an ONNX file says about itself: inputs, outputs, operators, weights — read without a runtime, and without
 * copying the weights. Field numbers: onnx.proto (ONNX 1.17).
 */
import { fieldsOf, numbersOf, textOf, type Field } from './wire';

/** A dimension: a number, or the name of one that is free. */
export type Dimension = number | string;

export interface GraphValue {
  readonly name: string;
  readonly shape: readonly Dimension[];
  /** TensorProto.DataType: 1 is float32. 0 when it is no tensor. */
  readonly elementType: number;
}

export interface GraphTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elementType: number;
  /** Bytes that the file holds for it. */
  readonly storedBytes: number;
  /** Values of short lists of 64-bit integers, which give shapes. */
  readonly integers: readonly number[];
  /** Where the values lie when they are in another file. */
  readonly externalPath?: string;
}

export interface GraphNode {
  readonly domain: string;
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface GraphSummary {
  readonly opset: number;
  /** Without weights, which older files list as inputs too. */
  readonly inputs: readonly GraphValue[];
  readonly outputs: readonly GraphValue[];
  /** Values in between whose shape the file states. */
  readonly between: readonly GraphValue[];
  readonly tensors: readonly GraphTensor[];
  readonly nodes: readonly GraphNode[];
}

/** Throws `MODEL_FILE_UNSAFE` when the file is damaged. O(nodes). */
export function readGraph(file: Uint8Array): GraphSummary {
  let opset = 0;
  const found: Found = { inputs: [], outputs: [], between: [], tensors: [], nodes: [] };
  for (const field of fieldsOf(file)) {
    if (field.number === 7) readGraphProto(field.bytes, found, 0);
    else if (field.number === 8) {
      const parts = [...fieldsOf(field.bytes)];
      const domain = parts.find(({ number }) => number === 1);
      if (!domain || textOf(domain) === '') opset = only(parts, 2)?.value ?? opset;
    }
  }
  const weights = new Set(found.tensors.map(({ name }) => name));
  return { ...found, opset, inputs: found.inputs.filter(({ name }) => !weights.has(name)) };
}

interface Found {
  readonly inputs: GraphValue[];
  readonly outputs: GraphValue[];
  readonly between: GraphValue[];
  readonly tensors: GraphTensor[];
  readonly nodes: GraphNode[];
}

/** Graphs inside of nodes are looked at too; deeper than this, nobody means well. */
const MOST_DEPTH = 4;

function readGraphProto(message: Uint8Array, found: Found, depth: number): void {
  if (depth > MOST_DEPTH) return;
  for (const { number, bytes } of fieldsOf(message)) {
    if (number === 1) readNode(bytes, found, depth);
    else if (number === 5) found.tensors.push(readTensor(bytes));
    else if (number === 11 && depth === 0) found.inputs.push(readValue(bytes));
    else if (number === 12 && depth === 0) found.outputs.push(readValue(bytes));
    else if (number === 13) found.between.push(readValue(bytes));
  }
}

function readNode(message: Uint8Array, found: Found, depth: number): void {
  const inputs: string[] = [];
  const outputs: string[] = [];
  let [operator, domain] = ['', ''];
  const constants: GraphTensor[] = [];
  for (const field of fieldsOf(message)) {
    if (field.number === 1) inputs.push(textOf(field));
    else if (field.number === 2) outputs.push(textOf(field));
    else if (field.number === 4) operator = textOf(field);
    else if (field.number === 7) domain = textOf(field);
    else if (field.number === 5) {
      for (const part of fieldsOf(field.bytes)) {
        if (part.number === 5 || part.number === 10) constants.push(readTensor(part.bytes));
        else if (part.number === 6 || part.number === 11) {
          readGraphProto(part.bytes, found, depth + 1);
        }
      }
    }
  }
  found.nodes.push({ domain, operator, inputs, outputs });
  // A constant node's tensor is known by the name of its output.
  for (const tensor of constants) found.tensors.push({ ...tensor, name: outputs[0] ?? '' });
}

const SHORT_LIST = 16;

function readTensor(message: Uint8Array): GraphTensor {
  const shape: number[] = [];
  let [elementType, storedBytes, name] = [0, 0, ''];
  let raw: Uint8Array | undefined;
  const listed: number[] = [];
  let externalPath: string | undefined;
  let isExternal = false;
  for (const field of fieldsOf(message)) {
    const { number, bytes } = field;
    if (number === 1) shape.push(...numbersOf(field));
    else if (number === 2) elementType = field.value;
    else if (number === 8) name = textOf(field);
    else if (number === 9) raw = bytes;
    else if (number === 13) externalPath = pathOf(bytes) ?? externalPath;
    else if (number === 14) isExternal = field.value === 1;
    else if (number === 7 && listed.length < SHORT_LIST) listed.push(...numbersOf(field));
    if ([4, 5, 6, 7, 9, 10, 11].includes(number)) storedBytes += Math.max(bytes.length, 1);
  }
  return {
    name,
    shape,
    elementType,
    storedBytes,
    integers: elementType === 7 ? (raw ? integersOf(raw) : listed) : [],
    ...((isExternal || externalPath !== undefined) && { externalPath: externalPath ?? '' }),
  };
}

function integersOf(raw: Uint8Array): readonly number[] {
  if (raw.length > SHORT_LIST * 8 || raw.length % 8 !== 0) return [];
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: raw.length / 8 }, (_, at) => Number(view.getBigInt64(at * 8, true)));
}

function pathOf(entry: Uint8Array): string | undefined {
  const parts = [...fieldsOf(entry)];
  const key = only(parts, 1);
  const value = only(parts, 2);
  return key && value && textOf(key) === 'location' ? textOf(value) : undefined;
}

function readValue(message: Uint8Array): GraphValue {
  const parts = [...fieldsOf(message)];
  const name = only(parts, 1);
  const type = inside(only(parts, 2), 1);
  const shape = inside(only(type, 2), 1, true).map((dimension): Dimension => {
    const [value] = fieldsOf(dimension.bytes);
    return value?.number === 1 ? value.value : value ? textOf(value) : '?';
  });
  return { name: name ? textOf(name) : '', elementType: only(type, 1)?.value ?? 0, shape };
}

const only = (fields: readonly Field[], number: number): Field | undefined =>
  fields.find((field) => field.number === number);

/** The fields of the message in `number`; with `all`, every field with that number. */
function inside(field: Field | undefined, number: number, all = false): readonly Field[] {
  if (!field) return [];
  const fields = [...fieldsOf(field.bytes)];
  if (all) return fields.filter((part) => part.number === number);
  const part = only(fields, number);
  return part ? [...fieldsOf(part.bytes)] : [];
}
