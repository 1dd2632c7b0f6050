/** @file The structures of shipped networks for whole heads are terms of the workbench's table, each side said by a modifier. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { LATERALITY, lintSegments, termCatalogue } from '@cordon/extension-workbench/pure';
import { parseManifest } from '../catalog/manifest';

const models = path.resolve(__dirname, '../../../../models');
const json = (file: string) => JSON.parse(readFileSync(path.join(models, file), 'utf8')) as unknown;
const heads = (json('index.json') as { models: { id: string }[] }).models
  .map(({ id }) => parseManifest(json(`${id}/metadata.json`)).cordon)
  .filter(({ inference }) => inference.mode === 'labels');

describe.each(heads)('$id', ({ classes, inference }) => {
  it('has 30 structures, each a term of the table', () => {
    expect(classes).toHaveLength(30);
    for (const { type } of classes) {
      expect(termCatalogue().find(type)?.concept).toEqual(type);
    }
  });

  it('has a left and a right one of every paired structure, and of no other', () => {
    const sides = new Map<string, string[]>();
    for (const { type, typeModifiers } of classes) {
      const side = typeModifiers.map(({ value }) => value).join();
      sides.set(type.value, [...(sides.get(type.value) ?? []), side]);
    }
    for (const { type } of classes) {
      const { paired } = termCatalogue().find(type)!;
      const both = [LATERALITY.left.value, LATERALITY.right.value];
      expect(sides.get(type.value)).toEqual(paired ? both : ['']);
    }
    const pairs = inference.head!.pairs.map((pair) =>
      pair.map((value) => classes.find((item) => item.value === value)!)
    );
    expect(pairs).toHaveLength(13);
    for (const [left, right] of pairs) {
      expect(left.type).toEqual(right.type);
      expect(left.name).toBe(right.name.replace('right', 'left'));
      expect(left.rgb).toEqual(right.rgb);
    }
  });

  it('has one colour a structure', () => {
    const colours = new Map(classes.map(({ type, rgb }) => [type.value, rgb.join()]));
    expect(new Set(colours.values()).size).toBe(colours.size);
  });

  it('has nothing that the check of terms objects to', () => {
    const segments = classes.map(({ value, name, category, type, typeModifiers, rgb }) => ({
      number: value,
      terms: { label: name, category, type, typeModifiers, colour: rgb },
    }));
    expect(lintSegments(segments)).toEqual([]);
  });
});
