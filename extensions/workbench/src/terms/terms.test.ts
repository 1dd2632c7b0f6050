import fc from 'fast-check';
import { describeWithPython, runPython } from '../../../../test/support/python';
import { code } from './coded-concept';
import { describeTerm } from './describe-term';
import { lintSegments } from './lint-segments';
import { CATEGORIES, type SegmentTerms } from './segment-description';
import {
  conceptKey,
  LATERALITY,
  PROPERTY_CATEGORIES,
  termCatalogue,
  termName,
  type Term,
} from './term-catalogue';
import { searchTerms } from './term-search';

const { terms, modifiers, find } = termCatalogue();
const named = (name: string): Term => {
  const term = terms.find(({ concept }) => concept.meaning === name);
  if (!term) throw new Error(`no term ${name}`);
  return term;
};
const meanings = (query: string, search = {}) =>
  searchTerms(query, search).map(({ term }) => term.concept.meaning);

describeWithPython(['pydicom'], 'the codes', () => {
  it('stand in the dictionary of the standard with the same meaning', async () => {
    const concepts = [
      ...terms.map(({ concept }) => concept),
      ...modifiers.map(({ concept }) => concept),
      ...Object.values(PROPERTY_CATEGORIES),
      ...Object.values(CATEGORIES),
      ...Object.values(LATERALITY),
    ];
    const { values } = await runPython({
      script: `
from pydicom.sr import _concepts_dict
known = {}
for scheme, names in _concepts_dict.concepts.items():
    for codes in names.values():
        for value, (meaning, groups) in codes.items():
            known.setdefault(scheme + ':' + value, []).append(meaning.lower())
R['unknown'] = [c for c, m in P['concepts'] if c not in known]
R['worded'] = [c + ' ' + m for c, m in P['concepts'] if c in known and m.lower() not in known[c]]
R['size'] = len(known)
`,
      values: { concepts: concepts.map((concept) => [conceptKey(concept), concept.meaning]) },
    });
    expect(values.size).toBeGreaterThan(5000);
    expect(values.unknown).toEqual([]);
    // pydicom 2.3 writes "Peritioneum".
    expect(values.worded).toEqual(['SCT:15425007 Peritoneum']);
  });

  it('have the category under which the standard lists their type', async () => {
    const groups = {
      Tissue: 7191,
      AnatomicalStructure: 7192,
      PhysicalObject: 7193,
      MorphologicallyAbnormalStructure: 7194,
      Function: 7195,
      SpatialAndRelationalConcept: 7196,
      BodySubstance: 7197,
      Substance: 7198,
    };
    const { values } = await runPython({
      script: `
from pydicom.sr import _concepts_dict
R['categories'] = {}
for scheme, names in _concepts_dict.concepts.items():
    for codes in names.values():
        for value, (meaning, cids) in codes.items():
            listed = [name for name, cid in P['groups'].items() if cid in cids]
            if listed: R['categories'].setdefault(scheme + ':' + value, []).extend(listed)
`,
      values: { groups },
    });
    const categories = values.categories as Readonly<Record<string, readonly string[]>>;
    const listed = terms.filter(({ concept }) => conceptKey(concept) in categories);
    expect(listed.length).toBeGreaterThan(300);
    const misplaced = listed.filter(
      ({ category, concept }) => !categories[conceptKey(concept)].includes(category)
    );
    expect(misplaced.map(({ concept }) => concept.meaning)).toEqual([]);
  });
});

describe('the catalogue', () => {
  it('holds a few hundred terms, each once, with a colour and a German name', () => {
    expect(terms.length).toBeGreaterThan(300);
    expect(new Set(terms.map(({ concept }) => conceptKey(concept))).size).toBe(terms.length);
    for (const term of [...terms, ...modifiers]) {
      expect(term.german).not.toBe('');
      expect(term.concept.meaning.length).toBeLessThanOrEqual(64);
      expect(term.concept.value.length).toBeLessThanOrEqual(16);
      expect(term.colour).toHaveLength(3);
      for (const part of term.colour) expect(part >= 0 && part <= 255).toBe(true);
    }
  });

  it('calls no term paired whose code states a side already', () => {
    expect(terms.filter((term) => term.paired && term.statesSide)).toEqual([]);
    expect(named('Left Ventricle').statesSide).toBe(true);
  });

  it('finds a term whatever the wording of its code', () => {
    expect(find(code('10200004', 'SCT', 'liver structure'))?.concept.meaning).toBe('Liver');
    expect(find(code('10200004', 'SRT', 'Liver'))).toBeUndefined();
  });

  it('names terms in the language of the reader', () => {
    expect(termName(named('Liver'), 'de-CH')).toBe('Leber');
    expect(termName(named('aneurysm'), 'fr')).toBe('Aneurysm');
  });
});

describe('searching', () => {
  it('puts names that begin with the query before names that hold it', () => {
    const found = meanings('lung');
    expect(found[0]).toBe('Lung');
    expect(found).toContain('Upper lobe of lung');
    expect(found).not.toContain('Liver');
  });

  it.each([
    ['niere', 'Kidney'],
    ['hepar', 'Liver'],
    ['GROSSHIRNRINDE', 'Cerebral cortex'],
    ['tumour', 'Neoplasm'],
    ['osophagus', 'Esophagus'],
    ['64033007', 'Kidney'],
  ])('finds %s', (query, meaning) => {
    expect(meanings(query)).toContain(meaning);
  });

  it('takes a side apart from a paired term, but not from a code that states it', () => {
    const [kidney] = searchTerms('left kidney');
    expect([kidney.term.concept.meaning, kidney.side]).toEqual(['Kidney', 'left']);
    const [rechts] = searchTerms('niere rechts', { language: 'de' });
    expect([rechts.term.concept.meaning, rechts.side]).toEqual(['Kidney', 'right']);
    const [ventricle] = searchTerms('left ventricle');
    expect([ventricle.term.concept.meaning, ventricle.side]).toEqual(['Left Ventricle', undefined]);
  });

  it('lists the lately used first, then the often used, while nothing is typed', () => {
    const key = (name: string) => conceptKey(named(name).concept);
    const found = searchTerms('', {
      recent: [key('Spleen'), key('Mass')],
      counts: { [key('Liver')]: 3, [key('Pancreas')]: 9 },
      limit: 5,
    });
    expect(found.slice(0, 4).map(({ term, reason }) => [term.concept.meaning, reason])).toEqual([
      ['Spleen', 'recent'],
      ['Mass', 'recent'],
      ['Pancreas', 'frequent'],
      ['Liver', 'frequent'],
    ]);
    expect(found).toHaveLength(5);
  });

  it('offers only anatomical structures as regions', () => {
    const found = searchTerms('', { regionsOnly: true, limit: 1000 });
    expect(new Set(found.map(({ term }) => term.category))).toEqual(
      new Set(['AnatomicalStructure'])
    );
  });

  it('survives any text, and every match holds the words that were typed', () => {
    fc.assert(
      fc.property(fc.string(), (query) => {
        expect(searchTerms(query).length).toBeLessThanOrEqual(30);
      })
    );
    for (const term of terms) {
      const found = searchTerms(term.concept.meaning, { limit: 400 }).slice(0, 3);
      expect(found.map((match) => match.term)).toContain(term);
    }
  });
});

describe('describing', () => {
  it('writes category, type, side and region', () => {
    const described = describeTerm({
      term: named('Nodule'),
      region: named('Lung'),
      regionSide: 'right',
    });
    expect(described).toMatchObject({
      label: 'Nodule (Lung, right)',
      category: CATEGORIES.morphologicallyAbnormalStructure,
      type: { value: '27925004' },
      anatomicRegion: { value: '39607008' },
      anatomicRegionModifiers: [{ value: '24028007' }],
    });
    expect(described.typeModifiers).toBeUndefined();
  });

  it('never adds a side to a code that states one', () => {
    const described = describeTerm({ term: named('Left Ventricle'), side: 'left' }, 'de');
    expect(described.typeModifiers).toBeUndefined();
    expect(described.label).toBe('Linker Ventrikel');
    expect(lintSegments([{ number: 1, terms: described }])).toEqual([]);
  });

  it('keeps every label within the 64 characters of DICOM', () => {
    const region = named('Inferior longitudinal fasciculus');
    for (const term of terms) {
      const choice = { term, side: 'bilateral', region, regionSide: 'bilateral' } as const;
      const { label } = describeTerm(choice, 'de');
      expect(label.length).toBeLessThanOrEqual(64);
      expect(label).toContain(termName(term, 'de').slice(0, 20));
    }
  });
});

describe('the rules for descriptions', () => {
  const kidney = (side?: 'left' | 'right'): SegmentTerms =>
    describeTerm({ term: named('Kidney'), side });
  const lint = (...all: readonly SegmentTerms[]) =>
    lintSegments(all.map((terms, index) => ({ number: index + 1, terms })));

  it('accept left and right of one organ', () => {
    expect(lint(kidney('left'), kidney('right'))).toEqual([]);
  });

  it('find two segments with the same codes, whatever their labels', () => {
    const other = { ...kidney('left'), label: 'The other one' };
    expect(lint(kidney('left'), kidney(), other)).toEqual([
      { rule: 'same-codes', segments: [1, 3], concept: kidney().type },
    ]);
  });

  it('find the same modifiers in another order', () => {
    const [upper, left] = [code('261183002', 'SCT', 'Upper'), LATERALITY.left];
    const a = { ...kidney(), typeModifiers: [upper, left] };
    const b = { ...kidney(), typeModifiers: [left, upper] };
    expect(lint(a, b).map(({ rule }) => rule)).toEqual(['same-codes']);
  });

  it('find a side that code and modifier both state', () => {
    const ventricle = describeTerm({ term: named('Left Ventricle') });
    expect(lint({ ...ventricle, typeModifiers: [LATERALITY.left] })).toMatchObject([
      { rule: 'side-stated-twice', segments: [1], concept: { meaning: 'Left Ventricle' } },
    ]);
    const finding = describeTerm({ term: named('Mass'), region: named('Left atrium') });
    expect(
      lint({ ...finding, anatomicRegionModifiers: [LATERALITY.right] }).map(({ rule }) => rule)
    ).toEqual(['side-stated-twice']);
  });

  it('find left and right at once', () => {
    const both = { ...kidney(), typeModifiers: [LATERALITY.left, LATERALITY.right] };
    expect(lint(both).map(({ rule }) => rule)).toEqual(['left-and-right']);
  });

  it('find retired schemes and codes that claim an entirety', () => {
    const tissue = code('T-D0050', 'SRT', 'Tissue');
    expect(lint({ ...kidney(), category: tissue, type: tissue }).map(({ rule }) => rule)).toEqual([
      'retired-scheme',
      'retired-scheme',
    ]);
    const entire = code('181268008', 'SCT', 'Entire liver');
    expect(lint({ ...kidney(), type: entire }).map(({ rule }) => rule)).toEqual([
      'claims-entirety',
    ]);
  });

  it('find nothing in any single term of the catalogue with any side', () => {
    for (const term of terms) {
      for (const side of ['left', 'right', 'bilateral'] as const) {
        expect(lint(describeTerm({ term, side, region: named('Abdomen') }))).toEqual([]);
      }
    }
  });
});
