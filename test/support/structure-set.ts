/**
 * RT Structure Sets made by hand.
 */
import { attribute, type Item } from '@cordon/extension-dicom-seg/pure';
import { ByteWriter, writeDataSet } from '../../extensions/dicom-seg/src/part10/encode';

export interface Roi {
  readonly name: string;
  /** x, y, z of each corner in patient coordinates. */
  readonly contours: readonly (readonly number[])[];
  readonly type?: string;
}

/** A Part 10 file with the ROIs, numbered from 7. */
export function structureSet(rois: readonly Roi[], frame: string): Uint8Array {
  const writer = new ByteWriter();
  writer.bytes(new Uint8Array(128));
  writer.text('DICM');
  writeDataSet(writer, [attribute('TransferSyntaxUID', '1.2.840.10008.1.2.1')]);
  writeDataSet(writer, [
    attribute('SOPClassUID', '1.2.840.10008.5.1.4.1.1.481.3'),
    attribute('Modality', 'RTSTRUCT'),
    attribute('StructureSetLabel', 'PLAN'),
    attribute(
      'StructureSetROISequence',
      rois.map(({ name }, index) => [
        attribute('ROINumber', index + 7),
        attribute('ReferencedFrameOfReferenceUID', frame),
        attribute('ROIName', name),
        attribute('ROIGenerationAlgorithm', 'MANUAL'),
      ])
    ),
    attribute(
      'ROIContourSequence',
      rois.map(({ contours, type = 'CLOSED_PLANAR' }, index): Item => [
        attribute('ROIDisplayColor', '10\\20\\30'),
        attribute(
          'ContourSequence',
          contours.map((points) => [
            attribute('ContourGeometricType', type),
            attribute('NumberOfContourPoints', points.length / 3),
            attribute('ContourData', points.map(String)),
          ])
        ),
        attribute('ReferencedROINumber', index + 7),
      ])
    ),
  ]);
  return writer.toBytes();
}
