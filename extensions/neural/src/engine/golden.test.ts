/**
 * @file The golden tile of every shipped model: the engine of today gives it, and a wrong answer is noticed.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startOnnxThread } from '../../../../test/support/onnx-thread';
import {
  modelsFolder,
  readShipped,
  shippedManifest,
} from '../../../../test/support/shipped-models';
import { inModelFolder } from '../catalog/catalog';
import { readVerified } from '../catalog/model-files';
import { goldenDeviation, goldenTolerance, hasGolden, readGolden, rolesOf } from './golden';
import { openNetwork, type OpenNetwork } from './network';

const { models } = JSON.parse(readFileSync(join(modelsFolder, 'index.json'), 'utf8')) as {
  readonly models: readonly { readonly id: string }[];
};

/** The same network, with a hundredth of its first output's numbers changed. */
const spoiled = (network: OpenNetwork): OpenNetwork => ({
  ...network,
  runAll: async (input, dimensions) => {
    const outputs = await network.runAll(input, dimensions);
    const [[name, { values, dimensions: shape }]] = outputs;
    const wrong = values.map((value, at) => (at % 100 === 0 ? value + 50 : value));
    return new Map([...outputs, [name, { values: wrong, dimensions: shape }]]);
  },
});

describe('the golden tile', () => {
  const { runtime, close } = startOnnxThread();
  afterAll(close);

  it.each(models.map(({ id }) => id))(
    'of %s is what WebAssembly gives, and a wrong answer is noticed',
    async (id) => {
      const { manifest } = await shippedManifest(id);
      const read = inModelFolder(readShipped, id);
      expect(hasGolden(manifest)).toBe(true);
      for (const role of rolesOf(manifest.cordon)) {
        const graph = await readVerified(manifest, read, role, 'wasm');
        const network = await openNetwork(runtime, graph, 'wasm');
        const tile = await readGolden(manifest, read, role);
        const deviation = await goldenDeviation(tile, network);
        expect(deviation).toBeLessThanOrEqual(goldenTolerance(manifest));
        const wrong = await goldenDeviation(tile, spoiled(network));
        expect(wrong).toBeGreaterThan(goldenTolerance(manifest));
        await network.release();
      }
    },
    120_000
  );
});
