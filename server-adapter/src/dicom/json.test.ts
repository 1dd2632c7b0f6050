/** DICOM JSON of real files equals pydicom's: every transfer syntax, odd files, every character set of its collection. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describeWithPython, runPython } from '../../../test/support/python';
import { describeWithSharedData, sharedFiles } from '../../../test/support/shared-data';
import { readHeader } from './file';
import { toDicomJson, type JsonDataset, type JsonElement } from './json';
import { parseHeader } from './reader';

/** pydicom's own JSON of each file, headers only; null where pydicom itself cannot. */
const reference = `
import pydicom, warnings, base64
warnings.simplefilter('ignore')
from pydicom.charset import decode_element
def texts(ds):
    out = {}
    for e in ds:
        if e.tag.element == 0 or e.tag.group < 8: continue
        key = '%04X%04X' % (e.tag.group, e.tag.element)
        if e.VR == 'SQ': out[key] = ['SQ', [texts(i) for i in e.value]]
        elif e.VR in ('OB','OW','OF','OD','OL','OV','UN'): out[key] = [e.VR, base64.b64encode(e.value or b'').decode()]
        else:
            v = e.value
            if v is None: v = []
            elif e.VR in ('ST','LT','UT','UR'): v = [v]
            elif isinstance(v, (list, pydicom.multival.MultiValue)): v = list(v)
            else: v = [v]
            if e.VR in ('DS','IS'): v = [None if x is None or x == '' else float(x) for x in v]
            elif e.VR in ('FL','FD'): v = [float(x) for x in v]
            elif e.VR == 'AT': v = ['%04X%04X' % (pydicom.tag.Tag(x).group, pydicom.tag.Tag(x).element) for x in v]
            elif e.VR in ('US','SS','UL','SL','SV','UV'): v = [int(x) for x in v]
            else: v = [str(x) for x in v]
            out[key] = [e.VR, v]
    return out
R['files'] = []
for path in P['paths']:
    try:
        ds = pydicom.dcmread(path, stop_before_pixels=True)
        ds.decode()
        R['files'].append(texts(ds))
    except Exception as error:
        R['files'].append(None)
`;

interface Simple {
  readonly [tag: string]: readonly [string, string | readonly (string | number | null | Simple)[]];
}

/** Our JSON in the same simple form: person names put together again, empty parts dropped. */
function simple(dataset: JsonDataset): Simple {
  const entries = Object.entries(dataset).map(
    ([tag, element]) => [tag, simpleElement(element!)] as const
  );
  return Object.fromEntries(entries);
}

function simpleElement(element: JsonElement): Simple[string] {
  if (element.vr === 'SQ')
    return ['SQ', (element.Value ?? []).map((item) => simple(item as JsonDataset))];
  if (/^O.$|^UN$/.test(element.vr)) return [element.vr, element.InlineBinary ?? ''];
  const values = (element.Value ?? []).map((value) => {
    if (typeof value !== 'object' || value === null) return value;
    const name = value as { Alphabetic?: string; Ideographic?: string; Phonetic?: string };
    return [name.Alphabetic ?? '', name.Ideographic ?? '', name.Phonetic ?? '']
      .join('=')
      .replace(/=+$/, '');
  });
  return [element.vr, values];
}

/** Drops what both sides may write differently without a difference in meaning. */
function comparable(dataset: Simple): Simple {
  return Object.fromEntries(
    Object.entries(dataset)
      .filter(([tag]) => tag !== '00080005' && !isPrivateValue(tag))
      .map(([tag, [vr, value]]) => {
        if (vr === 'SQ') return [tag, [vr, (value as Simple[]).map(comparable)]];
        if (typeof value === 'string') return [tag, ['binary', value]];
        const values = value.map((one) =>
          typeof one === 'string' ? one.trim().replace(/=+$/, '') : one
        );
        while (values.length && (values.at(-1) === '' || values.at(-1) === null)) values.pop();
        return [tag, [vr, values.map((one) => (one === null ? '' : one))]];
      })
  ) as Simple;
}

/** pydicom knows VRs of many private elements, we know none. */
const isPrivateValue = (tag: string) =>
  parseInt(tag.slice(0, 4), 16) % 2 === 1 && !tag.startsWith('00', 4);

const inline = { bulkDataUri: () => 'bulk', maxInlineBytes: Number.MAX_SAFE_INTEGER };

async function compareWithPydicom(paths: readonly string[]): Promise<number> {
  const { values } = await runPython({ script: reference, values: { paths: [...paths] } });
  const expected = values['files'] as unknown as (Simple | null)[];
  let compared = 0;
  for (const [index, path] of paths.entries()) {
    const theirs = expected[index];
    if (!theirs) continue;
    const header = await readHeader(path);
    const json = toDicomJson({ ...header, pixelData: undefined }, inline);
    expect({ file: basename(path), ...comparable(simple(json)) }).toEqual({
      file: basename(path),
      ...comparable(theirs),
    });
    compared++;
  }
  return compared;
}

describeWithPython(['pydicom'], 'character sets', () => {
  it('decodes names and texts as pydicom does', async () => {
    const list = execFileSync('/usr/bin/python3', [
      '-c',
      'from pydicom.data import get_charset_files\nprint("\\n".join(sorted(get_charset_files("*.dcm"))))',
    ]);
    const paths = list.toString().trim().split('\n');
    expect(await compareWithPydicom(paths)).toBeGreaterThan(10);
  });
});

describeWithSharedData(
  ['dicom-pydicom-testfiles', 'dicom-pydicom-data', 'dicom-cornerstone-transfer-syntaxes'],
  'real files',
  () => {
    describeWithPython(['pydicom'], 'compared with pydicom', () => {
      it.each([
        'dicom-pydicom-testfiles',
        'dicom-pydicom-data',
        'dicom-cornerstone-transfer-syntaxes',
      ])('%s: the same tags, VRs and values', async (folder) => {
        const paths = sharedFiles(folder).filter(
          (path) => isDicom(path) && !knownOdd.has(basename(path))
        );
        expect(await compareWithPydicom(paths)).toBeGreaterThan(25);
      });
    });
  }
);

/** Files on which the two readers differ by design. */
const knownOdd = new Set<string>([]);

function isDicom(path: string): boolean {
  const bytes = readFileSync(path);
  if (bytes.toString('latin1', 128, 132) !== 'DICM') return false;
  try {
    parseHeader(bytes);
    return true;
  } catch {
    return false;
  }
}
