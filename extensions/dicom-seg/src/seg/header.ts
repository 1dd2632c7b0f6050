/**
 * @file What surrounds the frames: patient, study, series, equipment, references (rules H1 to H7, R1).
 */
import { attribute, valuesOf, type Attribute, type Item } from '../part10/attribute';
import { groupBy } from '../part10/group-by';
import { TAGS, type Keyword } from '../part10/tags';
import { newUid, SOP_CLASS } from '../part10/uid';
import type { SourceInstance } from '../series/source-instance';
import { codeItem, CODES } from './codes';
import type { Equipment, SegmentationRequest } from './request';
import { codeString, singleLine } from './text';
import { timestamps } from './timestamps';

/** Type 2 attributes: present even when the source does not have them. */
export const ALWAYS: readonly Keyword[] = [
  'StudyDate',
  'StudyTime',
  'AccessionNumber',
  'ReferringPhysicianName',
  'PatientName',
  'PatientID',
  'PatientBirthDate',
  'PatientSex',
  'StudyID',
];

/** Attributes of the source that describe its own scanner; they go into Contributing Equipment. */
export const SCANNER: readonly Keyword[] = [
  'Manufacturer',
  'InstitutionName',
  'ManufacturerModelName',
  'DeviceSerialNumber',
  'SoftwareVersions',
];

/** Attributes that must not be present without a value: an empty one in the source is left out (seen with anonymizers). */
const NEVER_EMPTY: readonly Keyword[] = [
  'PatientIdentityRemoved',
  'DeidentificationMethod',
  'DeidentificationMethodCodeSequence',
  'LongitudinalTemporalEventType',
  'IssuerOfPatientIDQualifiersSequence',
  'IssuerOfAccessionNumberSequence',
  'OtherPatientIDsSequence',
  'PatientSpeciesDescription',
  'PatientSpeciesCodeSequence',
  'BreedRegistrationSequence',
];

/** Taken from the image that was compressed, which need not be the first. */
export const LOSSY: readonly Keyword[] = [
  'LossyImageCompression',
  'LossyImageCompressionRatio',
  'LossyImageCompressionMethod',
];

export const find = (source: SourceInstance, keyword: Keyword): Attribute | undefined =>
  source.attributes.find(({ tag }) => tag === TAGS[keyword].tag);

/** What an object made from `source` says about patient, study and trial: all but `without`, and `needed` even if empty. */
export function takenOver(
  source: SourceInstance,
  without: readonly Keyword[],
  needed: readonly Keyword[]
): Attribute[] {
  const skipped = new Set<number>(without.map((keyword) => TAGS[keyword].tag));
  const neverEmpty = new Set<number>(NEVER_EMPTY.map((keyword) => TAGS[keyword].tag));
  const copied = source.attributes.filter(
    ({ tag, value }) => !skipped.has(tag) && !(neverEmpty.has(tag) && value.length === 0)
  );
  const present = new Set(copied.map(({ tag }) => tag));
  const empty = needed
    .filter((keyword) => !present.has(TAGS[keyword].tag))
    .map((keyword) => attribute(keyword, ''));
  return [...copied, ...empty];
}

export interface HeaderIds {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
}

/** New identifiers of an object. */
export const newIds = (request: SegmentationRequest, isLabelmap: boolean): HeaderIds => ({
  sopClassUid: isLabelmap ? SOP_CLASS.labelMapSegmentation : SOP_CLASS.segmentation,
  sopInstanceUid: newUid(),
  seriesInstanceUid: request.seriesInstanceUid ?? newUid(),
});

/** All attributes outside pixel description, segments and functional groups. `used` are the planes of the frames. */
export function headerAttributes(
  request: SegmentationRequest,
  ids: HeaderIds,
  used: readonly SourceInstance[]
): Attribute[] {
  const source = request.source[0];
  const isPositioned = source.position !== undefined;
  const otherwise: readonly Keyword[] = [
    ...SCANNER,
    ...LOSSY,
    'TimezoneOffsetFromUTC',
    // Without a position, the directions in words are what tells left from right.
    ...(isPositioned ? (['PatientOrientation'] as const) : []),
  ];
  const needed: readonly Keyword[] = isPositioned ? ALWAYS : [...ALWAYS, 'PatientOrientation'];
  const taken = takenOver(
    source,
    otherwise,
    source.frameOfReferenceUid ? [...needed, 'PositionReferenceIndicator'] : needed
  );
  const at = timestamps(
    request.now ?? new Date(),
    valuesOf(find(source, 'TimezoneOffsetFromUTC'))[0]
  );
  return [
    ...taken,
    attribute('SpecificCharacterSet', 'ISO_IR 192'),
    attribute('ImageType', 'DERIVED\\PRIMARY'),
    attribute('InstanceCreationDate', at.date),
    attribute('InstanceCreationTime', at.time),
    attribute('SOPClassUID', ids.sopClassUid),
    attribute('SOPInstanceUID', ids.sopInstanceUid),
    attribute('SeriesDate', at.date),
    attribute('ContentDate', at.date),
    attribute('SeriesTime', at.time),
    attribute('ContentTime', at.time),
    attribute('Modality', 'SEG'),
    attribute('TimezoneOffsetFromUTC', at.offset),
    attribute('SeriesDescription', singleLine(request.seriesDescription, 64)),
    attribute('StudyInstanceUID', source.studyInstanceUid),
    attribute('SeriesInstanceUID', ids.seriesInstanceUid),
    attribute('SeriesNumber', request.seriesNumber ?? 1000),
    attribute('InstanceNumber', request.instanceNumber ?? 1),
    ...(source.frameOfReferenceUid
      ? [attribute('FrameOfReferenceUID', source.frameOfReferenceUid)]
      : []),
    ...lossy(request.source),
    attribute('ContentLabel', codeString(request.contentLabel ?? '', 'SEGMENTATION')),
    attribute('ContentDescription', singleLine(request.contentDescription ?? '', 64)),
    attribute('ContentCreatorName', singleLine(request.creatorName ?? '', 64)),
    ...equipment(request.equipment),
    attribute('ContributingEquipmentSequence', contributors(request, source)),
    attribute('ReferencedSeriesSequence', referencedSeries(request, used)),
    ...predecessor(request),
    ...codingSchemes(request),
  ];
}

function lossy(sources: readonly SourceInstance[]): Attribute[] {
  const source = sources.find((one) => valuesOf(find(one, 'LossyImageCompression'))[0] === '01');
  if (!source) return [attribute('LossyImageCompression', '00')];
  return LOSSY.map((keyword) => find(source, keyword)).filter(
    (entry): entry is Attribute => entry !== undefined && entry.value.length > 0
  );
}

export const equipment = (one: Equipment): Attribute[] => [
  attribute('Manufacturer', singleLine(one.manufacturer, 64)),
  attribute('ManufacturerModelName', singleLine(one.modelName, 64)),
  attribute('DeviceSerialNumber', singleLine(one.serialNumber, 64)),
  attribute('SoftwareVersions', singleLine(one.softwareVersions, 64)),
];

function contributors(request: SegmentationRequest, source: SourceInstance): Item[] {
  const processing = request.processingEquipment ?? request.equipment;
  const items: Item[] = [
    [
      ...equipment(processing),
      attribute('PurposeOfReferenceCodeSequence', [codeItem(CODES.processingEquipment)]),
    ],
  ];
  const manufacturer = valuesOf(find(source, 'Manufacturer'))[0] ?? '';
  if (manufacturer !== '') {
    const scanner = SCANNER.map((keyword) => find(source, keyword)).filter(
      (entry): entry is Attribute => entry !== undefined && entry.value !== ''
    );
    items.unshift([
      ...scanner,
      attribute('PurposeOfReferenceCodeSequence', [codeItem(CODES.acquisitionEquipment)]),
    ]);
  }
  return items;
}

const reference = (sopClassUid: string, sopInstanceUid: string): Item => [
  attribute('ReferencedSOPClassUID', sopClassUid),
  attribute('ReferencedSOPInstanceUID', sopInstanceUid),
];

const seriesItem = (seriesInstanceUid: string, instances: readonly Item[]): Item => [
  attribute('ReferencedInstanceSequence', [...instances]),
  attribute('SeriesInstanceUID', seriesInstanceUid),
];

/** Every instance that frames were made from, by series; the predecessor last. */
function referencedSeries(request: SegmentationRequest, used: readonly SourceInstance[]): Item[] {
  const bySeries = groupBy(used, (source) => source.seriesInstanceUid);
  const items = [...bySeries].map(([seriesInstanceUid, sources]) => {
    const instances = new Map(sources.map((source) => [source.sopInstanceUid, source]));
    return seriesItem(
      seriesInstanceUid,
      [...instances.values()].map((one) => reference(one.sopClassUid, one.sopInstanceUid))
    );
  });
  const before = request.predecessor;
  if (before) {
    const instance = reference(before.sopClassUid, before.sopInstanceUid);
    items.push(seriesItem(before.seriesInstanceUid, [instance]));
  }
  return items;
}

/** The object that this one is an edited version of. */
function predecessor({ predecessor: before }: SegmentationRequest): Attribute[] {
  if (!before) return [];
  return [
    attribute('SourceImageSequence', [
      [
        ...reference(before.sopClassUid, before.sopInstanceUid),
        attribute('PurposeOfReferenceCodeSequence', [codeItem(CODES.sourceImage)]),
      ],
    ]),
  ];
}

/** Who is responsible for private coding schemes. */
function codingSchemes({
  segments,
  equipment: { manufacturer },
}: SegmentationRequest): Attribute[] {
  const schemes = new Set(
    segments
      .flatMap((segment) => [
        segment.category,
        segment.type,
        ...(segment.typeModifiers ?? []),
        ...(segment.anatomicRegion ? [segment.anatomicRegion] : []),
        ...(segment.anatomicRegionModifiers ?? []),
      ])
      .map(({ scheme }) => scheme)
      .filter((scheme) => scheme.startsWith('99'))
  );
  if (schemes.size === 0) return [];
  const items = [...schemes].map((scheme): Item => [
    attribute('CodingSchemeDesignator', singleLine(scheme, 16)),
    attribute('CodingSchemeName', `Private codes ${singleLine(scheme, 16)}`),
    attribute('CodingSchemeResponsibleOrganization', manufacturer),
  ]);
  return [attribute('CodingSchemeIdentificationSequence', items)];
}
