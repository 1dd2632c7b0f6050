/**
 * ONNX files made byte by byte, without a runtime or a library: tiny graphs that do what a test needs, and graphs that mean no good.
 * Field numbers: onnx.proto (ONNX 1.17).
 */

/** A field of a protocol-buffers message. */
export function field(number: number, value: number | string | Buffer): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(number * 8), varint(value)]);
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}

export const message = (...fields: Buffer[]) => Buffer.concat(fields);

/** A tensor of 32-bit floats that goes in or comes out. */
const value = (name: string, shape: readonly number[]) => {
  const dimensions = shape.map((extent) => field(1, field(1, extent)));
  const tensorType = message(field(1, 1), field(2, message(...dimensions)));
  return message(field(1, name), field(2, field(1, tensorType)));
};

export const node = (
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  domain = '',
  attributes: Readonly<Record<string, number>> = {}
) =>
  message(
    ...inputs.map((name) => field(1, name)),
    ...outputs.map((name) => field(2, name)),
    field(4, operator),
    ...Object.entries(attributes).map(([name, integer]) =>
      field(5, message(field(1, name), field(3, integer), field(20, 2)))
    ),
    field(7, domain)
  );

export interface GraphParts {
  readonly nodes?: readonly Buffer[];
  readonly tensors?: readonly Buffer[];
  readonly input?: readonly number[];
  readonly output?: readonly number[];
}

/** From `x` to `y`: an identity on one image, with something else in its place where that is asked for. */
export const graph = ({
  nodes,
  tensors = [],
  input = [1, 1, 8, 8],
  output = input,
}: GraphParts = {}) =>
  message(
    field(1, 8),
    field(8, field(2, 16)),
    field(
      7,
      message(
        ...(nodes ?? [node('Identity', ['x'], ['y'])]).map((bytes) => field(1, bytes)),
        // A graph needs a name to be run.
        field(2, 'test'),
        ...tensors.map((bytes) => field(5, bytes)),
        field(11, value('x', input)),
        field(12, value('y', output))
      )
    )
  );

/** A constant list of 64-bit integers. */
export const int64 = (name: string, numbers: readonly number[]) => {
  const raw = Buffer.alloc(8 * numbers.length);
  numbers.forEach((number, at) => raw.writeBigInt64LE(BigInt(number), at * 8));
  return message(field(1, numbers.length), field(2, 7), field(8, name), field(9, raw));
};

/** A weight `w` whose numbers lie in another file. */
export const external = (location: string) =>
  message(
    field(1, 4),
    field(2, 1),
    field(8, 'w'),
    field(13, message(field(1, 'location'), field(2, location))),
    field(14, 1)
  );

/** A constant tensor of 32-bit floats. */
export const float32 = (name: string, shape: readonly number[], numbers: readonly number[]) =>
  message(
    ...shape.map((extent) => field(1, extent)),
    field(2, 1),
    field(8, name),
    field(9, Buffer.from(Float32Array.from(numbers).buffer))
  );
