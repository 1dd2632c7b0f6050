/**
 * @file Which engine a model runs on: a faster one only after the golden tile, WebAssembly whenever anything is wrong with
 * it, and the reason said. The runtime is the real one; what a bad device does to its answers is added here.
 */
import { startOnnxThread } from '../../../../test/support/onnx-thread';
import { runOn } from '../../../../test/support/methods';
import { readShipped, shippedManifest } from '../../../../test/support/shipped-models';
import { randomFrom, volumeOf } from '../../../../test/support/volumes';
import { inModelFolder } from '../catalog/catalog';
import { neuralMethod } from '../methods/neural-method';
import type { EngineRoom, VerdictStore } from './engine-room';
import type { Runtime } from './network';

const MODEL = 'lv-cine-mr-unet';
const random = randomFrom(9);
const image = volumeOf(
  [96, 96, 1],
  Int16Array.from({ length: 96 * 96 }, () => random() * 900)
);

/** A device: the real runtime, whose answers go through `spoil`. */
function deviceOf(runtime: Runtime, spoil: (values: Float32Array, run: number) => void) {
  let runs = 0;
  const create = async (graph: Uint8Array) => {
    const session = await runtime.InferenceSession.create(graph, { executionProviders: ['wasm'] });
    return {
      inputNames: session.inputNames,
      outputNames: session.outputNames,
      release: () => session.release(),
      run: async (feeds: Parameters<typeof session.run>[0]) => {
        const outputs = await session.run(feeds);
        runs++;
        for (const output of Object.values(outputs)) {
          spoil((await output.getData()) as Float32Array, runs);
        }
        return outputs;
      },
    };
  };
  const engine = {
    runtime: { ...runtime, InferenceSession: { create } } as unknown as Runtime,
    provider: 'webgpu',
    title: 'WebGPU (test)',
    signature: 'test device 1.30',
  } satisfies EngineRoom;
  return { engine, runs: () => runs };
}

function inMemoryVerdicts(): VerdictStore & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    get: (key) => Promise.resolve(kept.get(key)),
    set: (key, verdict) => {
      kept.set(key, verdict);
      return Promise.resolve();
    },
  };
}

describe('an engine', () => {
  const { runtime, close } = startOnnxThread();
  afterAll(close);

  const methodOn = async (
    loadAccelerated: () => Promise<EngineRoom | undefined>,
    verdicts = inMemoryVerdicts()
  ) => {
    const { manifest } = await shippedManifest(MODEL);
    return neuralMethod({
      manifest,
      read: inModelFolder(readShipped, MODEL),
      loadEngine: () => Promise.resolve({ runtime, provider: 'wasm', title: 'WebAssembly' }),
      loadAccelerated,
      verdicts,
    });
  };
  const plain = async () => runOn(await methodOn(() => Promise.resolve(undefined)), image);

  it('is WebAssembly where there is no other, without a word', async () => {
    const result = await plain();
    expect(result.runtime).toEqual({ provider: 'wasm', title: 'WebAssembly' });
    expect(result.warnings).toEqual([]);
  });

  it('that gives the golden tile is trusted, and checked once a device and version', async () => {
    const device = deviceOf(runtime, () => undefined);
    const verdicts = inMemoryVerdicts();
    const method = await methodOn(() => Promise.resolve(device.engine), verdicts);
    const result = await runOn(method, image);
    expect(result.runtime).toEqual({ provider: 'webgpu', title: 'WebGPU (test)' });
    expect(result.labels).toEqual((await plain()).labels);
    expect([...verdicts.kept.values()]).toEqual(['passed']);
    const first = device.runs();
    expect(first).toBe(2);
    await runOn(method, image);
    expect(device.runs() - first).toBe(1);
  });

  it('that computes the golden tile wrongly is never used, with the numbers', async () => {
    const device = deviceOf(runtime, (values) => {
      values.fill(0);
    });
    const verdicts = inMemoryVerdicts();
    const method = await methodOn(() => Promise.resolve(device.engine), verdicts);
    for (let time = 0; time < 2; time++) {
      const result = await runOn(method, image);
      expect(result.runtime?.provider).toBe('wasm');
      expect(result.warnings.join()).toMatch(/WebGPU was not used: .* off by 0\.\d+ \(allowed/);
      expect(result.labels).toEqual((await plain()).labels);
    }
    expect(device.runs()).toBe(1);
  });

  it.each([
    ['gives numbers that are none', (values: Float32Array) => void values.fill(NaN), 'not finite'],
    [
      'is lost on the way',
      () => {
        throw new Error('device lost');
      },
      'device lost',
    ],
  ])('that %s is left for WebAssembly as a whole', async (_, spoil, reason) => {
    const device = deviceOf(runtime, (values, run) => {
      if (run > 1) spoil(values);
    });
    const result = await runOn(await methodOn(() => Promise.resolve(device.engine)), image);
    expect(result.runtime?.provider).toBe('wasm');
    expect(result.warnings).toEqual([`WebGPU was not used: ${result.warnings[0].slice(21)}`]);
    expect(result.warnings[0]).toContain(reason);
    expect(result.labels).toEqual((await plain()).labels);
  });

  it('that gives no answer is left after a while, and not asked again', async () => {
    const device = deviceOf(runtime, () => undefined);
    let asked = 0;
    const silent = () => {
      asked++;
      return new Promise<never>(() => undefined);
    };
    const engine = {
      ...device.engine,
      runtime: { ...runtime, InferenceSession: { create: silent } } as unknown as Runtime,
    };
    const verdicts = inMemoryVerdicts();
    const { manifest } = await shippedManifest(MODEL);
    const method = neuralMethod({
      manifest,
      read: inModelFolder(readShipped, MODEL),
      loadEngine: () => Promise.resolve({ runtime, provider: 'wasm', title: 'WebAssembly' }),
      loadAccelerated: () => Promise.resolve(engine),
      verdicts,
      checkLimitMs: 300,
    });
    for (let time = 0; time < 2; time++) {
      const result = await runOn(method, image);
      expect(result.runtime?.provider).toBe('wasm');
      expect(result.warnings).toEqual(['WebGPU was not used: it gave no answer within 0.3 s.']);
    }
    expect(asked).toBe(1);
  });

  it('may wait for its files as long as it takes', async () => {
    const device = deviceOf(runtime, () => undefined);
    const { manifest } = await shippedManifest(MODEL);
    const readFile = inModelFolder(readShipped, MODEL);
    const method = neuralMethod({
      manifest,
      read: async (name) => {
        if (name.endsWith('.onnx')) await new Promise((resolve) => setTimeout(resolve, 4_000));
        return readFile(name);
      },
      loadEngine: () => Promise.resolve({ runtime, provider: 'wasm', title: 'WebAssembly' }),
      loadAccelerated: () => Promise.resolve(device.engine),
      checkLimitMs: 3_000,
    });
    const result = await runOn(method, image);
    expect(result.warnings).toEqual([]);
    expect(result.runtime?.provider).toBe('webgpu');
  });

  it('that does not start is left too, with its reason', async () => {
    const method = await methodOn(() => Promise.reject(new Error('no such file')));
    const result = await runOn(method, image);
    expect(result.runtime?.provider).toBe('wasm');
    expect(result.warnings).toEqual(['WebGPU was not used: no such file.']);
  });

  it('stops when it is told to, whatever it is doing', async () => {
    for (const stopAt of ['loading', 'prepared', 'running']) {
      const controller = new AbortController();
      const messages: string[] = [];
      const running = runOn(
        await methodOn(() => Promise.resolve(undefined)),
        image,
        {},
        {
          signal: controller.signal,
          onProgress: ({ message }) => {
            messages.push(message);
            if (message.includes(stopAt)) controller.abort();
          },
        }
      );
      if (stopAt === 'running')
        await running; // told only after its single window
      else await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
      expect(messages.at(-1)).toContain(stopAt);
    }
  });

  it('whose only answer is no number gives an error, not an empty result', async () => {
    const { engine } = deviceOf(runtime, (values) => void values.fill(NaN));
    const { manifest } = await shippedManifest(MODEL);
    const method = neuralMethod({
      manifest,
      read: inModelFolder(readShipped, MODEL),
      loadEngine: () => Promise.resolve({ ...engine, provider: 'wasm' }),
    });
    await expect(runOn(method, image)).rejects.toMatchObject({ code: 'MODEL_OUTPUT_INVALID' });
  });
});
