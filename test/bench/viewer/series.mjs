/** The series that the viewer is tried on: a real CT, and a synthetic one as large as they come. */
import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleForNode } from '../../support/bundle.mjs';
import { root } from '../runner.mjs';

const ct = path.resolve(root, '../shared/data/dicom-chest-ct-lidc/ct.tar.xz');
const LARGE = { rows: 512, columns: 512, slices: 600 };

export const cases = [
  {
    title: 'ct',
    about: 'chest CT, 512 × 512 × 140, in three planes, one segment',
    layout: '&hangingprotocolid=mpr',
    segments: 1,
    write(folder) {
      if (!existsSync(ct)) throw new Error(`missing beside the repository: ${ct}`);
      execFileSync('tar', ['-xJf', ct, '-C', folder]);
    },
  },
  {
    title: 'synthetic',
    about: 'synthetic, 512 × 512 × 600, twenty segments',
    layout: '',
    segments: 20,
    async write(folder) {
      const source = path.join(root, 'test', 'support', 'large-series.ts');
      const bundle = await bundleForNode(source, 'large-series.mjs');
      const { makeLargeSeries } = await import(pathToFileURL(bundle).href);
      let slice = 0;
      for (const file of makeLargeSeries(LARGE, { patientName: 'Large^Series', uid: '2.25.301' }))
        writeFileSync(path.join(folder, `${slice++}.dcm`), file);
    },
  },
];
