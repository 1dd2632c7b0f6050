/** The first part of a multipart body, found in another way than the product does it. */
export function firstPart(body: Uint8Array, contentType: string): Uint8Array | undefined {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  const text = Buffer.from(body).toString('latin1');
  const [, part] = text.split(`--${boundary}`);
  if (part === undefined) return undefined;
  const from = text.indexOf('\r\n\r\n') + 4;
  return body.subarray(from, text.lastIndexOf(`\r\n--${boundary}--`));
}
