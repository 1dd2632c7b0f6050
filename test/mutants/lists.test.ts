/** @file Each classical method names at least three mutations, and each of them still finds the line that it breaks. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { classicalMethods } from '../../extensions/classical/src/pure';

interface Mutation {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const classical = path.resolve(__dirname, '../../extensions/classical');
const listOf = (folder: string) =>
  JSON.parse(
    readFileSync(path.join(classical, 'src/methods', folder, 'mutants.json'), 'utf8')
  ) as readonly Mutation[];

it.each(classicalMethods.map(({ id, steps }) => [id, steps !== undefined] as const))(
  'mutations of %s',
  (id, isPipeline) => {
    // Pipelines share their tests.
    const list = isPipeline
      ? listOf('pipeline').filter(({ file }) => file.includes(`/${id}/`))
      : listOf(id);
    expect(list.length).toBeGreaterThanOrEqual(3);
    for (const { file, find, replace } of list) {
      const parts = readFileSync(path.join(classical, file), 'utf8').split(find);
      expect({ find, found: parts.length - 1 }).toEqual({ find, found: 1 });
      expect(replace).not.toBe(find);
    }
  }
);
