/** @file Each classical method has a page with all that a reader looks for, and a picture that loads at once. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
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
      expect(page).toMatch(/^# .+\n\n.+\n\n!\[.+\]\(picture\.png\)\n/);
      expect(statSync(path.join(folder, id, 'picture.png')).size).toBeLessThan(60_000);
      expect(overview).toContain(`(src/methods/${id}/README.md)`);
    }
  );

  it('link to pages that exist', () => {
    const links = [...overview.matchAll(/\]\((?!http)([^)#]+)\)/g)].map(([, target]) => target);
    expect(links.filter((link) => !existsSync(path.join(folder, '../..', link)))).toEqual([]);
  });
});
