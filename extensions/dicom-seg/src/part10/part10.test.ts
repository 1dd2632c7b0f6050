/** The pieces of Part 10 against other implementations: hashes, numbers, character sets, tags. */
import { createHash } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import dcmjs from 'dcmjs';
import fc from 'fast-check';
import { attribute } from './attribute';
import { textReader } from './character-set';
import { formatDecimal, legalDecimals } from './decimal';
import { ByteWriter, writeDataSet } from './encode';
import { inflateLimited } from './inflate';
import { DEFAULT_LIMITS } from './limits';
import { parseDicom } from './parse';
import { Sha256, sha256 } from './sha256';
import { TAGS, vrOfTag, type Keyword } from './tags';
import { isUid, newUid } from './uid';

describe('SHA-256', () => {
  it('is that of Node for any bytes in any pieces', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (parts) => {
        const expected = createHash('sha256').update(Buffer.concat(parts)).digest('hex');
        expect(sha256(parts)).toBe(expected);
      })
    );
  });

  it('counts bits beyond one block of padding', () => {
    const bytes = new Uint8Array(1_000_003).fill(7);
    const expected = createHash('sha256').update(bytes).digest('hex');
    expect(new Sha256().update(bytes.subarray(0, 55)).update(bytes.subarray(55)).hex()).toBe(
      expected
    );
  });
});

describe('unique identifiers', () => {
  it('are UUIDs as decimal numbers below 2^128', () => {
    for (let n = 0; n < 200; n++) {
      const uid = newUid();
      expect(isUid(uid)).toBe(true);
      expect(BigInt(uid.slice(5)) < 1n << 128n).toBe(true);
    }
  });

  it.each(['', '1..2', '01.2', '1.02', '1.2.', `1.${'2'.repeat(63)}`, '1.a'])(
    'rejects "%s"',
    (text) => {
      expect(isUid(text)).toBe(false);
    }
  );
});

describe('decimal strings', () => {
  it('keep the exponent and as many digits as 16 characters take', () => {
    expect(formatDecimal(1.2246467991473532e-16)).toBe('1.2246467991e-16');
    expect(formatDecimal(-0.12345678901234568)).toBe('-0.1234567890123');
    expect(legalDecimals('0.70\\1.00000000000000001')).toBe('0.70\\1');
  });

  it('are never longer, and close to the number', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e300, max: 1e300, noNaN: true }), (value) => {
        const text = formatDecimal(value);
        expect(text.length).toBeLessThanOrEqual(16);
        expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-8);
      })
    );
  });
});

describe('character sets', () => {
  const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

  // PS3.5 annex H, I, K; PS3.3 C.12.1.1.2.
  it.each([
    [['ISO_IR 100'], 'Buc^J\xe9r\xf4me', 'Buc^Jérôme'],
    [['ISO_IR 144'], '\xbb\xee\xda\xceceXe\xdd\xd1yp\xd3', undefined],
    [
      ['', 'ISO 2022 IR 87'],
      'Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B',
      'Yamada^Tarou=山田^太郎=やまだ^たろう',
    ],
    [
      ['ISO 2022 IR 13', 'ISO 2022 IR 87'],
      '\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J',
      'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう',
    ],
    [
      ['', 'ISO 2022 IR 149'],
      'Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf',
      'Hong^Gildong=洪^吉洞=홍^길동',
    ],
    [
      ['ISO_IR 192'],
      'Wang^XiaoDong=\xe7\x8e\x8b^\xe5\xb0\x8f\xe4\xb8\x9c',
      'Wang^XiaoDong=王^小东',
    ],
    [['GB18030'], 'Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab', 'Wang^XiaoDong=王^小东'],
  ] as const)('%j', (terms, raw, expected) => {
    const read = textReader(terms)(bytes(raw));
    if (expected === undefined) expect(read).not.toContain('\ufffd');
    else expect(read).toBe(expected);
  });

  it('splits values after decoding, so that a trail byte 5C separates nothing', () => {
    // 表 is 0x95 0x5C in Shift JIS and 0x49 0x3D in ISO-2022-JP; \u8868
    const writer = new ByteWriter();
    writeDataSet(writer, [
      attribute('SpecificCharacterSet', '\\ISO 2022 IR 87'),
      attribute('SOPClassUID', '1.2.3'),
    ]);
    const text = bytes('\x1b$B\x21\x5c\x1b(B\\B');
    writeDataSet(writer, [{ tag: TAGS.OtherPatientNames.tag, vr: 'PN', value: text }]);
    expect(parseDicom(writer.toBytes()).data.texts('OtherPatientNames')).toEqual(['＋', 'B']);
  });
});

describe('inflating', () => {
  it('gives back what was deflated', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => (at * at) % 251);
    expect(inflateLimited(new Uint8Array(deflateRawSync(bytes)), DEFAULT_LIMITS)).toEqual(bytes);
  });

  it('stops a bomb at the limit', () => {
    const bomb = new Uint8Array(deflateRawSync(new Uint8Array(30_000_000)));
    const limits = { ...DEFAULT_LIMITS, inflateFloor: 1_000_000 };
    expect(() => inflateLimited(bomb, limits)).toThrow(/inflate to more than/);
  });

  it('refuses what is not deflated', () => {
    expect(() => inflateLimited(new Uint8Array([0xff, 1, 2, 3]), DEFAULT_LIMITS)).toThrow(
      /damaged/
    );
  });
});

describe('the table of tags', () => {
  interface DictionaryEntry {
    readonly tag: string;
    readonly vr: string;
  }
  const names = dcmjs.data.DicomMetaDictionary.nameMap;
  const known = {
    get: (keyword: string) => Reflect.get(names, keyword) as DictionaryEntry | undefined,
  };
  const either = new Set([
    'ox',
    'xs',
    'OB or OW',
    'US or SS',
    'US or OW',
    'US or SS or OW',
    'lt',
    'up',
  ]);

  it("agrees with dcmjs' dictionary", () => {
    const different = (Object.keys(TAGS) as Keyword[]).filter((keyword) => {
      const entry = known.get(keyword);
      if (!entry) return true;
      const { tag, vr } = TAGS[keyword];
      const hex = tag.toString(16).padStart(8, '0').toUpperCase();
      const sameVr = entry.vr === vr || either.has(entry.vr);
      return entry.tag.replace(/[(),]/g, '').toUpperCase() !== hex || !sameVr;
    });
    expect(different).toEqual([]);
  });

  it('treats private creators and group lengths as such', () => {
    expect([vrOfTag(0x00630010), vrOfTag(0x00631001), vrOfTag(0x00080000)]).toEqual([
      'LO',
      'UN',
      'UL',
    ]);
  });
});

describe('parsing', () => {
  const encode = (attributes: Parameters<typeof writeDataSet>[1]) => {
    const writer = new ByteWriter();
    writer.bytes(new Uint8Array(128));
    writer.text('DICM');
    writeDataSet(writer, [attribute('TransferSyntaxUID', '1.2.840.10008.1.2.1'), ...attributes]);
    return writer.toBytes();
  };

  it('refuses sequences that are nested too deep', () => {
    let item = [attribute('CodeValue', 'x')];
    for (let depth = 0; depth < 20; depth++) item = [attribute('ContentSequence', [item])];
    expect(() => parseDicom(encode(item))).toThrow(/nested more than 16 deep/);
  });

  /** The same elements in Implicit VR Little Endian. */
  const implicit = (elements: readonly (readonly [number, string | Uint8Array])[]) =>
    Buffer.concat(
      elements.flatMap(([tag, value]) => {
        const head = Buffer.alloc(8);
        head.writeUInt16LE(tag >>> 16, 0);
        head.writeUInt16LE(tag & 0xffff, 2);
        head.writeUInt32LE(value.length, 4);
        return [head, Buffer.from(value)];
      })
    );
  const ITEM = 0xfffee000;

  it('finds sequences and values that an archive has turned into UN', () => {
    const code = implicit([[TAGS.CodeValue.tag, 'T1']]);
    const group = implicit([[TAGS.ConceptNameCodeSequence.tag, implicit([[ITEM, code]])]]);
    const items = implicit([
      [ITEM, group],
      [ITEM, Buffer.alloc(0)],
    ]);
    const { data } = parseDicom(
      encode([
        { tag: TAGS.ContentSequence.tag, vr: 'UN', value: new Uint8Array(items) },
        { tag: TAGS.Rows.tag, vr: 'UN', value: Uint8Array.of(44, 1) },
        { tag: TAGS.SourceImageSequence.tag, vr: 'UN', value: new Uint8Array(10).fill(65) },
        { tag: 0x00091010, vr: 'UN', value: Uint8Array.of(1, 2) },
        attribute('Modality', 'CT'),
      ])
    );
    const [first, second] = data.items('ContentSequence');
    expect(first.item('ConceptNameCodeSequence')?.text('CodeValue')).toBe('T1');
    expect(second.elements.size).toBe(0);
    expect([data.number('Rows'), data.text('Modality')]).toEqual([300, 'CT']);
    expect([data.element('SourceImageSequence')?.vr, data.elements.get(0x00091010)?.vr]).toEqual([
      'UN',
      'UN',
    ]);
  });

  it('refuses lengths beyond the file', () => {
    const bytes = encode([attribute('SOPClassUID', '1.2.3')]);
    new DataView(bytes.buffer).setUint16(bytes.length - 8, 60_000, true);
    expect(() => parseDicom(bytes)).toThrow(/declares 60000 bytes/);
  });

  it('refuses to write an attribute twice', () => {
    expect(() => encode([attribute('Modality', 'CT'), attribute('Modality', 'MR')])).toThrow(
      /twice/
    );
  });

  it('keeps numbers as the text of the file', () => {
    const { data } = parseDicom(encode([attribute('PixelSpacing', '0.70\\1E0')]));
    expect(data.texts('PixelSpacing')).toEqual(['0.70', '1E0']);
    expect(data.numbers('PixelSpacing')).toEqual([0.7, 1]);
  });

  it.each([
    ['nothing', new Uint8Array(0), 'DICOM_NOT_A_FILE'],
    [
      'text',
      new TextEncoder().encode('This is a text of some length, but no DICOM.'),
      'DICOM_NOT_A_FILE',
    ],
    [
      'a picture',
      Uint8Array.from([0x89, 0x50, 0x4e, 0x47, ...new Uint8Array(200)]),
      'DICOM_NOT_A_FILE',
    ],
  ])('refuses %s', (_, bytes, code) => {
    expect(() => parseDicom(bytes)).toThrow(expect.objectContaining({ code }) as Error);
  });
});
