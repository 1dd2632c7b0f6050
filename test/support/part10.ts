/** Makes small real DICOM Part 10 files for tests, in any native encoding, or with given compressed fragments. */

export type TestVr =
  'UI' | 'CS' | 'LO' | 'PN' | 'DA' | 'TM' | 'SH' | 'IS' | 'DS' | 'US' | 'OB' | 'OW' | 'UN' | 'SQ';
/** Tag, VR, value: text, numbers (US), bytes, or the items of a sequence. */
export type TestElement = readonly [
  tag: number,
  vr: TestVr,
  value: string | readonly number[] | Uint8Array | readonly TestItem[],
];
export type TestItem = readonly TestElement[];

export interface TestEncoding {
  readonly transferSyntaxUid: string;
  readonly explicit: boolean;
  readonly littleEndian: boolean;
}
export const EXPLICIT_LITTLE: TestEncoding = {
  transferSyntaxUid: '1.2.840.10008.1.2.1',
  explicit: true,
  littleEndian: true,
};
export const IMPLICIT_LITTLE: TestEncoding = {
  transferSyntaxUid: '1.2.840.10008.1.2',
  explicit: false,
  littleEndian: true,
};
export const EXPLICIT_BIG: TestEncoding = {
  transferSyntaxUid: '1.2.840.10008.1.2.2',
  explicit: true,
  littleEndian: false,
};

const LONG = new Set(['OB', 'OW', 'UN', 'SQ']);

function uint(value: number, bytes: 2 | 4, littleEndian: boolean): Buffer {
  const buffer = Buffer.alloc(bytes);
  if (littleEndian) buffer.writeUIntLE(value, 0, bytes);
  else buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

function valueBytes(element: TestElement, encoding: TestEncoding): Buffer {
  const [, vr, value] = element;
  if (typeof value === 'string') {
    const text = Buffer.from(value, 'latin1');
    return text.length % 2 ? Buffer.concat([text, Buffer.from(vr === 'UI' ? '\0' : ' ')]) : text;
  }
  if (value instanceof Uint8Array)
    return value.length % 2 ? Buffer.concat([value, Buffer.alloc(1)]) : Buffer.from(value);
  if (vr === 'SQ') {
    const items = value as readonly TestItem[];
    return Buffer.concat(
      items.map((item) => {
        const body = encodeElements(item, encoding);
        return Buffer.concat([
          uint(0xfffe, 2, encoding.littleEndian),
          uint(0xe000, 2, encoding.littleEndian),
          uint(body.length, 4, encoding.littleEndian),
          body,
        ]);
      })
    );
  }
  return Buffer.concat(
    (value as readonly number[]).map((number) => uint(number, 2, encoding.littleEndian))
  );
}

/** Elements one after another, in ascending order of tags. */
export function encodeElements(elements: TestItem, encoding: TestEncoding): Buffer {
  const sorted = [...elements].sort((a, b) => a[0] - b[0]);
  return Buffer.concat(
    sorted.flatMap((element) => {
      const [tag, vr] = element;
      const value = valueBytes(element, encoding);
      const { littleEndian } = encoding;
      const head = [uint(tag >>> 16, 2, littleEndian), uint(tag & 0xffff, 2, littleEndian)];
      if (!encoding.explicit) return [...head, uint(value.length, 4, littleEndian), value];
      const length = LONG.has(vr)
        ? [Buffer.alloc(2), uint(value.length, 4, littleEndian)]
        : [uint(value.length, 2, littleEndian)];
      return [...head, Buffer.from(vr, 'latin1'), ...length, value];
    })
  );
}

/** Preamble, DICM and file meta information. */
export function encodeMeta(
  sopClassUid: string,
  sopInstanceUid: string,
  transferSyntaxUid: string
): Buffer {
  const group = encodeElements(
    [
      [0x00020001, 'OB', Uint8Array.of(0, 1)],
      [0x00020002, 'UI', sopClassUid],
      [0x00020003, 'UI', sopInstanceUid],
      [0x00020010, 'UI', transferSyntaxUid],
      [0x00020012, 'UI', '2.25.1'],
    ],
    EXPLICIT_LITTLE
  );
  const length = Buffer.concat([
    Buffer.from([2, 0, 0, 0, 0x55, 0x4c, 4, 0]),
    uint(group.length, 4, true),
  ]);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), length, group]);
}

export interface TestImage {
  readonly study?: string;
  readonly series?: string;
  readonly instance?: string;
  readonly sopClass?: string;
  readonly patientId?: string;
  readonly patientName?: string;
  readonly modality?: string;
  readonly studyDate?: string;
  readonly studyDescription?: string;
  readonly seriesDescription?: string;
  readonly accessionNumber?: string;
  readonly instanceNumber?: number;
  readonly rows?: number;
  readonly columns?: number;
  readonly bitsAllocated?: 1 | 8 | 16;
  readonly frames?: number;
  /** Native pixel bytes in little endian; default zeros of the right size. */
  readonly pixels?: Uint8Array;
  /** Fragments of compressed pixel data, with an optional basic offset table. */
  readonly fragments?: readonly Uint8Array[];
  readonly offsetTable?: readonly number[];
  readonly encoding?: TestEncoding;
  readonly transferSyntaxUid?: string;
  readonly extra?: TestItem;
  readonly without?: readonly number[];
}

export const CT_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
export const SEG_STORAGE = '1.2.840.10008.5.1.4.1.1.66.4';

/** One image as a Part 10 file. */
export function makeImage(image: TestImage = {}): Buffer {
  const encoding = image.encoding ?? EXPLICIT_LITTLE;
  const sopClass = image.sopClass ?? CT_STORAGE;
  const instance = image.instance ?? '1.2.3.4.5';
  const rows = image.rows ?? 4;
  const columns = image.columns ?? 4;
  const bits = image.bitsAllocated ?? 16;
  const frames = image.frames ?? 1;
  const bytes = Math.ceil((rows * columns * frames * bits) / 8);
  const pixels = Buffer.from(image.pixels ?? new Uint8Array(bytes));
  if (!encoding.littleEndian && bits === 16) pixels.swap16();
  const elements: TestElement[] = [
    [0x00080016, 'UI', sopClass],
    [0x00080018, 'UI', instance],
    [0x00080020, 'DA', image.studyDate ?? '20240102'],
    [0x00080030, 'TM', '101112'],
    [0x00080050, 'SH', image.accessionNumber ?? ''],
    [0x00080060, 'CS', image.modality ?? 'CT'],
    [0x00080090, 'PN', ''],
    [0x00081030, 'LO', image.studyDescription ?? 'Test study'],
    [0x0008103e, 'LO', image.seriesDescription ?? 'Test series'],
    [0x00100010, 'PN', image.patientName ?? 'Test^Patient'],
    [0x00100020, 'LO', image.patientId ?? 'P1'],
    [0x0020000d, 'UI', image.study ?? '1.2.3'],
    [0x0020000e, 'UI', image.series ?? '1.2.3.4'],
    [0x00200011, 'IS', '7'],
    [0x00200013, 'IS', String(image.instanceNumber ?? 1)],
    [0x00280002, 'US', [1]],
    [0x00280004, 'CS', 'MONOCHROME2'],
    ...(image.frames ? [[0x00280008, 'IS', String(frames)] as const] : []),
    [0x00280010, 'US', [rows]],
    [0x00280011, 'US', [columns]],
    [0x00280030, 'DS', '0.5\\0.25'],
    [0x00280100, 'US', [bits]],
    [0x00280101, 'US', [bits]],
    [0x00280102, 'US', [bits - 1]],
    [0x00280103, 'US', [0]],
    ...(image.fragments ? [] : [[0x7fe00010, bits === 16 ? 'OW' : 'OB', pixels] as const]),
  ];
  const extra = image.extra ?? [];
  const replaced = new Set([...extra.map(([tag]) => tag), ...(image.without ?? [])]);
  const dataset = encodeElements(
    [...elements.filter(([tag]) => !replaced.has(tag)), ...extra],
    encoding
  );
  const meta = encodeMeta(
    sopClass,
    instance,
    image.transferSyntaxUid ?? encoding.transferSyntaxUid
  );
  const compressed = image.fragments
    ? encodeFragments(image.fragments, image.offsetTable ?? [])
    : Buffer.alloc(0);
  return Buffer.concat([meta, dataset, compressed]);
}

function encodeFragments(fragments: readonly Uint8Array[], offsetTable: readonly number[]): Buffer {
  const item = (value: Uint8Array) => {
    const even = value.length % 2 ? Buffer.concat([value, Buffer.alloc(1)]) : Buffer.from(value);
    return Buffer.concat([Buffer.from('feff00e0', 'hex'), uint(even.length, 4, true), even]);
  };
  const table = Buffer.concat(offsetTable.map((offset) => uint(offset, 4, true)));
  return Buffer.concat([
    Buffer.from('e07f10004f420000ffffffff', 'hex'),
    item(table),
    ...fragments.map(item),
    Buffer.from('feffdde000000000', 'hex'),
  ]);
}
