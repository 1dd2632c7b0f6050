/**
 * Structure sets of treatment planning systems as labels, compared pixel by pixel with the polygons that scikit-image
 * fills at test time. Pixels whose centre lies on an edge may belong to either side.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  readImageSeries,
  readStructureSet,
  type SourceInstance,
  type StructureSet,
} from '@cordon/extension-dicom-seg/pure';
import { countVoxels } from '@cordon/extension-workbench/pure';
import { describeWithPython, runPython } from '../support/python';

const data = join(__dirname, '..', '..', '..', 'shared', 'data');
const describeData = existsSync(data) || process.env['CI'] === 'true' ? describe : describe.skip;
const bytesOf = (path: string) => new Uint8Array(readFileSync(join(data, path)));
const images = (names: readonly string[]) =>
  readImageSeries(names.map((name) => ({ name, bytes: bytesOf(name) })));

/**
 * Pixels inside each ROI on the planes `z` (1), outside (0), on an edge (2). Contours of one ROI inside each other are holes.
 */
const POLYGONS = `
import pydicom
from skimage.measure import grid_points_in_poly
d = pydicom.dcmread(P['file'])
rows, columns = P['rows'], P['columns']
(x0, y0), (dx, dy), zs = P['origin'], P['spacing'], P['z']
contours = {int(c.ReferencedROINumber): c.get('ContourSequence', []) for c in d.ROIContourSequence}
rois = [contours.get(int(r.ROINumber), []) for r in d.StructureSetROISequence]
out = np.zeros((len(rois), len(zs), rows, columns), np.uint8)
for n, roi in enumerate(rois):
    for c in roi:
        p = np.array(c.ContourData, float).reshape(-1, 3)
        for k, z in enumerate(zs):
            if abs(p[0, 2] - z) > 0.1: continue
            points = np.stack([(p[:, 1] - y0) / dy, (p[:, 0] - x0) / dx], 1)
            low = np.maximum(np.floor(points.min(0)).astype(int), 0)
            high = np.minimum(np.ceil(points.max(0)).astype(int) + 1, (rows, columns))
            if (high <= low).any(): continue
            # A centre on an edge is one for which a shift of a millionth decides.
            shifts = [(-1e-6, -1e-6), (-1e-6, 1e-6), (1e-6, -1e-6), (1e-6, 1e-6)]
            tries = [grid_points_in_poly(high - low, points - low + s) for s in shifts]
            window = out[n, k, low[0]:high[0], low[1]:high[1]]
            edge = (window == 2) | ~np.logical_or(np.all(tries, 0), ~np.any(tries, 0))
            window ^= tries[0].astype(np.uint8)
            window[edge] = 2
O['inside'] = out
R['names'] = [str(r.ROIName) for r in d.StructureSetROISequence]
`;

async function compare(file: string, set: StructureSet, source: readonly SourceInstance[]) {
  const { labels } = set;
  const [columns, rows, slices] = labels.geometry.size;
  const positions = source.map(({ position }) => position!.split('\\').map(Number));
  const [rowMm, columnMm] = source[0].pixelSpacing!.split('\\').map(Number);
  const result = await runPython({
    script: POLYGONS,
    values: {
      ...{ file: join(data, file), rows, columns, z: positions.map(([, , z]) => z) },
      ...{ origin: positions[0].slice(0, 2), spacing: [columnMm, rowMm] },
    },
  });
  const inside = result.array('inside').data;
  expect(labels.segments.map(({ label }) => label)).toEqual(result.values['names']);
  const voxels = columns * rows * slices;
  return labels.segments.map((segment, index) => {
    const layer = labels.layers[segment.layer];
    let [wrong, onEdge] = [0, 0];
    for (let at = 0; at < voxels; at++) {
      const expected = inside[index * voxels + at];
      if (expected === 2) onEdge++;
      else if ((layer[at] === segment.number) !== (expected === 1)) wrong++;
    }
    return { label: segment.label, wrong, onEdge, voxels: countVoxels(labels, segment) };
  });
}

describeData('structure sets', () => {
  describeWithPython(['pydicom', 'numpy', 'skimage'], 'against scikit-image', () => {
    it('of rt-utils: small contours on the first of two images', async () => {
      const { instances, volume } = await images([
        'rtstruct-rt-utils/ct_1.dcm',
        'rtstruct-rt-utils/ct_2.dcm',
      ]);
      const set = readStructureSet(bytesOf('rtstruct-rt-utils/rt.dcm'), instances);
      expect(set.labels.geometry.matches(volume.geometry)).toBe(true);
      const [roi] = await compare('rtstruct-rt-utils/rt.dcm', set, instances);
      expect(roi).toMatchObject({ label: 'ROI-1', wrong: 0 });
      expect(roi.voxels).toBeGreaterThan(100);
    });

    it('of four ROIs by hand, on two of their three images, which is said', async () => {
      const file = 'rtstruct-rt-utils/invalid_reference_rt.dcm';
      const { instances } = await images([
        'rtstruct-rt-utils/ct_1.dcm',
        'rtstruct-rt-utils/ct_2.dcm',
      ]);
      const set = readStructureSet(bytesOf(file), instances);
      for (const roi of await compare(file, set, instances)) {
        expect(roi).toMatchObject({ wrong: 0 });
        expect(roi.voxels).toBeGreaterThan(500);
      }
      expect(set.warnings).toHaveLength(4);
      expect(set.warnings[0]).toMatch(/beyond the images/);
    });

    it('of a planning system: ten ROIs that overlap, hundreds of contours', async () => {
      const file = 'rtstruct-dicompyler/rtss.dcm';
      const { instances } = await images(['rtstruct-dicompyler/ct.0.dcm']);
      // The collection has one of its images only: the planes of the others are known from the contours.
      const source = Array.from({ length: 16 }, (_, k) => ({
        ...instances[0],
        sopInstanceUid: `1.2.3.${k}`,
        position: `-275\\-524\\${(-44.4407 + 3 * k).toFixed(4)}`,
      }));
      const set = readStructureSet(bytesOf(file), source);
      const rois = await compare(file, set, source);
      expect(rois.map(({ label, wrong }) => [label, wrong])).toEqual(
        rois.map(({ label }) => [label, 0])
      );
      const filled = rois.filter(({ voxels }) => voxels > 0).map(({ label }) => label);
      expect(filled).toEqual(expect.arrayContaining(['BODY', 'Heart', 'Lt Lung', 'Breast']));
      expect(set.labels.layers.length).toBeGreaterThan(1);
    });
  });

  it('of other images are refused', async () => {
    const { instances } = await images([
      'rtstruct-rt-utils/ct_1.dcm',
      'rtstruct-rt-utils/ct_2.dcm',
    ]);
    expect(() => readStructureSet(bytesOf('rtstruct-dicompyler/rtss.dcm'), instances)).toThrow(
      expect.objectContaining({ code: 'RTSTRUCT_OTHER_IMAGES' }) as Error
    );
  });
});
