/**
 * @file Image series, DICOM SEG objects and how they are stored, without a viewer. Runs the same in a page, in a worker
 * and in Node.
 */
export * from './part10/limits';
export { parseDicom, type DicomFile } from './part10/parse';
export { DataSet, type DataElement } from './part10/data-set';
export { attribute, type Attribute, type AttributeValue, type Item } from './part10/attribute';
export { formatTag, keywordOfTag, TAGS, type Keyword } from './part10/tags';
export { isUid, newUid, SOP_CLASS, TRANSFER_SYNTAX } from './part10/uid';
export { hasLongLength, isVr, type Vr } from './part10/vr';
export { sha256, Sha256 } from './part10/sha256';
export { readImageSeries, type ImageSeries, type ReadSeriesOptions } from './series/read-series';
export {
  listSeries,
  type NamedFile,
  type SeriesSummary,
  type SkippedFile,
} from './series/read-files';
export {
  sourceInstanceFromJson,
  sourceInstances,
  sourceInstancesFromJson,
  sourceInstancesFromNaturalized,
  type SourceInstance,
} from './series/source-instance';
export {
  planeKey,
  planesOf,
  type Equipment,
  type LabelPlane,
  type PlaneKey,
  type Predecessor,
  type ProbabilityPlane,
  type SegmentationEncoding,
  type SegmentationRequest,
} from './seg/request';
export { writeSegmentation, type WrittenSegmentation } from './seg/writer';
export { dicomLabToRgb, rgbToDicomLab } from './seg/colour';
export { CORDON_EQUIPMENT, SOFTWARE_VERSION } from './seg/equipment';
export { readSegmentation } from './seg/reader/read-segmentation';
export { referencedSeries } from './seg/reader/references';
export { nextVersion, type NextVersion } from './seg/reader/next-version';
export {
  type Notice,
  type ReadSegmentationOptions,
  type ReferencedInstance,
  type ReferencedSeries,
  type StoredGrid,
  type StoredSegmentation,
} from './seg/reader/stored-segmentation';
export {
  segmentationInfo,
  type ObjectInfo,
  type RoiInfo,
  type SegmentationInfo,
  type SegmentInfo,
} from './seg/info';
export type { DicomWebStore } from './store/dicom-web-store';
export type { StoreErrorCode } from './store/errors';
export {
  storeObject,
  storeSegmentation,
  type StorableObject,
  type StoreOptions,
  type StoreReceipt,
} from './store/store';
export { segClient, type SegClient, type SegWorkerApi } from './worker-api';
export { readStructureSet, type StructureSet } from './rtstruct/read-structure-set';
export {
  writeMeasurementReport,
  type MeasurementReportRequest,
  type WrittenReport,
} from './sr/measurement-report';
export {
  readMeasurementReport,
  type Measurement,
  type MeasurementReport,
  type ReportedGroup,
} from './sr/read-measurement-report';
export { encodeStl } from './surface/stl';
export { segmentSurface, type Surface, type SurfaceOptions } from './surface/surface-nets';
