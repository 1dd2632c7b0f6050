/**
 * @file The concepts of a measurement report (PS3.16 TID 1500, 1411, 1419). A test looks each up in an independent table.
 */
import { code, LATERALITY } from '@cordon/extension-workbench/pure';

export const SR_CODES = {
  report: code('126000', 'DCM', 'Imaging Measurement Report'),
  language: code('121049', 'DCM', 'Language of Content Item and Descendants'),
  observerType: code('121005', 'DCM', 'Observer Type'),
  person: code('121006', 'DCM', 'Person'),
  device: code('121007', 'DCM', 'Device'),
  personName: code('121008', 'DCM', 'Person Observer Name'),
  deviceUid: code('121012', 'DCM', 'Device Observer UID'),
  deviceName: code('121013', 'DCM', 'Device Observer Name'),
  deviceManufacturer: code('121014', 'DCM', 'Device Observer Manufacturer'),
  deviceModel: code('121015', 'DCM', 'Device Observer Model Name'),
  deviceSerial: code('121016', 'DCM', 'Device Observer Serial Number'),
  procedure: code('121058', 'DCM', 'Procedure reported'),
  imaging: code('363679005', 'SCT', 'Imaging procedure'),
  imageLibrary: code('111028', 'DCM', 'Image Library'),
  imageLibraryGroup: code('126200', 'DCM', 'Image Library Group'),
  measurements: code('126010', 'DCM', 'Imaging Measurements'),
  group: code('125007', 'DCM', 'Measurement Group'),
  trackingId: code('112039', 'DCM', 'Tracking Identifier'),
  trackingUid: code('112040', 'DCM', 'Tracking Unique Identifier'),
  findingCategory: code('276214006', 'SCT', 'Finding category'),
  finding: code('121071', 'DCM', 'Finding'),
  findingSite: code('363698007', 'SCT', 'Finding Site'),
  laterality: code('272741003', 'SCT', 'Laterality'),
  topographicalModifier: code('106233006', 'SCT', 'Topographical modifier'),
  segment: code('121191', 'DCM', 'Referenced Segment'),
  sourceSeries: code('121232', 'DCM', 'Source series for segmentation'),
  algorithmName: code('111001', 'DCM', 'Algorithm Name'),
  algorithmVersion: code('111003', 'DCM', 'Algorithm Version'),
  volume: code('118565006', 'SCT', 'Volume'),
  method: code('370129005', 'SCT', 'Measurement Method'),
  sumOfVoxels: code('126030', 'DCM', 'Sum of segmented voxel volumes'),
  derivation: code('121401', 'DCM', 'Derivation'),
  mean: code('373098007', 'SCT', 'Mean'),
  standardDeviation: code('386136009', 'SCT', 'Standard Deviation'),
  minimum: code('255605001', 'SCT', 'Minimum'),
  maximum: code('56851009', 'SCT', 'Maximum'),
  median: code('373099004', 'SCT', 'Median'),
  attenuation: code('112031', 'DCM', 'Attenuation Coefficient'),
  mrSignal: code('110852', 'DCM', 'MR signal intensity'),
  activity: code('110821', 'DCM', 'Nuclear Medicine Tomographic Activity'),
} as const;

/** What Laterality can be (PS3.16 CID 244). */
export const SIDES = [...Object.values(LATERALITY), code('66459002', 'SCT', 'Unilateral')] as const;

export const UNITS = {
  cubicMillimetre: code('mm3', 'UCUM', 'cubic millimeter'),
  hounsfield: code("[hnsf'U]", 'UCUM', 'Hounsfield unit'),
  none: code('1', 'UCUM', 'no units'),
  activity: code('Bq/ml', 'UCUM', 'Becquerels/milliliter'),
} as const;
