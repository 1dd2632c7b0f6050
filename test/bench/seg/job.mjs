/**
 * One writing in one process: `job.mjs ours|adapters|dcmjs SLICES SEGMENTS`. Prints milliseconds of CPU, bytes written
 * and the peak of memory beside the labels.
 */
import dcmjs from 'dcmjs';
import { generateSegmentation } from '@cornerstonejs/adapters/cornerstone3D/Segmentation/generateSegmentation';
import { CATEGORIES } from '@cordon/extension-workbench/pure';
import {
  attribute,
  CORDON_EQUIPMENT,
  newUid,
  writeSegmentation,
} from '@cordon/extension-dicom-seg/pure';

const SIZE = 512;
const [writer, slicesText, segmentsText] = process.argv.slice(2);
const [slices, segments] = [Number(slicesText), Number(segmentsText)];

/** Balls side by side, each over a third of the slices. */
function labels() {
  const planes = Array.from({ length: slices }, () => new Uint8Array(SIZE * SIZE));
  for (let number = 1; number <= segments; number++) {
    const [column, row] = [60 + ((number - 1) % 5) * 98, 60 + Math.floor((number - 1) / 5) * 120];
    const [centre, half] = [(slices * (1 + (number % 3))) / 4, slices / 6];
    for (let k = Math.max(0, Math.ceil(centre - half)); k < Math.min(slices, centre + half); k++) {
      const radius = 46 * Math.sqrt(Math.max(0, 1 - ((k - centre) / half) ** 2));
      for (let j = Math.ceil(row - radius); j <= row + radius; j++) {
        const reach = Math.sqrt(Math.max(0, radius ** 2 - (j - row) ** 2));
        const from = Math.ceil(column - reach);
        planes[k].fill(number, j * SIZE + from, j * SIZE + Math.floor(column + reach) + 1);
      }
    }
  }
  return planes;
}

const uids = { study: newUid(), series: newUid(), frame: newUid() };
const instanceUids = Array.from({ length: slices }, newUid);

function writeOurs(planes) {
  const attributes = [attribute('PatientName', 'Bench'), attribute('PatientID', 'B')];
  const source = instanceUids.map((sopInstanceUid, k) => ({
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUid,
    seriesInstanceUid: uids.series,
    studyInstanceUid: uids.study,
    modality: 'CT',
    rows: SIZE,
    columns: SIZE,
    position: `0\\0\\${k}`,
    orientation: '1\\0\\0\\0\\1\\0',
    pixelSpacing: '0.7\\0.7',
    sliceThickness: '1',
    frameOfReferenceUid: uids.frame,
    attributes,
  }));
  const written = writeSegmentation({
    source,
    planes: planes.map((voxels, k) => ({ sopInstanceUid: instanceUids[k], layer: 0, voxels })),
    segments: Array.from({ length: segments }, (_, index) => ({
      number: index + 1,
      layer: 0,
      label: `Segment ${index + 1}`,
      category: CATEGORIES.tissue,
      type: CATEGORIES.tissue,
      colour: [255, index, 0],
      algorithm: { type: 'MANUAL', name: '' },
    })),
    seriesDescription: 'Bench',
    equipment: CORDON_EQUIPMENT,
  });
  return written.byteLength;
}

const code = { CodeValue: '85756007', CodingSchemeDesignator: 'SCT', CodeMeaning: 'Tissue' };
const peerSegment = (number) => ({
  SegmentNumber: String(number),
  SegmentLabel: `Segment ${number}`,
  SegmentAlgorithmType: 'MANUAL',
  SegmentedPropertyCategoryCodeSequence: code,
  SegmentedPropertyTypeCodeSequence: code,
  RecommendedDisplayCIELabValue: [1, 2, 3],
});

/** Pixels of the source: the peers copy them, whatever they are. */
const sourcePixels = new Int16Array(SIZE * SIZE);

const instance = (k) => ({
  SOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
  SOPInstanceUID: instanceUids[k],
  StudyInstanceUID: uids.study,
  SeriesInstanceUID: uids.series,
  FrameOfReferenceUID: uids.frame,
  Modality: 'CT',
  PatientName: 'Bench',
  PatientID: 'B',
  InstanceNumber: k + 1,
  Rows: SIZE,
  Columns: SIZE,
  ImagePositionPatient: [0, 0, k],
  ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
  PixelSpacing: [0.7, 0.7],
  SliceThickness: 1,
  BitsAllocated: 16,
  BitsStored: 16,
  HighBit: 15,
  PixelRepresentation: 1,
  SamplesPerPixel: 1,
  PhotometricInterpretation: 'MONOCHROME2',
  RescaleSlope: 1,
  RescaleIntercept: 0,
});

const serialize = (dataset) => {
  const parts = dcmjs.data.datasetToDict(dataset).write();
  return parts.byteLength;
};

function writeAdapters(planes) {
  const images = instanceUids.map((_, k) => ({
    imageId: `bench:${k}`,
    voxelManager: { getScalarData: () => sourcePixels },
  }));
  const metadata = {
    get: (module, imageId) => {
      const k = Number(imageId.split(':')[1]);
      if (/STUDY/.test(module)) return {};
      if (/SERIES/.test(module)) return {};
      if (/PLANE/.test(module)) {
        return { imagePositionPatient: [0, 0, k], imageOrientationPatient: [1, 0, 0, 0, 1, 0] };
      }
      return instance(k);
    },
  };
  const labelmap = {
    labelmaps2D: planes.map((pixelData) => ({
      pixelData,
      rows: SIZE,
      columns: SIZE,
      segmentsOnLabelmap: [...new Set(pixelData)],
    })),
    metadata: [
      undefined,
      ...Array.from({ length: segments }, (_, index) => peerSegment(index + 1)),
    ],
  };
  return serialize(generateSegmentation(images, labelmap, metadata).dataset);
}

function writeDcmjs(planes) {
  const datasets = instanceUids.map((_, k) => ({
    ...instance(k),
    PixelData: sourcePixels.buffer,
    _vrMap: { PixelData: 'OW' },
    _meta: {},
  }));
  const multiframe = dcmjs.normalizers.Normalizer.normalizeToDataset(datasets);
  const segmentation = new dcmjs.derivations.Segmentation([multiframe], {
    includeSliceSpacing: true,
  });
  const framesOf = Array.from({ length: segments + 1 }, () => []);
  planes.forEach((plane, k) => new Set(plane).forEach((number) => framesOf[number]?.push(k)));
  segmentation.setNumberOfFrames(framesOf.slice(1).reduce((sum, list) => sum + list.length, 0));
  for (let number = 1; number <= segments; number++) {
    const frames = framesOf[number];
    const masks = frames.map((k) => planes[k]);
    segmentation.addSegmentFromLabelmap(
      peerSegment(number),
      masks,
      number,
      frames.map((k) => k + 1)
    );
  }
  segmentation.bitPackPixelData();
  return serialize(segmentation.dataset);
}

const planes = labels();
const write = { ours: writeOurs, adapters: writeAdapters, dcmjs: writeDcmjs }[writer];
globalThis.gc?.();
const before = process.memoryUsage().rss;
const start = process.cpuUsage();
const from = performance.now();
const bytes = write(planes);
const { user, system } = process.cpuUsage(start);
const peakBytes = process.resourceUsage().maxRSS * 1024 - before;
const wallMs = performance.now() - from;
process.stdout.write(
  `\n${JSON.stringify({ cpuMs: (user + system) / 1000, wallMs, bytes, peakBytes })}\n`
);
