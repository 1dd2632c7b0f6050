/**
 * A gateway with small series to draw on, and what was stored there run again on the command line.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway, type Gateway } from '../../server-adapter/src/gateway/gateway';
import { viewerDir } from './browser';
import { rerunStored, type Rerun } from './rerun-stored';
import { makeSeries, type TestSeries } from './series';

export interface DrawnSeries {
  readonly gateway: Gateway;
  /** Dice of each stored segment with what its recipe gives on the command line. */
  rerunStored(): Promise<readonly Rerun[]>;
  close(): Promise<void>;
}

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
    rerunStored() {
      const [{ uid }] = series; // the one that is drawn upon
      const again = join(folder, 'again.dcm');
      return rerunStored(archive, again, '--input', files, '--series', `${uid}.2`);
    },
    async close() {
      await gateway.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
