/** @file The texts of the section that saves, by language. */
export const NAMESPACE = 'store';

export const TEXTS = {
  en: {
    title: 'Save',
    description: 'Name',
    placeholder: 'Segmentation',
    save: 'Save to archive',
    saving: 'Saving',
    again: 'Try again',
    download: 'Download',
    probabilities: 'Save probabilities',
    probabilitiesHint: 'How sure the network was, as an object beside it:',
    unsaved: 'Changes are not saved yet.',
    preview: 'Accept or reject the preview first.',
    nothing: 'Nothing to save yet.',
    stored: 'No unsaved changes.',
    saved: 'Saved',
    verified: 'the archive gave it back, and it is equal',
  },
  de: {
    title: 'Speichern',
    description: 'Name',
    placeholder: 'Segmentierung',
    save: 'Im Archiv speichern',
    saving: 'Speichern',
    again: 'Erneut versuchen',
    download: 'Herunterladen',
    probabilities: 'Wahrscheinlichkeiten speichern',
    probabilitiesHint: 'Wie sicher das Netz war, als eigenes Objekt:',
    unsaved: 'Änderungen sind noch nicht gespeichert.',
    preview: 'Erst die Vorschau annehmen oder verwerfen.',
    nothing: 'Noch nichts zu speichern.',
    stored: 'Keine ungespeicherten Änderungen.',
    saved: 'Gespeichert',
    verified: 'das Archiv gab es zurück, und es ist gleich',
  },
} as const;
