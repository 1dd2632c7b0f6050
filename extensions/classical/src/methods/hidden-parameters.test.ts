/**
 * What a form hides has no effect: a parameter whose condition does not hold, and marks that a method says it has no use for.
 */
import { parameterFields, type ParameterField } from '@cordon/extension-workbench/pure';
import { runOn } from '../../../../test/support/methods';
import { image, SOUND_CALLS } from '../../../../test/support/sound-calls';
import { classicalMethods } from '../pure';

type Values = Readonly<Record<string, number | boolean | string>>;
interface Condition {
  readonly parameter: string;
  readonly is: readonly string[];
}

const methods = classicalMethods
  .filter(({ group }) => group !== 'pipeline')
  .map((method) => ({ method, fields: parameterFields(method.parameters) }));

/** A choice of each parameter that is asked for with which no condition holds. */
function unmet(fields: readonly ParameterField[], conditions: readonly Condition[]): Values {
  const others = conditions.map(({ parameter, is }) => {
    const field = fields.find(({ name }) => name === parameter);
    if (field?.kind !== 'choice') throw new Error(`${parameter} is no choice`);
    const known = is.every((choice) => field.choices.includes(choice));
    const other = field.choices.find((choice) => !is.includes(choice));
    if (!known || other === undefined) throw new Error(`${parameter}: ${is.join(', ')}`);
    return [parameter, other] as const;
  });
  return Object.fromEntries(others);
}

function another(field: ParameterField): number | boolean | string {
  switch (field.kind) {
    case 'number':
      return field.default === field.min ? field.default + field.step : (field.min ?? 7);
    case 'boolean':
      return !field.default;
    case 'choice':
      return field.choices.find((choice) => choice !== field.default) ?? field.default;
    case 'text':
      return `${field.default}.`;
  }
}

const hidden = methods.flatMap(({ method, fields }) =>
  fields.flatMap((field) =>
    field.when ? [[method.id, field.name, method, field, unmet(fields, field.when)] as const] : []
  )
);

describe('has no effect', () => {
  it.each(hidden)('%s, %s while it is hidden', async (id, name, method, field, settings) => {
    const call = SOUND_CALLS[id];
    const run = (value: Values) =>
      runOn(method, image, { ...call, parameters: { ...call.parameters, ...settings, ...value } });
    expect(await run({ [name]: another(field) })).toEqual(await run({}));
  });

  const markless = methods.flatMap(({ method, fields }) => {
    const { promptsWhen } = method.inputs;
    return promptsWhen ? [[method.id, method, unmet(fields, [promptsWhen])] as const] : [];
  });
  it.each(markless)('%s, marks that are not asked for', async (id, method, settings) => {
    const call = { ...SOUND_CALLS[id], parameters: settings };
    const marks = {
      seeds: [{ ijk: [11, 7, 4] as const, label: 1 }],
      scribbles: [{ label: 1, voxels: Uint32Array.of(500, 501) }],
    };
    const without = await runOn(method, image, { ...call, prompts: {} });
    expect(await runOn(method, image, { ...call, prompts: marks })).toEqual(without);
  });
});
