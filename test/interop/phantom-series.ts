/**
 * Image planes that exist only as headers: enough to write a segmentation, without files.
 */
import { attribute, newUid, type SourceInstance } from '@cordon/extension-dicom-seg/pure';

export interface PhantomShape {
  readonly columns: number;
  readonly rows: number;
  readonly slices: number;
  readonly spacingMm?: number;
  readonly patientName?: string;
}

/** Axial CT planes, ascending. */
export function phantomInstances(shape: PhantomShape): SourceInstance[] {
  const [study, series, frame] = [newUid(), newUid(), newUid()];
  const attributes = [
    attribute('StudyDate', '20260102'),
    attribute('StudyTime', '101112'),
    attribute('PatientName', shape.patientName ?? 'Phantom^Axial'),
    attribute('PatientID', 'P1'),
    attribute('PatientBirthDate', ''),
    attribute('PatientSex', 'O'),
    attribute('Manufacturer', 'Synth'),
  ];
  return Array.from({ length: shape.slices }, (_, k) => ({
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUid: newUid(),
    seriesInstanceUid: series,
    studyInstanceUid: study,
    modality: 'CT',
    rows: shape.rows,
    columns: shape.columns,
    position: `-10\\-20\\${(k * (shape.spacingMm ?? 2.5)).toFixed(2)}`,
    orientation: '1\\0\\0\\0\\1\\0',
    pixelSpacing: '0.9\\0.7',
    sliceThickness: '2.5',
    frameOfReferenceUid: frame,
    attributes,
  }));
}
