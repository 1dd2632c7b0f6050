/**
 * @file `cordon segment --engine native`: the labels of WebAssembly, said how far off, run again on WebAssembly; refused where it is
 * missing or of no use. The engine is the real onnxruntime-node.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBuilt, spawnCli } from '../../../test/support/cli';
import { nativeRuntimeFolder } from '../../../test/support/native-runtime';
import { HEART_FOLDER, writeHeart } from '../../../test/support/network-cases';
import { describeWithPython } from '../../../test/support/python';
import { describeWithSharedData } from '../../../test/support/shared-data';

const METHOD = 'lv-cine-mr-unet';

describeWithSharedData([HEART_FOLDER], 'the native engine', () => {
  describeWithPython(['numpy', 'cv2'], 'on a heart', () => {
    const folder = mkdtempSync(join(tmpdir(), 'cordon-native-'));
    const at = (name: string) => join(folder, name);
    const run = (args: readonly string[], cwd = folder) => spawnCli(args, { cwd }).done;
    const segment = (output: string, ...more: readonly string[]) => [
      ...['segment', '--method', METHOD, '--input', at('heart'), '--output', at(output)],
      ...more,
    ];
    let native: string;

    beforeAll(async () => {
      ensureBuilt();
      await writeHeart(at('heart'));
      const installed = nativeRuntimeFolder();
      if (installed === undefined) throw new Error('onnxruntime-node cannot be installed');
      native = installed;
    }, 240_000);
    afterAll(() => {
      rmSync(folder, { recursive: true, force: true });
    });

    it('gives the labels of WebAssembly, says how far it is off, and is run again on WebAssembly', async () => {
      const made = await run(segment('native.dcm', '--engine', 'native'), native);
      expect([made.status, made.err]).toEqual([
        0,
        expect.stringMatching(/onnxruntime-node 1\.\d+\.\d+ was used; .* by at most \S*\d/),
      ]);
      expect(made.out).toContain('Ran on onnxruntime-node');
      const wasm = await run(segment('wasm.dcm'));
      expect([wasm.status, wasm.err]).toEqual([0, '']);
      const compared = await run(['compare', at('wasm.dcm'), at('native.dcm'), '--json']);
      const { segments } = compared.json<{ segments: readonly { dice: number }[] }>();
      expect(segments).toHaveLength(1);
      expect(segments[0].dice).toBeGreaterThan(0.999);

      const again = ['rerun', at('native.dcm'), '--input', at('heart'), '--output', at('2.dcm')];
      const rerun = await run(again);
      expect([rerun.status, rerun.err]).toEqual([0, expect.stringContaining('the native engine')]);
      expect(rerun.out).toMatch(/equal voxel for voxel|\d voxels differ/);
    });

    it('is refused where it is not installed, and for a method that is no network', async () => {
      const missing = await run(segment('none.dcm', '--engine', 'native'));
      expect([missing.status, missing.err]).toEqual([
        1,
        expect.stringContaining('error[ENGINE_MISSING]'),
      ]);
      expect(existsSync(at('none.dcm'))).toBe(false);
      const broken = at('elsewhere/node_modules/onnxruntime-node');
      mkdirSync(broken, { recursive: true });
      writeFileSync(join(broken, 'package.json'), '{ "name": "onnxruntime-node" }');
      writeFileSync(join(broken, 'index.js'), 'throw new Error("wrong kind of processor");');
      const unloadable = await run(segment('none.dcm', '--engine', 'native'), at('elsewhere'));
      expect([unloadable.status, unloadable.err]).toEqual([
        1,
        expect.stringMatching(/ENGINE_MISSING.*does not load \(wrong kind of processor\)/),
      ]);
      const otsu = ['segment', '--method', 'otsu', '--input', at('heart'), '--output', at('o.dcm')];
      const useless = await run([...otsu, '--engine', 'native'], native);
      expect([useless.status, useless.err]).toEqual([2, expect.stringContaining('no network')]);
    });
  });
});
