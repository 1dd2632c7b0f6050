/**
 * A gateway with the prebuilt viewer and images of a test: files, or small series to draw on, with what was stored there run again
 * on the command line.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway, type Gateway } from '../../server-adapter/src/gateway/gateway';
import { viewerDir } from './browser';
import { rerunStored, type Rerun } from './rerun-stored';
import { makeSeries, type TestSeries } from './series';

export interface ServedFiles {
  readonly gateway: Gateway;
  /** Temporary folder, erased by `close()`, with `files` and `archive`. */
  readonly folder: string;
  close(): Promise<void>;
}

export interface DrawnSeries extends ServedFiles {
  /** Dice of each segment stored for a series, the first one by default, with what its recipe gives on the command line. */
  rerunStored(series?: TestSeries): Promise<readonly Rerun[]>;
}

/** DICOM files in an archive, with the sample where it is wanted; one after the other, so that no more than one need be in memory. */
export async function serveFiles(
  pluginDir: string,
  images: Iterable<Uint8Array>,
  { seedSample = false } = {}
): Promise<ServedFiles> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-served-'));
  const files = join(folder, 'files');
  mkdirSync(files);
  let count = 0;
  for (const image of images) writeFileSync(join(files, `${count++}.dcm`), image);
  const source = { kind: 'archive', directory: join(folder, 'archive'), seedSample } as const;
  const gateway = await startGateway({ port: 0, viewerDir, pluginDir, source, imports: [files] });
  return {
    gateway,
    folder,
    async close() {
      await gateway.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function serveSeries(
  pluginDir: string,
  series: readonly TestSeries[]
): Promise<DrawnSeries> {
  const served = await serveFiles(pluginDir, series.flatMap(makeSeries));
  const at = (name: string) => join(served.folder, name);
  return {
    ...served,
    rerunStored({ uid } = series[0]) {
      const of = `${uid}.2`;
      const files = { archive: at('archive'), again: at(`again-${uid}.dcm`), of };
      return rerunStored(files, '--input', at('files'), '--series', of);
    },
  };
}
