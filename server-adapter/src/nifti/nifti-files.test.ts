import { cross, Geometry, normalize, type Vec3 } from '@cordon/extension-workbench/pure';
import fc from 'fast-check';
import { gunzipSync, gzipSync } from 'node:zlib';
import { gridAt, labelVolume } from '../../../test/support/segments';
import { gridOf, spaceOf } from './affine';
import { formatHeader, parseHeader } from './header';
import { readNiftiImage, readNiftiLabels } from './read-nifti';
import { writeNiftiLabels, writeNiftiMap } from './write-nifti';

describe('NIfTI grids', () => {
  const directions = fc
    .tuple(
      fc.float({ min: -1, max: 1, noNaN: true }),
      fc.float({ min: -1, max: 1, noNaN: true }),
      fc.float({ min: -1, max: 1, noNaN: true })
    )
    .filter(([x, y, z]) => Math.hypot(x, y, z) > 0.2);

  it('from DICOM come back as they were, by sform and by qform', () => {
    fc.assert(
      fc.property(directions, directions, fc.integer({ min: 1, max: 6 }), (a, b, slices) => {
        const rowDirection = normalize(a as Vec3);
        const normal = cross(rowDirection, b as Vec3);
        fc.pre(Math.hypot(...normal) > 0.1);
        const columnDirection = normalize(cross(normal, rowDirection));
        const up = normalize(cross(rowDirection, columnDirection));
        const geometry = new Geometry({
          columns: 4,
          rows: 3,
          pixelSpacingMm: [0.6, 1.2],
          rowDirection,
          columnDirection,
          slicePositionsLps: Array.from({ length: slices }, (_, k) => [
            50 + 2.5 * k * up[0],
            -40 + 2.5 * k * up[1],
            7 + 2.5 * k * up[2],
          ]),
          sliceThicknessMm: 2.5,
        });
        const { space, warnings } = spaceOf(geometry);
        const stored = parseHeader(
          formatHeader({
            dimensions: [4, 3, slices],
            datatype: 2,
            bitsPerVoxel: 8,
            space,
            description: '',
          })
        ).space;
        expect(warnings).toEqual([]);
        const bySform = gridOf(stored, geometry.size);
        expect(bySform.isFlipped).toBe(false);
        expect(bySform.geometry.matches(geometry, 1e-3)).toBe(true);
        const byQform = gridOf({ ...stored, sformCode: 0 }, geometry.size);
        expect(byQform.isFlipped).toBe(false);
        // Near a half turn the missing component of the quaternion is the root of a rounding error.
        expect(byQform.geometry.matches(geometry, 0.02)).toBe(true);
      })
    );
  });

  it('take gaps within 5 % of their mean with a warning and refuse more', () => {
    const labels = (heights: readonly number[]) => {
      const geometry = gridAt(2, 2, [1, 1], heights);
      return labelVolume(geometry, new Uint8Array(geometry.voxelCount).fill(1), [1]);
    };
    const slightly = writeNiftiLabels(labels([0, 1.04, 2]), { compress: false });
    expect(slightly.warnings).toEqual([
      'The gaps between slices differ from their mean by up to 4.0 %: NIfTI keeps only the mean.',
    ]);
    expect(() => writeNiftiLabels(labels([0, 1.06, 2]), { compress: false })).toThrow(
      expect.objectContaining({ code: 'NIFTI_GRID_UNEVEN' })
    );
  });

  it('write an even shear exactly and refuse an uneven one', () => {
    const even = gridAt(3, 2, [1, 1], [0, 2, 4], [0, 0.5, 1]);
    const { space, warnings } = spaceOf(even);
    expect(warnings[0]).toMatch(/sheared \(gantry tilt\)/);
    expect(gridOf(space, even.size).geometry.matches(even, 1e-9)).toBe(true);
    expect(() => spaceOf(gridAt(3, 2, [1, 1], [0, 2, 4], [0, 0.5, 3]))).toThrow(
      expect.objectContaining({ code: 'NIFTI_GRID_UNEVEN' })
    );
  });
});

describe('NIfTI labels', () => {
  const geometry = gridAt(3, 2, [1, 1], [0, 2]);

  it('become segments with the numbers of the file', () => {
    const labels = labelVolume(
      geometry,
      Uint16Array.of(0, 7, 7, 0, 300, 0, 0, 0, 0, 0, 0, 2),
      [2, 7, 300]
    );
    const { bytes } = writeNiftiLabels(labels, { compress: true });
    const read = readNiftiLabels(bytes).labels;
    expect(read.segments.map(({ number }) => number)).toEqual([2, 7, 300]);
    expect([...read.layers[0]]).toEqual([...labels.layers[0]]);
    expect(read.geometry.matches(geometry)).toBe(true);
  });

  it.each([-1, 0.5, 65536, NaN])('refuse the value %p', (value) => {
    const voxels = new Float32Array(12).fill(1);
    voxels[5] = value;
    const { bytes } = writeNiftiMap(geometry, voxels, { compress: false });
    expect(() => readNiftiLabels(bytes)).toThrow(
      expect.objectContaining({ code: 'NIFTI_NOT_LABELS' })
    );
  });
});

describe('bad NIfTI files', () => {
  const geometry = gridAt(3, 2, [1, 1], [0, 2]);
  const good = writeNiftiMap(geometry, new Float32Array(12), { compress: false }).bytes;
  const changed = (change: (view: DataView) => void) => {
    const bytes = good.slice();
    change(new DataView(bytes.buffer));
    return bytes;
  };

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'NIFTI_NOT_A_FILE'],
    ['text', new TextEncoder().encode('<!doctype html>'.repeat(40)), 'NIFTI_NOT_A_FILE'],
    [
      'Analyze',
      changed((view) => {
        view.setUint32(344, 0);
      }),
      'NIFTI_NOT_A_FILE',
    ],
    [
      'NIfTI-2',
      changed((view) => {
        view.setInt32(0, 540, true);
      }),
      'NIFTI_UNSUPPORTED',
    ],
    [
      'two files',
      changed((view) => {
        view.setUint32(344, 0x6e693100);
      }),
      'NIFTI_UNSUPPORTED',
    ],
    [
      'a time series',
      changed((view) => {
        view.setInt16(40, 4, true);
        view.setInt16(48, 9, true);
      }),
      'NIFTI_UNSUPPORTED',
    ],
    [
      'colours',
      changed((view) => {
        view.setInt16(70, 128, true);
      }),
      'NIFTI_UNSUPPORTED',
    ],
    [
      'no dimensions',
      changed((view) => {
        view.setInt16(40, 0, true);
      }),
      'NIFTI_DAMAGED',
    ],
    [
      'a negative dimension',
      changed((view) => {
        view.setInt16(42, -3, true);
      }),
      'NIFTI_DAMAGED',
    ],
    [
      'voxels inside the header',
      changed((view) => {
        view.setFloat32(108, 4, true);
      }),
      'NIFTI_DAMAGED',
    ],
    ['cut off', good.subarray(0, good.length - 1), 'NIFTI_DAMAGED'],
    ['packed and cut off', gzipSync(good).subarray(0, 60), 'NIFTI_DAMAGED'],
    ['packed garbage', Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8), 'NIFTI_DAMAGED'],
    [
      'a huge announcement',
      changed((view) => {
        for (const at of [42, 44, 46]) view.setInt16(at, 32767, true);
      }),
      'NIFTI_UNSUPPORTED',
    ],
    [
      'no axis',
      changed((view) => {
        view.setFloat32(280, 0, true);
      }),
      'NIFTI_GEOMETRY',
    ],
    [
      'a sheared slice',
      changed((view) => {
        view.setFloat32(284, 0.5, true);
      }),
      'NIFTI_GEOMETRY',
    ],
    [
      'flat slices',
      changed((view) => {
        view.setFloat32(320, 0, true);
        view.setFloat32(288, 1, true);
      }),
      'NIFTI_GEOMETRY',
    ],
    [
      'an affine of NaN',
      changed((view) => {
        view.setFloat32(292, NaN, true);
      }),
      'NIFTI_GEOMETRY',
    ],
  ])('%s: a typed refusal', (_, file, code) => {
    expect(() => readNiftiImage(file)).toThrow(expect.objectContaining({ code }));
  });

  it('a packed file that unpacks to more than it says is refused before it fills the memory', () => {
    const bomb = gzipSync(Buffer.concat([good, Buffer.alloc(64 * 2 ** 20)]));
    expect(gunzipSync(bomb).length).toBeGreaterThan(64 * 2 ** 20);
    expect(() => readNiftiImage(bomb)).toThrow(expect.objectContaining({ code: 'NIFTI_DAMAGED' }));
  });

  it('any change of single bytes gives a volume or a typed refusal', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        (edits) => {
          const bytes = good.slice();
          for (const [where, value] of edits) bytes[where] = value;
          try {
            expect(readNiftiImage(bytes).volume.voxels.length).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toMatchObject({ name: 'CordonError' });
          }
        }
      ),
      { numRuns: 500 }
    );
  });
});
