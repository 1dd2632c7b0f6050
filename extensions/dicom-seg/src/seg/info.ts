/**
 * @file What a DICOM object is, as plain data for people and programs: `cordon info`.
 */
import { countVoxels, segmentVolumeMl } from '@cordon/extension-workbench/pure';
import { DEFAULT_LIMITS, type ReadLimits } from '../part10/limits';
import { parseDicom, type DicomFile } from '../part10/parse';
import { SOP_CLASS } from '../part10/uid';
import { sourceInstances } from '../series/source-instance';
import { readSegmentation } from './reader/read-segmentation';
import type { Notice, StoredGrid } from './reader/stored-segmentation';
import type { SegmentationEncoding } from './request';

export interface SegmentInfo {
  readonly number: number;
  readonly label: string;
  readonly category: string;
  readonly type: string;
  readonly modifiers: readonly string[];
  readonly region: string;
  readonly algorithm: string;
  readonly algorithmType: string;
  readonly trackingId: string;
  readonly trackingUid: string;
  readonly colour: readonly number[];
  readonly voxels: number;
  readonly volumeMl: number;
  /** True when the recipe that made it is stored with it. */
  readonly hasRecipe: boolean;
}

export interface SegmentationInfo {
  readonly encoding: SegmentationEncoding;
  readonly frames: number;
  readonly contentLabel: string;
  readonly contentCreator: string;
  readonly grid: StoredGrid;
  /** Columns, rows, slices. */
  readonly size: readonly number[];
  readonly spacingMm: readonly number[];
  readonly isEven: boolean;
  readonly segments: readonly SegmentInfo[];
  readonly references: readonly {
    readonly seriesInstanceUid: string;
    readonly instances: number;
  }[];
  readonly predecessor?: string;
  readonly notices: readonly Notice[];
}

/** A region of interest of an RT Structure Set. */
export interface RoiInfo {
  readonly number: number;
  readonly name: string;
  readonly algorithm: string;
  readonly contours: number;
}

export interface ObjectInfo {
  readonly kind: 'segmentation' | 'image' | 'structure-set' | 'report' | 'other';
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly modality: string;
  readonly manufacturer: string;
  readonly patientName: string;
  readonly patientId: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly seriesDescription: string;
  readonly rows?: number;
  readonly columns?: number;
  readonly frames?: number;
  readonly segmentation?: SegmentationInfo;
  readonly rois?: readonly RoiInfo[];
}

/** Describes any DICOM object; rejects with a `DICOM_*` or `SEG_*` error when it cannot be read. */
export async function segmentationInfo(
  bytes: Uint8Array,
  limits: ReadLimits = DEFAULT_LIMITS
): Promise<ObjectInfo> {
  const file = parseDicom(bytes, limits);
  const { data } = file;
  const kind = kindOf(file);
  const frames = data.has('Rows') ? sourceInstances(data).length : undefined;
  return {
    kind,
    sopClassUid: data.text('SOPClassUID'),
    sopInstanceUid: data.text('SOPInstanceUID'),
    transferSyntaxUid: file.transferSyntaxUid,
    modality: data.text('Modality'),
    manufacturer: data.text('Manufacturer'),
    patientName: data.text('PatientName'),
    patientId: data.text('PatientID'),
    studyInstanceUid: data.text('StudyInstanceUID'),
    seriesInstanceUid: data.text('SeriesInstanceUID'),
    seriesDescription: data.text('SeriesDescription'),
    rows: data.number('Rows'),
    columns: data.number('Columns'),
    frames,
    segmentation: kind === 'segmentation' ? await describe(bytes, frames ?? 0, limits) : undefined,
    rois: kind === 'structure-set' ? roisOf(file) : undefined,
  };
}

function roisOf({ data }: DicomFile): RoiInfo[] {
  const contours = new Map(
    data
      .items('ROIContourSequence')
      .map((item) => [item.number('ReferencedROINumber'), item.items('ContourSequence').length])
  );
  return data.items('StructureSetROISequence').map((roi) => ({
    number: roi.number('ROINumber') ?? 0,
    name: roi.text('ROIName'),
    algorithm: roi.text('ROIGenerationAlgorithm'),
    contours: contours.get(roi.number('ROINumber')) ?? 0,
  }));
}

function kindOf({ data }: DicomFile): ObjectInfo['kind'] {
  const sopClass = data.text('SOPClassUID');
  if (sopClass === SOP_CLASS.segmentation || sopClass === SOP_CLASS.labelMapSegmentation) {
    return 'segmentation';
  }
  if (sopClass === SOP_CLASS.rtStructureSet) return 'structure-set';
  if (sopClass.startsWith('1.2.840.10008.5.1.4.1.1.88.')) return 'report';
  return data.has('Rows') && data.has('Columns') ? 'image' : 'other';
}

async function describe(
  bytes: Uint8Array,
  frames: number,
  limits: ReadLimits
): Promise<SegmentationInfo> {
  const stored = await readSegmentation(bytes, { limits });
  const { labels } = stored;
  return {
    encoding: stored.encoding,
    frames,
    contentLabel: stored.contentLabel,
    contentCreator: stored.creatorName,
    grid: stored.grid,
    size: labels.geometry.size,
    spacingMm: labels.geometry.spacingMm,
    isEven: labels.geometry.isEven,
    segments: labels.segments.map((segment) => ({
      number: segment.number,
      label: segment.label,
      category: codeText(segment.category),
      type: codeText(segment.type),
      modifiers: (segment.typeModifiers ?? []).map(codeText),
      region: segment.anatomicRegion ? codeText(segment.anatomicRegion) : '',
      algorithm: [segment.algorithm.name, segment.algorithm.version ?? ''].join(' ').trim(),
      algorithmType: segment.algorithm.type,
      trackingId: segment.trackingId ?? '',
      trackingUid: segment.trackingUid ?? '',
      colour: segment.colour,
      voxels: countVoxels(labels, segment),
      volumeMl: segmentVolumeMl(labels, segment),
      hasRecipe: segment.algorithm.parameters?.includes('"cordonRecipe":1') ?? false,
    })),
    references: stored.references.map(({ seriesInstanceUid, instances }) => ({
      seriesInstanceUid,
      instances: instances.length,
    })),
    predecessor: stored.predecessor?.sopInstanceUid,
    notices: stored.notices,
  };
}

const codeText = ({ value, scheme, meaning }: { value: string; scheme: string; meaning: string }) =>
  `${scheme}:${value}:${meaning}`;
