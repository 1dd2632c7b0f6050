/**
 * @file multipart/related (RFC 2387), as DICOMweb uses it.
 */

/** A body of one DICOM object. The parts are not copied. */
export function multipartBody(
  parts: readonly Uint8Array<ArrayBuffer>[],
  boundary: string
): { readonly body: Blob; readonly contentType: string } {
  const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`;
  const tail = `\r\n--${boundary}--\r\n`;
  return {
    body: new Blob([head, ...parts, tail]),
    contentType: `multipart/related; type="application/dicom"; boundary=${boundary}`,
  };
}

/** The first part of a multipart answer, or the whole of a single one; undefined when there is none. */
export function firstPart(bytes: Uint8Array, contentType: string): Uint8Array | undefined {
  if (!/^multipart\//i.test(contentType)) {
    return /^application\/dicom\b(?!\+)/i.test(contentType) ? bytes : undefined;
  }
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  if (!boundary) return undefined;
  const delimiter = new TextEncoder().encode(`--${boundary[1] ?? boundary[2]}`);
  const start = indexOf(bytes, delimiter, 0);
  if (start < 0) return undefined;
  const headersEnd = indexOf(bytes, new TextEncoder().encode('\r\n\r\n'), start);
  if (headersEnd < 0) return undefined;
  const from = headersEnd + 4;
  const end = indexOf(bytes, new TextEncoder().encode(`\r\n--${boundary[1] ?? boundary[2]}`), from);
  return end < 0 ? undefined : bytes.subarray(from, end);
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(wanted[0], from); at >= 0; at = bytes.indexOf(wanted[0], at + 1)) {
    let same = 1;
    while (same < wanted.length && bytes[at + same] === wanted[same]) same++;
    if (same === wanted.length) return at;
  }
  return -1;
}
