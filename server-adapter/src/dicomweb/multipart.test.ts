/** Splitting multipart bodies: any content, any cut of the stream into chunks. */
import fc from 'fast-check';
import { parseMediaType, splitMultipart } from './multipart';

async function split(body: Buffer, boundary: string, cuts: readonly number[]): Promise<Buffer[]> {
  const at = [
    0,
    ...[...cuts].map((cut) => cut % (body.length + 1)).sort((a, b) => a - b),
    body.length,
  ];
  async function* chunks() {
    for (let i = 1; i < at.length; i++) yield body.subarray(at[i - 1], at[i]);
  }
  const parts: Buffer[] = [];
  const count = await splitMultipart(chunks(), boundary, () => {
    const pieces: Buffer[] = [];
    return Promise.resolve({
      write: (chunk: Buffer) => Promise.resolve(void pieces.push(Buffer.from(chunk))),
      end: () => Promise.resolve(void parts.push(Buffer.concat(pieces))),
    });
  });
  expect(count).toBe(parts.length);
  return parts;
}

const encode = (parts: readonly Uint8Array[], boundary: string, header: string) =>
  Buffer.concat([
    ...parts.flatMap((part) => [
      Buffer.from(`\r\n--${boundary}\r\n${header}\r\n`),
      Buffer.from(part),
    ]),
    Buffer.from(`\r\n--${boundary}--`),
  ]);

describe('splitMultipart', () => {
  const nearBoundary = fc.array(fc.constantFrom(...Array.from(Buffer.from('\r\n-b')), 0, 255), {
    maxLength: 40,
  });

  it('gives back any parts, however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(nearBoundary, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(400), { maxLength: 12 }),
        fc.constantFrom('', 'Content-Type: application/dicom\r\n', 'A: 1\r\nB: 2\r\n'),
        async (values, cuts, header) => {
          const boundary = 'b-unlikely-b';
          const parts = values.map((value) => Uint8Array.from(value));
          const found = await split(encode(parts, boundary, header), boundary, cuts);
          expect(found).toEqual(parts.map((part) => Buffer.from(part)));
        }
      ),
      { numRuns: 300 }
    );
  });

  it.each([
    ['no closing boundary', '\r\n--b\r\n\r\nabc'],
    ['text behind a boundary', '\r\n--b text\r\n\r\nabc\r\n--b--'],
    ['endless part headers', `\r\n--b\r\n${'x'.repeat(20_000)}`],
    ['nothing', ''],
  ])('refuses %s', async (_name, body) => {
    await expect(split(Buffer.from(body), 'b', [])).rejects.toMatchObject({
      code: 'BAD_MULTIPART',
    });
  });

  it('reads a body that begins with its boundary, and ignores what surrounds the parts', async () => {
    expect(await split(Buffer.from('--b\r\n\r\nabc\r\n--b--\r\nepilogue'), 'b', [])).toEqual([
      Buffer.from('abc'),
    ]);
    expect(await split(Buffer.from('preamble\r\n--b \r\n\r\nabc\r\n--b--'), 'b', [])).toEqual([
      Buffer.from('abc'),
    ]);
  });
});

describe('parseMediaType', () => {
  it('reads quoted parameters that hold separators', () => {
    const { type, parameters } = parseMediaType(
      'Multipart/Related; type="application/dicom"; boundary="a;b\\"c"; x=1'
    );
    expect(type).toBe('multipart/related');
    expect([...parameters]).toEqual([
      ['type', 'application/dicom'],
      ['boundary', 'a;b"c'],
      ['x', '1'],
    ]);
  });
});
