/** Operations on segments of real images, voxel by voxel as scipy does them, on the real spacing. */
import { labelsOf, markedIn, runOn, type MethodCall } from '../../../../test/support/methods';
import { describeWithPython, runPython } from '../../../../test/support/python';
import { itOnRealImages, smallPart } from '../../../../test/support/real-images';
import { differences, toNpy } from '../../../../test/support/volumes';
import { fillHoles } from './fill-holes/fill-holes';
import { hollow } from './hollow/hollow';
import { margin } from './margin/margin';
import { smoothing } from './smoothing/smoothing';

const script = `
import scipy.ndimage as nd
m = I['m'] != 0
sp = P['spacing'][::-1]
tie = 1e-6
out = nd.distance_transform_edt(~m, sampling=sp)
wide = [(0, 0) if n == 1 else (24, 24) for n in m.shape]
crop = tuple(slice(a, a + n) for (a, _), n in zip(wide, m.shape))
inn = nd.distance_transform_edt(np.pad(m, wide, constant_values=True), sampling=sp)[crop]
O['filled'] = np.stack([nd.binary_fill_holes(s) for s in m])
O['grown'] = out <= 2.5 + tie
O['shrunk'] = inn > 1.5 + tie
O['shell'] = (~m & (out <= 1 + tie)) | (m & (inn <= 1 + tie))
size = [1 if n == 1 else 2 * int(np.floor(1.5 / s + 0.5)) + 1 for n, s in zip(m.shape, sp)]
O['median'] = nd.median_filter(I['m'], size=size, mode='nearest')
def eroded(a, r):
    return nd.distance_transform_edt(np.pad(a, wide, constant_values=True), sampling=sp)[crop] > r + tie
def dilated(a, r):
    return nd.distance_transform_edt(~a, sampling=sp) <= r + tie
O['opened'] = dilated(eroded(m, 1.5), 1.5)
O['closed'] = eroded(dilated(m, 1.5), 1.5)
for name in list(O): O[name] = O[name].astype('u1')
`;

describeWithPython(['scipy'], 'operations on segments', () => {
  itOnRealImages('equal scipy', async (real) => {
    const { volume, range } = smallPart(real, [150, 120, 20]);
    const inRange = (value: number) => Number(value >= range.lower && value <= range.upper);
    const segment = Uint8Array.from(volume.voxels, inRange);
    const reference = await runPython({
      script,
      arrays: { m: toNpy(volume, segment) },
      values: { spacing: [...volume.geometry.spacingMm] },
    });
    const cases = {
      filled: [fillHoles, { dimension: '2d' }],
      grown: [margin, { marginMm: 2.5 }],
      shrunk: [margin, { marginMm: -1.5 }],
      shell: [hollow, { thicknessMm: 2, surface: 'medial' }],
      median: [smoothing, { method: 'median', radiusMm: 1.5 }],
      opened: [smoothing, { method: 'opening', radiusMm: 1.5 }],
      closed: [smoothing, { method: 'closing', radiusMm: 1.5 }],
    } as const;
    for (const [name, [method, parameters]] of Object.entries(cases)) {
      const call: MethodCall = { segment, parameters };
      const labels = labelsOf(await runOn(method, volume, call));
      const wrong = differences(labels, reference.array(name).data);
      expect({ name, wrong }).toEqual({ name, wrong: 0 });
      expect(differences(labels, segment)).toBeGreaterThan(0);
      expect(markedIn(labels)).toBeGreaterThan(0);
    }
  });
});
