#!/usr/bin/env python3
"""Writes the tables of terms from term-selection.txt and pydicom's copy of the DICOM context groups (PS3.16).

    python3 extensions/workbench/scripts/make-terms.py          needs pydicom >= 2.3

The result is committed: building Cordon needs no Python. Run it again after a change of the selection.
"""
import colorsys
import os
import sys

from pydicom.sr import _concepts_dict

HERE = os.path.dirname(os.path.abspath(__file__))
TERMS = os.path.join(HERE, '..', 'src', 'terms')
# CID 7150 ff. are the segmentation groups; the others hold modifiers, brain structures and anatomic regions.
PREFERRED = set(range(7150, 7200)) | {2, 4, 244, 245, 7140, 4031}
# Where the dictionary's own wording has a slip of the pen.
CORRECTED = {'Peritioneum': 'Peritoneum'}
SCHEMES = ('SCT', 'DCM', 'NCIt', 'FMA')
TABLES = {
    'anatomy-table.ts': ('ANATOMY', 'Anatomical structures', lambda category: category == 'AnatomicalStructure'),
    'finding-table.ts': ('FINDINGS', 'Tissues, findings, substances, devices and modifiers',
                         lambda category: category != 'AnatomicalStructure'),
}
HEADER = '''/**
 * @file {what}, written by scripts/make-terms.py from its selection: do not edit.
 * category | code value | scheme | meaning | German | p: has a left and a right | synonyms | red green blue
 */
export const {name} = `
{rows}
`;
'''


def look_up(keyword):
    """(value, scheme, meaning) of a concept; the wording of the segmentation groups where there are several."""
    found = []
    for scheme in SCHEMES:
        for value, (meaning, groups) in _concepts_dict.concepts.get(scheme, {}).get(keyword, {}).items():
            found.append((len(PREFERRED & set(groups)), len(groups), value, scheme, meaning))
    if not found:
        sys.exit(f'{keyword}: pydicom does not know it')
    found.sort(key=lambda one: (-one[0], SCHEMES.index(one[3]), -one[1], one[2]))
    value, scheme, meaning = found[0][2:]
    return value, scheme, CORRECTED.get(meaning, meaning)


def colours(count, first, last):
    """`count` colours between two hues, neighbours told apart by lightness."""
    lightness = (0.58, 0.70, 0.50, 0.64, 0.76, 0.54)
    for index in range(count):
        hue = (first + (last - first) * (index + 0.5) / count) % 360 / 360
        rgb = colorsys.hls_to_rgb(hue, lightness[index % len(lightness)], 0.62)
        yield ' '.join(str(round(255 * part)) for part in rgb)


def read_selection():
    """[(category, first hue, last hue, [(keyword, German, paired, synonyms, colour)])]"""
    sections = []
    for line in open(os.path.join(HERE, 'term-selection.txt'), encoding='utf-8'):
        line = line.split('#')[0].strip()
        if line.startswith('=='):
            category, first, last = (part.strip() for part in line[2:].split('|'))
            sections.append((category, float(first), float(last), []))
        elif line:
            parts = [part.strip() for part in line.split('|')]
            sections[-1][3].append(tuple(parts + [''] * (5 - len(parts))))
    return sections


def main():
    rows = []
    seen = {}
    for category, first, last, terms in read_selection():
        generated = list(colours(len(terms), first, last))
        for (keyword, german, paired, synonyms, colour), fallback in zip(terms, generated):
            value, scheme, meaning = look_up(keyword)
            if (value, scheme) in seen:
                sys.exit(f'{keyword} and {seen[value, scheme]} are the same concept')
            seen[value, scheme] = keyword
            fields = (category, value, scheme, meaning, german, paired, synonyms, colour or fallback)
            rows.append((category, ' | '.join(fields)))
    for file, (name, what, belongs) in TABLES.items():
        chosen = '\n'.join(row for category, row in rows if belongs(category))
        with open(os.path.join(TERMS, file), 'w', encoding='utf-8') as out:
            out.write(HEADER.format(what=what, name=name, rows=chosen))
    print(f'{len(rows)} terms')


if __name__ == '__main__':
    main()
