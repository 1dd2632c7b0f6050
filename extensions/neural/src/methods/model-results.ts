/**
 * @file What a network has found, in the words of its manifest.
 */
import type {
  Box,
  ComputedValue,
  LabelClass,
  ScalarResult,
} from '@cordon/extension-workbench/pure';
import type { Manifest } from '../catalog/manifest';
import { CONFIDENCE_STEPS } from '../pipeline/confidence';
import type { PlacedInstance } from '../pipeline/detector/instances';

type ModelClass = Manifest['cordon']['classes'][number];

export const classesOf = ({ cordon }: Manifest): readonly LabelClass[] =>
  cordon.classes.map((item) => describeClass(item, item.value, item.name, item.rgb));

/** One class an instance: `Nucleus 1`, `Nucleus 2` … each in a shade of its own. */
export function instanceClasses(
  { cordon }: Manifest,
  instances: readonly PlacedInstance[]
): readonly LabelClass[] {
  const counts = new Map<number, number>();
  return instances.map(({ label }, at) => {
    const item = cordon.classes.find(({ value }) => value === label) ?? cordon.classes[0];
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    return describeClass(item, at + 1, `${item.name} ${count}`, shade(at));
  });
}

export const probabilitiesOf = (
  { cordon }: Manifest,
  box: Box,
  planes: readonly Float32Array[]
): readonly ScalarResult[] =>
  cordon.classes.map((item, at) => ({
    box,
    voxels: planes[at + 1],
    title: item.name,
    unit: '1',
  }));

/** How sure the network is of each class that it found. */
export const confidenceValues = (
  { cordon }: Manifest,
  means: readonly number[]
): readonly ComputedValue[] =>
  cordon.classes.flatMap(({ name }, at) =>
    Number.isNaN(means[at])
      ? []
      : [{ name: `Confidence, ${name}`, value: Number(means[at].toFixed(3)), unit: '' }]
  );

/** Where the network hesitates, as segments from red to yellow. */
export const uncertaintyClasses = (): readonly LabelClass[] =>
  CONFIDENCE_STEPS.map((end, at) => ({
    value: at + 1,
    segment: { label: `Confidence below ${Math.round(100 * end)} %`, colour: HEAT[at] },
  }));

const HEAT = [
  [220, 40, 40],
  [240, 140, 40],
  [240, 220, 70],
] as const;

const describeClass = (
  { category, type, typeModifiers }: ModelClass,
  value: number,
  label: string,
  colour: readonly [number, number, number]
): LabelClass => ({ value, segment: { label, category, type, typeModifiers, colour } });

/** Hues a golden angle apart, so that neighbours in number, which are neighbours in score, differ. */
function shade(index: number): [number, number, number] {
  const hue = (index * 137.508) % 360;
  const channel = (offset: number) => {
    const k = (offset + hue / 30) % 12;
    return Math.round(255 * (0.6 - 0.35 * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}
