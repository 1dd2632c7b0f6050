/** Refuses files whose pixel data is cut off or does not match its description. */
import { TAG } from '../dicom/element';
import { notDicom, UNDEFINED_LENGTH, type DicomHeader } from '../dicom/reader';
import { listFragments } from '../dicom/fragments';
import { isNative } from '../dicom/transfer-syntax';
import { frameRanges, withByteSource } from './pixel-layout';

/** @throws CordonError DICOM_UNREADABLE with the reason */
export async function checkPixelData(path: string, header: DicomHeader): Promise<void> {
  if (!header.pixelData) {
    if (header.dataset.has(TAG.rows))
      throw notDicom('it has Rows and Columns but no pixel data: it is cut off');
    return;
  }
  const { offset, length } = header.pixelData;
  await withByteSource(path, async (source) => {
    if (!isNative(header.transferSyntaxUid)) {
      await listFragments(source, offset);
      return;
    }
    if (length === UNDEFINED_LENGTH || offset + length > source.size) {
      throw notDicom('its pixel data is cut off');
    }
    if (header.dataset.has(TAG.rows)) await frameRanges(source, header);
  });
}
