/**
 * A gateway with small series to draw on, and what was stored there run again on the command line.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway, type Gateway } from '../../server-adapter/src/gateway/gateway';
import { viewerDir } from './browser';
import { cordon } from './cli';
import { makeSeries, type TestSeries } from './series';

export interface DrawnSeries {
  readonly gateway: Gateway;
  /** Dice of each stored segment with what its recipe gives on the command line. */
  rerunStored(): Promise<readonly { readonly label: string; readonly dice: number }[]>;
  close(): Promise<void>;
}

/** SOP Class UIDs of segmentations begin so. */
const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66';

export async function serveSeries(
  pluginDir: string,
  series: readonly TestSeries[]
): Promise<DrawnSeries> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-drawn-'));
  const [files, archive] = [join(folder, 'files'), join(folder, 'archive')];
  mkdirSync(files);
  for (const one of series) {
    makeSeries(one).forEach((file, slice) => {
      writeFileSync(join(files, `${one.uid}-${slice}.dcm`), file);
    });
  }
  const source = { kind: 'archive', directory: archive } as const;
  const gateway = await startGateway({ port: 0, viewerDir, pluginDir, source, imports: [files] });
  return {
    gateway,
    async rerunStored() {
      const stored = readdirSync(archive, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .find((file) => readFileSync(file).subarray(0, 400).includes(SEGMENTATION));
      if (stored === undefined) throw new Error('no segmentation is stored');
      const again = join(folder, 'again.dcm');
      const [{ uid }] = series; // the one that is drawn upon
      await cordon('rerun', stored, '--input', files, '--series', `${uid}.2`, '--output', again);
      const run = await cordon('compare', stored, again, '--json');
      return run.json<{ segments: { label: string; dice: number }[] }>().segments;
    },
    async close() {
      await gateway.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
