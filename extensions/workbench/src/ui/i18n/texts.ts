/** @file The shape of a language file: the keys of the English one, so that a missing text does not compile. */
import type { en } from './en';

type Shape<T> = { readonly [K in keyof T]: T[K] extends string ? string : Shape<T[K]> };

export type Texts = Shape<typeof en>;

type Leaves<T> = {
  [K in keyof T & string]: T[K] extends string ? K : `${K}.${Leaves<T[K]>}`;
}[keyof T & string];

type WithoutPlural<K extends string> = K extends `${infer Stem}_${'one' | 'other'}` ? Stem : K;

/** Keys of the panel's texts, plural forms under their common stem. */
export type TextKey = WithoutPlural<Leaves<typeof en>>;
