/** @file Hands a text to the browser as a file. */

/** Long enough for a slow dialog of the browser (ms). */
const KEPT_MS = 60_000;

export function offerText(text: string, fileName: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(address);
  }, KEPT_MS);
}
