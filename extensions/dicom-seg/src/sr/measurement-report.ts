/**
 * @file Writes a measurement report (Enhanced SR, PS3.16 TID 1500 with one TID 1411 group a segment): volume, and the values
 * of the image inside. Measured on the stored segmentation as it was read, not on what a screen shows.
 *
 * Not verified by a person: the report says PARTIAL and UNVERIFIED. Complexity O(voxels).
 */
import {
  sameConcept,
  segmentStatistics,
  type CodedConcept,
  type IntensityStatistics,
  type LabelSegment,
  type SegmentStatistics,
} from '@cordon/extension-workbench/pure';
import { attribute, type Attribute, type Item } from '../part10/attribute';
import { writeDataSet } from '../part10/encode';
import { fileHead } from '../part10/file-head';
import { groupBy } from '../part10/group-by';
import { sha256 } from '../part10/sha256';
import { newUid, SOP_CLASS, TRANSFER_SYNTAX } from '../part10/uid';
import { codeItem } from '../seg/codes';
import type { Equipment } from '../seg/request';
import type { StoredSegmentation } from '../seg/reader/stored-segmentation';
import type { ImageSeries } from '../series/read-series';
import type { SourceInstance } from '../series/source-instance';
import {
  codeValue,
  container,
  containerAttributes,
  image,
  numeric,
  personName,
  text,
  uid,
} from './content-items';
import { notMeasurable } from './errors';
import { documentHeader } from './document-header';
import { SIDES, SR_CODES as CODES, UNITS } from './sr-codes';

export interface MeasurementReportRequest {
  /** As it was read from what is stored, onto the images of `series`. */
  readonly stored: StoredSegmentation;
  readonly series: ImageSeries;
  readonly seriesDescription: string;
  /** Default 1001. */
  readonly seriesNumber?: number;
  /** Person name, `Family^Given`; the device alone observes when it is absent. */
  readonly observerName?: string;
  readonly equipment: Equipment;
  /** Time of writing; now when absent. */
  readonly now?: Date;
}

export interface WrittenReport {
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
  readonly byteLength: number;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  /** What the report says, for the user. */
  readonly statistics: readonly SegmentStatistics[];
}

/** Throws `SR_NOT_MEASURABLE` unless the segmentation lies on the grid of the images. */
export function writeMeasurementReport(request: MeasurementReportRequest): WrittenReport {
  const { stored, series } = request;
  if (stored.grid !== 'source') {
    throw notMeasurable(`it lies on a grid of its own, or was resampled (${stored.grid})`);
  }
  if (!series.isPatientPositioned) {
    throw notMeasurable('the image does not say where it lies, so that a volume has no meaning');
  }
  const statistics = segmentStatistics(stored.labels, series.volume);
  const ids = {
    sopClassUid: SOP_CLASS.enhancedSr,
    sopInstanceUid: newUid(),
    seriesInstanceUid: newUid(),
  };
  const attributes: Attribute[] = [
    ...documentHeader(request, ids),
    attribute('CurrentRequestedProcedureEvidenceSequence', [evidence(request)]),
    attribute('ValueType', 'CONTAINER'),
    attribute('ConceptNameCodeSequence', [codeItem(CODES.report)]),
    ...containerAttributes('1500'),
    attribute('ContentSequence', [
      codeValue('HAS CONCEPT MOD', CODES.language, {
        value: 'en',
        scheme: 'RFC5646',
        meaning: 'English',
      }),
      ...observers(request),
      codeValue('HAS CONCEPT MOD', CODES.procedure, CODES.imaging),
      imageLibrary(series.instances),
      container(
        CODES.measurements,
        stored.labels.segments.map((segment, index) =>
          measurementGroup(segment, statistics[index], request)
        )
      ),
    ]),
  ];
  const writer = fileHead(
    ids.sopClassUid,
    ids.sopInstanceUid,
    TRANSFER_SYNTAX.explicitLittleEndian
  );
  writeDataSet(writer, attributes);
  const bytes = writer.toBytes();
  return {
    parts: [bytes],
    byteLength: bytes.length,
    sha256: sha256([bytes]),
    ...ids,
    studyInstanceUid: series.studyInstanceUid,
    statistics,
  };
}

function observers({ observerName, equipment }: MeasurementReportRequest): Item[] {
  const person = observerName
    ? [
        codeValue('HAS OBS CONTEXT', CODES.observerType, CODES.person),
        personName('HAS OBS CONTEXT', CODES.personName, observerName),
      ]
    : [];
  return [
    ...person,
    codeValue('HAS OBS CONTEXT', CODES.observerType, CODES.device),
    uid('HAS OBS CONTEXT', CODES.deviceUid, newUid()),
    text('HAS OBS CONTEXT', CODES.deviceName, equipment.modelName),
    text('HAS OBS CONTEXT', CODES.deviceManufacturer, equipment.manufacturer),
    text('HAS OBS CONTEXT', CODES.deviceModel, equipment.modelName),
    text('HAS OBS CONTEXT', CODES.deviceSerial, equipment.serialNumber),
  ];
}

/** Every image that was measured on; frames of one instance together. */
function imageLibrary(instances: readonly SourceInstance[]): Item {
  const byInstance = groupBy(instances, ({ sopInstanceUid }) => sopInstanceUid);
  const images = [...byInstance.values()].map(([{ sopClassUid, sopInstanceUid }]) =>
    image(undefined, { sopClassUid, sopInstanceUid })
  );
  return container(CODES.imageLibrary, [container(CODES.imageLibraryGroup, images)]);
}

function measurementGroup(
  segment: LabelSegment,
  { volumeMl, intensity }: SegmentStatistics,
  { stored, series }: MeasurementReportRequest
): Item {
  const site = segment.anatomicRegion;
  return container(
    CODES.group,
    [
      text('HAS OBS CONTEXT', CODES.trackingId, segment.trackingId || segment.label),
      uid('HAS OBS CONTEXT', CODES.trackingUid, segment.trackingUid || newUid()),
      ...algorithm(segment),
      codeValue('CONTAINS', CODES.findingCategory, segment.category),
      codeValue('CONTAINS', CODES.finding, segment.type, laterality(segment.typeModifiers)),
      image(CODES.segment, {
        sopClassUid: stored.sopClassUid,
        sopInstanceUid: stored.sopInstanceUid,
        segmentNumber: segment.number,
      }),
      uid('CONTAINS', CODES.sourceSeries, series.seriesInstanceUid),
      ...(site
        ? [
            codeValue('HAS CONCEPT MOD', CODES.findingSite, site, [
              ...laterality(segment.anatomicRegionModifiers),
              ...topographicalModifier(segment.anatomicRegionModifiers),
            ]),
          ]
        : []),
      numeric(CODES.volume, volumeMl * 1000, UNITS.cubicMillimetre, [
        codeValue('HAS CONCEPT MOD', CODES.method, CODES.sumOfVoxels),
      ]),
      ...(intensity ? intensities(intensity, series) : []),
    ],
    '1411'
  );
}

const isSide = (modifier: CodedConcept): boolean =>
  SIDES.some((side) => sameConcept(side, modifier));

const laterality = (modifiers: readonly CodedConcept[] = []): Item[] =>
  modifiers
    .filter(isSide)
    .slice(0, 1)
    .map((side) => codeValue('HAS CONCEPT MOD', CODES.laterality, side));

/** TID 1419 has one, and for the finding site only: what else qualifies a finding need not be a place. */
const topographicalModifier = (modifiers: readonly CodedConcept[] = []): Item[] =>
  modifiers
    .filter((modifier) => !isSide(modifier))
    .slice(0, 1)
    .map((modifier) => codeValue('HAS CONCEPT MOD', CODES.topographicalModifier, modifier));

function algorithm({ algorithm: { type, name, version } }: LabelSegment): Item[] {
  if (type === 'MANUAL' || name === '') return [];
  return [
    text('HAS CONCEPT MOD', CODES.algorithmName, name),
    text('HAS CONCEPT MOD', CODES.algorithmVersion, version || 'not stated'),
  ];
}

interface Quantity {
  readonly name: CodedConcept;
  readonly unit: CodedConcept;
}

/** What the values of the image are; undefined when no standard concept says so: then the volume alone is reported. */
function quantityOf({ instances }: ImageSeries, unit: string): Quantity | undefined {
  const [{ modality }] = instances;
  if (modality === 'CT' && unit === 'HU') {
    return { name: CODES.attenuation, unit: UNITS.hounsfield };
  }
  if (modality === 'MR') return { name: CODES.mrSignal, unit: UNITS.none };
  if (modality === 'PT' && unit === 'BQML') {
    return { name: CODES.activity, unit: UNITS.activity };
  }
  // Of SUV, the images do not say here which kind it is.
  return undefined;
}

function intensities(values: IntensityStatistics, series: ImageSeries): Item[] {
  const quantity = quantityOf(series, values.unit);
  if (!quantity) return [];
  const derived = [
    [CODES.mean, values.mean],
    [CODES.standardDeviation, values.standardDeviation],
    [CODES.minimum, values.min],
    [CODES.maximum, values.max],
    [CODES.median, values.median],
  ] as const;
  return derived.map(([derivation, value]) =>
    numeric(quantity.name, value, quantity.unit, [
      codeValue('HAS CONCEPT MOD', CODES.derivation, derivation),
    ])
  );
}

/** The segmentation and every image, by series. */
function evidence({ stored, series }: MeasurementReportRequest): Item {
  const seriesItem = (
    seriesInstanceUid: string,
    instances: readonly { readonly sopClassUid: string; readonly sopInstanceUid: string }[]
  ): Item => [
    attribute(
      'ReferencedSOPSequence',
      [...new Map(instances.map((one) => [one.sopInstanceUid, one])).values()].map((one) => [
        attribute('ReferencedSOPClassUID', one.sopClassUid),
        attribute('ReferencedSOPInstanceUID', one.sopInstanceUid),
      ])
    ),
    attribute('SeriesInstanceUID', seriesInstanceUid),
  ];
  const images = groupBy(series.instances, ({ seriesInstanceUid }) => seriesInstanceUid);
  return [
    attribute('ReferencedSeriesSequence', [
      ...[...images].map(([seriesInstanceUid, instances]) =>
        seriesItem(seriesInstanceUid, instances)
      ),
      seriesItem(stored.seriesInstanceUid, [stored]),
    ]),
    attribute('StudyInstanceUID', series.studyInstanceUid),
  ];
}
