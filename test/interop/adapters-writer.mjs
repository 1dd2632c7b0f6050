/**
 * Segmentations as the viewer itself writes them, with its own library: `adapters-writer.mjs JOBS.json`, a list of
 * {folder, labels, rows, columns, out, kind}: a folder of images, their labels as bytes (slices descending), the file to
 * write, and `bitmap` (each frame padded to bytes), `labelmap` (RLE, the viewer's default) or `overlap`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import dcmjs from 'dcmjs';
import { generateSegmentation } from '@cornerstonejs/adapters/cornerstone3D/Segmentation/generateSegmentation';

const LABELMAP = '1.2.840.10008.5.1.4.1.1.66.7';
const RLE = '1.2.840.10008.1.2.5';

const readImage = (file) => {
  const { dict } = dcmjs.data.DicomMessage.readFile(new Uint8Array(readFileSync(file)).buffer);
  return dcmjs.data.DicomMetaDictionary.naturalizeDataset(dict);
};

const cross = (o) => [
  o[1] * o[5] - o[2] * o[4],
  o[2] * o[3] - o[0] * o[5],
  o[0] * o[4] - o[1] * o[3],
];

/** As the viewer orders them. */
function descendingImages(folder) {
  const images = readdirSync(folder).map((name) => readImage(path.join(folder, name)));
  const normal = cross(images[0].ImageOrientationPatient);
  const offset = ({ ImagePositionPatient: p }) =>
    p.reduce((sum, value, axis) => sum + value * normal[axis], 0);
  return images.sort((a, b) => offset(b) - offset(a));
}

const code = { CodeValue: '85756007', CodingSchemeDesignator: 'SCT', CodeMeaning: 'Tissue' };
const segment = (number) => ({
  SegmentNumber: String(number),
  SegmentLabel: `Segment ${number}`,
  SegmentAlgorithmType: 'MANUAL',
  SegmentedPropertyCategoryCodeSequence: code,
  SegmentedPropertyTypeCodeSequence: code,
  RecommendedDisplayCIELabValue: [32768, 40000, 20000],
});

function labelmapOf(labels, { rows, columns }, numbers) {
  const pixels = rows * columns;
  const kept = Uint8Array.from(labels, (value) => (numbers.includes(value) ? value : 0));
  const labelmaps2D = Array.from({ length: labels.length / pixels }, (_, k) => {
    const pixelData = kept.subarray(k * pixels, (k + 1) * pixels);
    return { pixelData, rows, columns, segmentsOnLabelmap: [...new Set(pixelData)] };
  });
  return { labelmaps2D, metadata: [undefined, segment(1), segment(2), segment(3)] };
}

function write(job) {
  const sources = descendingImages(job.folder);
  const images = sources.map((_, k) => ({
    imageId: `images:${k}`,
    voxelManager: { getScalarData: () => new Int16Array(job.rows * job.columns) },
  }));
  const metadata = {
    get: (module, imageId) => {
      const instance = sources[Number(imageId.split(':')[1])];
      if (/STUDY|SERIES/.test(module)) return {};
      if (!/PLANE/.test(module)) return instance;
      return {
        imagePositionPatient: [...instance.ImagePositionPatient],
        imageOrientationPatient: [...instance.ImageOrientationPatient],
      };
    },
  };
  const labels = new Uint8Array(readFileSync(job.labels));
  const input =
    job.kind === 'overlap'
      ? [labelmapOf(labels, job, [1, 2]), labelmapOf(labels, job, [3])]
      : labelmapOf(labels, job, [1, 2, 3]);
  const options =
    job.kind === 'labelmap' ? { sopClassUid: LABELMAP, transferSyntaxUid: RLE } : undefined;
  const { dataset } = generateSegmentation(images, input, metadata, options);
  writeFileSync(job.out, Buffer.from(dcmjs.data.datasetToDict(dataset).write()));
}

for (const job of JSON.parse(readFileSync(process.argv[2], 'utf8'))) write(job);
