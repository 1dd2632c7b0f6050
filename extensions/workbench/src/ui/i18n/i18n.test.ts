import fc from 'fast-check';
import { PreferenceStore } from '../preferences';
import { de } from './de';
import { en } from './en';
import {
  decimalsOf,
  editableNumber,
  formatMeasure,
  formatNumber,
  formatPercent,
  formatQuantity,
  parseNumber,
} from './numbers';

function leaves(tree: object, path = ''): readonly (readonly [string, string])[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [[path + key, value] as const]
      : leaves(value as object, `${path}${key}.`)
  );
}

describe('the language files', () => {
  const english = new Map(leaves(en));
  const german = new Map(leaves(de));

  it('have the same keys, none empty', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
    expect([...english.values(), ...german.values()].filter((text) => !text.trim())).toEqual([]);
  });

  it('have the same placeholders in every text', () => {
    const marks = (text = '') => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
    for (const [key, text] of english)
      expect([key, marks(german.get(key))]).toEqual([key, marks(text)]);
  });

  it('are really two languages', () => {
    const same = [...english].filter(([key, text]) => german.get(key) === text);
    // Words that are the same in both: Name, Region, Segment, Median, the key Esc, a dash.
    expect(same.map(([, text]) => text).sort()).toEqual(
      ['Esc', 'Median', 'Name', 'Region', 'Segment', '–'].sort()
    );
  });
});

describe('numbers', () => {
  it('are written as the language writes them', () => {
    expect(formatNumber(1234567.891, 'en')).toBe('1,234,567.891');
    expect(formatNumber(1234567.891, 'de')).toBe('1.234.567,891');
    expect(formatQuantity(12.3456, 'ml', 'de')).toBe('12,35\u00a0ml');
    expect(formatQuantity(5, '', 'en')).toBe('5');
    expect(formatMeasure(0.000123456, 'en')).toBe('0.000123');
    expect(formatMeasure(123456.7, 'en')).toBe('123,457');
    expect(formatMeasure(0, 'en')).toBe('0');
    expect(formatPercent(0.425, 'de')).toBe('43\u00a0%');
    expect(editableNumber(1234.5, 'de', 2)).toBe('1234,5');
  });

  it.each([
    ['1.5', 'en', 1.5],
    ['1,5', 'de', 1.5],
    ['1.5', 'de', 1.5],
    ['1.234', 'de', 1234],
    ['1.234,5', 'de', 1234.5],
    ['1,234', 'en', 1234],
    [' -3 ', 'en', -3],
    ['−3', 'en', -3],
    ['.5', 'en', 0.5],
    ['1e3', 'en', 1000],
    ['1’234.5', 'de-CH', 1234.5],
    ['٣٫٥', 'ar-EG', 3.5],
    ['12,34,567.5', 'hi', 1234567.5],
    ['', 'en', undefined],
    ['1.2.3', 'en', undefined],
    ['1,5', 'en', undefined],
    ['12 apples', 'en', undefined],
    ['1e999', 'en', undefined],
    ['0x10', 'en', undefined],
    ['0.125', 'de', 0.125],
    ['-0.500', 'es', -0.5],
    ['0,125', 'de', 0.125],
    ['0,125', 'en', undefined],
  ])('%p in %s is %p', (text, language, value) => {
    expect(parseNumber(text, language)).toBe(value);
  });

  it.each(['en', 'de', 'fr', 'de-CH', 'ar-EG', 'hi', 'pl'])(
    'come back as they were in %s',
    (tag) => {
      fc.assert(
        fc.property(
          fc.integer({ min: -(10 ** 9), max: 10 ** 9 }),
          fc.integer({ min: 0, max: 4 }),
          (digits, decimals) => {
            const value = digits / 10 ** decimals;
            expect(parseNumber(editableNumber(value, tag, decimals), tag)).toBe(
              value === 0 ? 0 : value
            );
          }
        )
      );
    }
  );

  it('need as many decimals as their step', () => {
    expect([1, 10, 0.5, 0.25, 0.001, 1e-5].map(decimalsOf)).toEqual([0, 0, 1, 2, 3, 5]);
  });
});

describe('preferences', () => {
  const storage = (text?: string) => {
    let kept: string | null = text ?? null;
    return {
      getItem: () => kept,
      setItem: (_key: string, value: string) => {
        kept = value;
      },
    };
  };

  it('are kept', () => {
    const place = storage();
    new PreferenceStore(place).change({ favourites: ['otsu'] });
    expect(new PreferenceStore(place).get().favourites).toEqual(['otsu']);
  });

  it.each(['not json', '[]', '{"favourites": 3}', 'null'])('start afresh after %p', (text) => {
    expect(new PreferenceStore(storage(text)).get().favourites).toEqual([]);
  });

  it('work without a place to keep them', () => {
    const denied = {
      getItem: () => {
        throw new Error('denied');
      },
      setItem: () => {
        throw new Error('full');
      },
    };
    for (const place of [denied, undefined]) {
      const store = new PreferenceStore(place);
      store.change({ favourites: ['otsu'] });
      expect(store.get().favourites).toEqual(['otsu']);
    }
  });
});
