/** @file The page of panel.mjs: shows the panel with an in-memory model, in the state that the address asks for. */
import { createElement } from 'react';
import {
  Button,
  mountPanel,
  PanelSlots,
  setPanelLanguage,
} from '../../extensions/workbench/src/ui';
import { InMemoryModel } from '../fixtures/panel/in-memory-model';
import { METHODS } from '../fixtures/panel/methods';
import { PSEUDO, speakPseudo } from '../fixtures/panel/pseudo-language';

const query = new URLSearchParams(location.search);
const model = new InMemoryModel(METHODS, {
  series: {
    title: 'T1 axial brain',
    modality: 'MR',
    unit: '',
    range: { min: 0, max: 1198 },
  },
  segments: [
    { number: 1, label: 'Liver', colour: [221, 130, 101], locked: false },
    { number: 2, label: 'Lesion in the left frontal lobe', colour: [111, 184, 210], locked: true },
    { number: 3, label: 'Segment 3', colour: [170, 210, 90], locked: false },
  ],
  targetSegment: 1,
  canUndo: true,
});
const slots = new PanelSlots();
slots.add({
  id: 'preview.store',
  title: 'Store',
  order: 300,
  render: () => createElement(Button, { kind: 'primary' }, 'Save as DICOM SEG'),
});
mountPanel(document.getElementById('panel')!, model, slots);
const language = query.get('language') ?? 'en';
if (language === PSEUDO) speakPseudo();
else setPanelLanguage(language);

switch (query.get('state') ?? '') {
  case 'threshold':
    model.chooseMethod('threshold');
    model.change({
      preview: {
        voxels: 48211,
        volumeMl: 62.418,
        values: [{ name: 'Threshold by Otsu', value: 131.5, unit: 'modality' }],
      },
      writeRule: {
        area: 'outside-segments',
        overwrite: 'visible',
        range: { lower: 100, upper: 640, invert: true },
      },
    });
    break;
  case 'everything':
    model.chooseMethod('everything');
    model.change({ job: { title: 'Region growing', fraction: 0.42, message: 'Slice 59 of 140' } });
    break;
  case 'terms':
    model.describeSegment(1, {
      category: { value: '91723000', scheme: 'SCT', meaning: 'Anatomical Structure' },
      type: { value: '64033007', scheme: 'SCT', meaning: 'Kidney' },
    });
    model.describeSegment(2, {
      category: { value: '91723000', scheme: 'SCT', meaning: 'Anatomical Structure' },
      type: { value: '64033007', scheme: 'SCT', meaning: 'Kidney' },
    });
    setTimeout(() => {
      const row = Number(query.get('row') ?? 2);
      document.querySelectorAll<HTMLElement>('[data-describe]')[row].click();
    });
    break;
  case 'messages':
    model.change({
      messages: [
        {
          id: '1',
          kind: 'error',
          what: 'The series cannot be segmented in 3D',
          why: 'its slices have 2 different sizes (512 × 512, 256 × 256)',
          remedy: 'choose a series whose slices are alike',
        },
        {
          id: '2',
          kind: 'warning',
          what: 'Slices are unevenly spaced',
          why: 'gaps run from 6.96 to 7.07 mm',
          remedy: 'volumes are computed with each slice’s own gap',
        },
        { id: '3', kind: 'info', what: 'Saved', why: '', remedy: '' },
      ],
    });
    break;
  case 'empty':
    model.change({ ready: false, series: undefined });
    break;
  default:
    break;
}
