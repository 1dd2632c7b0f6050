/** @file Each classical method has a page with all that a reader looks for, and a picture that loads at once. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parameterFields } from '@cordon/extension-workbench/pure';
import { classicalMethods } from '../../extensions/classical/src/pure';

const folder = path.resolve(__dirname, '../../extensions/classical/src/methods');
const overview = readFileSync(path.join(folder, '../../README.md'), 'utf8');

describe('the pages of the classical methods', () => {
  it.each(classicalMethods.map((method) => [method.id, method] as const))(
    '%s',
    (id, { parameters, steps }) => {
      const page = readFileSync(path.join(folder, id, 'README.md'), 'utf8');
      for (const part of ['Citation', 'Complexity', 'Memory', 'Equal to', 'When it fails']) {
        expect(page).toContain(`**${part}**`);
      }
      const named = steps?.map(({ name }) => name) ?? Object.keys(parameters.shape);
      for (const name of named) expect(page).toContain(`\`${name}\``);
      const [, opening] = /^# .+\n\n(.+)\n\n!\[.+\]\(picture\.png\)\n/.exec(page) ?? [];
      // What it does, and when a radiologist takes it.
      expect(opening?.match(/[.;?](\s|$)/g)?.length).toBeGreaterThanOrEqual(2);
      if (!steps) {
        for (const { name, unit } of parameterFields(parameters)) {
          const row = new RegExp(`^\\| \`${name}\` +\\| ([^|]+?) +\\|`, 'm').exec(page);
          // What is per mm for one operator and per mm² for another, the page explains.
          expect({ name, unit: row?.[1].split(' ')[0] }).toEqual({ name, unit: unit || '–' });
        }
      }
      expect(page).toMatch(/\*\*Complexity\*\*.* O\(/s);
      expect(page).toMatch(/\*\*Memory\*\*.*bytes?\b/s);
      expect(page).toMatch(/\*\*Citation\*\*: .*(19|20)\d\d/);
      expect(statSync(path.join(folder, id, 'picture.png')).size).toBeLessThan(60_000);
      expect(overview).toContain(`(src/methods/${id}/README.md)`);
    }
  );

  it('link to pages that exist', () => {
    const links = [...overview.matchAll(/\]\((?!http)([^)#]+)\)/g)].map(([, target]) => target);
    expect(links.filter((link) => !existsSync(path.join(folder, '../..', link)))).toEqual([]);
  });
});
