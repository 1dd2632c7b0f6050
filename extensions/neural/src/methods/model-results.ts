/** @file What a network has found, in the words of its manifest. */
import type { LabelClass } from '@cordon/extension-workbench/pure';
import type { Manifest } from '../catalog/manifest';

export const classesOf = (manifest: Manifest): readonly LabelClass[] =>
  manifest.cordon.classes.map((item) => ({
    value: item.value,
    segment: {
      label: item.name,
      category: item.category,
      type: item.type,
      typeModifiers: item.typeModifiers,
      colour: item.rgb,
    },
  }));
