/** @file Manifests that say what is not done are refused; the shipped ones are not. */
import { graph, node } from '../../../../test/support/onnx-file';
import { readShipped } from '../../../../test/support/shipped-models';
import { listModels, readManifest } from './catalog';
import { draftManifest } from './draft-manifest';
import { parseManifest, type Manifest } from './manifest';

const SHAPE = [1, 3, 8, 8];

/** The description of a network with two classes, drafted and then changed by hand. */
async function draft(values: readonly number[]): Promise<object> {
  const drafted = parseManifest(await draftManifest('x.onnx', graph({ output: SHAPE })));
  const { classes } = drafted.cordon;
  return {
    ...drafted,
    cordon: { ...drafted.cordon, classes: values.map((value, at) => ({ ...classes[at], value })) },
  };
}

describe('the values of classes', () => {
  it.each([
    ['one is no channel', [7, 2], /"Class 1" has the value 7, it must be 1/],
    ['the same twice', [1, 1], /"Class 2" has the value 1, it must be 2/],
    ['in another order', [2, 1], /"Class 1" has the value 2, it must be 1/],
    ['the first left out', [2], /"Class 1" has the value 2, it must be 1/],
  ])('are refused: %s', async (_, values, why) => {
    const description = await draft(values);
    expect(() => parseManifest(description)).toThrow(
      expect.objectContaining({
        code: 'MODEL_MANIFEST_INVALID',
        why: expect.stringMatching(why) as string,
      }) as Error
    );
  });

  it('are taken where they number the channels', async () => {
    const description = await draft([1, 2]);
    expect(parseManifest(description).cordon.classes.map(({ value }) => value)).toEqual([1, 2]);
  });

  it('are those of every shipped model', async () => {
    const entries = await listModels(readShipped);
    expect(entries.length).toBeGreaterThan(0);
    for (const entry of entries) {
      expect((await readManifest(entry, readShipped)).cordon.id).toBe(entry.id);
    }
  });
});

describe('a draft', () => {
  const stepsOf = async (file: Uint8Array) =>
    ((await draftManifest('x.onnx', file)) as Manifest).cordon.postprocessing.map(({ op }) => op);

  it('asks for a softmax only where the graph does not end in one', async () => {
    expect(await stepsOf(graph({ output: SHAPE }))).toEqual(['softmax', 'argmax']);
    const within = [node('Softmax', ['x'], ['a'], '', { axis: 1 }), node('Relu', ['a'], ['y'])];
    expect(await stepsOf(graph({ nodes: within, output: SHAPE }))).toEqual(['softmax', 'argmax']);
    const last = [node('Relu', ['x'], ['a']), node('Softmax', ['a'], ['y'], '', { axis: 1 })];
    expect(await stepsOf(graph({ nodes: last, output: SHAPE }))).toEqual(['argmax']);
  });
});
