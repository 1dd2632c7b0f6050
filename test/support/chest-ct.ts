/**
 * A gateway with the chest CT LIDC-IDRI-0314.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGateway } from '../../server-adapter/src/gateway/gateway';
import { viewerDir } from './browser';
import { rerunStored, type Rerun } from './rerun-stored';
import { sharedData } from './shared-data';

export const CHEST_CT = 'dicom-chest-ct-lidc';
/** Of one voxel: 0.78125² mm² a pixel, slices 1 mm apart. */
export const VOXEL_ML = 0.78125 ** 2 / 1000;

export interface ChestCt {
  readonly url: string;
  readonly studyUid: string;
  /** For files of the test; removed at the end. */
  readonly folder: string;
  /** The images, for the command line. */
  readonly images: string;
  rerunStored(): Promise<readonly Rerun[]>;
  close(): Promise<void>;
}

export async function serveChestCt(pluginDir: string): Promise<ChestCt> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-ct-'));
  const [images, archive] = [join(folder, 'images'), join(folder, 'archive')];
  mkdirSync(images);
  execFileSync('tar', ['-xJf', sharedData(CHEST_CT, 'ct.tar.xz'), '-C', images]);
  const source = { kind: 'archive', directory: archive } as const;
  const gateway = await startGateway({ port: 0, viewerDir, pluginDir, source, imports: [images] });
  const answer = await fetch(`${gateway.url}/dicom-web/studies`);
  const [study] = (await answer.json()) as { '0020000D': { Value: [string] } }[];
  return {
    url: gateway.url,
    studyUid: study['0020000D'].Value[0],
    folder,
    images,
    rerunStored: () =>
      rerunStored({ archive, again: join(folder, 'again.dcm') }, '--input', images),
    async close() {
      await gateway.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
