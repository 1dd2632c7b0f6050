/** @file Titles, descriptions and choices of parameters in the reader's language, where the method's extension brings them. */
import type { ParameterField } from '../../method/parameter-fields';

/** `text` gives what a language file of a method holds under a key, or the original. */
export function fieldTexts(
  methodId: string,
  text: (id: string, key: string, original: string) => string
) {
  const of = (field: ParameterField, part: string, original: string) =>
    text(methodId, `parameters.${field.name}.${part}`, original);
  return {
    title: (field: ParameterField) => of(field, 'title', field.title),
    description: (field: ParameterField) => of(field, 'description', field.description),
    choice: (field: ParameterField, value: string) =>
      of(field, `choices.${value}`, spelled(field, value) ?? words(value)),
  };
}

const spelled = (field: ParameterField, value: string) =>
  field.kind === 'choice' ? field.spelled?.[value] : undefined;

/** `keep-largest` and `keepLargest` as "Keep largest", `3d` as "3D". */
function words(name: string): string {
  const spaced = name.replace(/([a-z\d])([A-Z])/g, '$1 $2').replace(/[-_]+/g, ' ');
  const plain = /[A-Z]{2}/.test(name) ? spaced : spaced.toLowerCase();
  if (/^\dd$/.test(plain)) return plain.toUpperCase();
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
