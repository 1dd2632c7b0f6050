/**
 * @file What a form or a command line needs to know about a parameter schema: one plain field a parameter.
 */
import { z } from 'zod';
import { CordonError } from '../errors/cordon-error';
import type { ParameterCondition, ParameterSchema } from './contract';

interface FieldCommon {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Empty when the parameter has none; `modality` stands for the unit of the image. */
  readonly unit: string;
  /** It only matters while one of these holds; absent: always. */
  readonly when?: readonly ParameterCondition[];
}

export type ParameterField =
  | (FieldCommon & {
      readonly kind: 'number';
      readonly default: number;
      readonly min?: number;
      readonly max?: number;
      readonly step: number;
      readonly integer: boolean;
    })
  | (FieldCommon & { readonly kind: 'boolean'; readonly default: boolean })
  | (FieldCommon & {
      readonly kind: 'choice';
      readonly default: string;
      readonly choices: readonly string[];
      /** How choices are spelled that are more than their words, such as names of people. */
      readonly spelled?: Readonly<Record<string, string>>;
    })
  | (FieldCommon & { readonly kind: 'text'; readonly default: string });

interface JsonProperty {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly step?: number;
  readonly when?: ParameterCondition | readonly ParameterCondition[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly spelled?: Readonly<Record<string, string>>;
}

/** The fields of a schema in their order. Throws `SCHEMA_UNSUPPORTED` for anything but flat, simple parameters. */
export function parameterFields(schema: ParameterSchema): readonly ParameterField[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const properties = (json.properties ?? {}) as Readonly<Record<string, JsonProperty>>;
  return Object.entries(properties).map(([name, property]) => toField(name, property));
}

/** Every parameter at its default. */
export function defaultParameters<S extends ParameterSchema>(schema: S): z.output<S> {
  return schema.parse({}) as z.output<S>;
}

function toField(name: string, property: JsonProperty): ParameterField {
  const common = {
    name,
    title: property.title ?? name,
    description: property.description ?? '',
    unit: property.unit ?? '',
    ...(property.when && { when: [property.when].flat() }),
  };
  if (property.enum && typeof property.default === 'string') {
    return {
      ...common,
      kind: 'choice',
      default: property.default,
      choices: property.enum,
      ...(property.spelled && { spelled: property.spelled }),
    };
  }
  const integer = property.type === 'integer';
  if ((integer || property.type === 'number') && typeof property.default === 'number') {
    const { min, max } = realBounds(property);
    const step = property.step ?? (integer ? 1 : niceStep(min, max));
    return { ...common, kind: 'number', default: property.default, min, max, step, integer };
  }
  if (property.type === 'boolean' && typeof property.default === 'boolean') {
    return { ...common, kind: 'boolean', default: property.default };
  }
  if (property.type === 'string' && typeof property.default === 'string') {
    return { ...common, kind: 'text', default: property.default };
  }
  throw new CordonError({
    code: 'SCHEMA_UNSUPPORTED',
    what: `Parameter "${name}" cannot be shown`,
    why: 'a parameter must be a number, a boolean, an enumeration or a text with a default',
    remedy: 'the author of the method must simplify its schema',
  });
}

/** zod writes ±MAX_SAFE_INTEGER for an integer without bounds; such a bound is none. */
function realBounds(property: JsonProperty): { min?: number; max?: number } {
  const real = (bound: number | undefined) =>
    bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound;
  return { min: real(property.minimum), max: real(property.maximum) };
}

function niceStep(min: number | undefined, max: number | undefined): number {
  if (min === undefined || max === undefined) return 1;
  return max > min ? 10 ** Math.floor(Math.log10((max - min) / 100)) : 1;
}
