import { z } from 'zod';
import { parameterFields } from '../../method/parameter-fields';
import { fieldTexts } from './field-texts';

const [model] = parameterFields(
  z.object({
    model: z
      .enum(['keep-largest', '3d', 'chan-vese'])
      .default('3d')
      .meta({ title: 'Model', spelled: { 'chan-vese': 'Chan–Vese' } }),
  })
);

describe('words of a choice', () => {
  it('are those of its identifier, as the method spells them, or as the language file says', () => {
    const english = fieldTexts('tried', (_, __, original) => original);
    const words = ['keep-largest', '3d', 'chan-vese'].map((value) => english.choice(model, value));
    expect(words).toEqual(['Keep largest', '3D', 'Chan–Vese']);
    const german = fieldTexts('tried', (_, key, original) =>
      key === 'parameters.model.choices.keep-largest' ? 'Größte behalten' : original
    );
    expect(german.choice(model, 'keep-largest')).toBe('Größte behalten');
  });
});
