/** @file The texts of the section where models are added, by language. */
export const NAMESPACE = 'models';

export const TEXTS = {
  en: {
    title: 'Your own models',
    explain:
      'A folder with metadata.json and ONNX files, or one ONNX file. It stays in this browser; nothing is uploaded.',
    folder: 'Add a folder',
    file: 'Add an ONNX file',
    address: 'Or from an address',
    addressPlaceholder: '/models/my-model/',
    added: '{{title}} was added.',
    remove: 'Remove {{title}}',
    draft: 'Description (metadata.json)',
    draftHint:
      'Drafted from the graph. Correct title, modalities, intensities and classes, then add the model.',
    confirm: 'Add this model',
    cancel: 'Cancel',
    several: 'Choose one ONNX file.',
  },
  de: {
    title: 'Eigene Modelle',
    explain:
      'Ein Ordner mit metadata.json und ONNX-Dateien, oder eine ONNX-Datei. Es bleibt in diesem Browser; nichts wird hochgeladen.',
    folder: 'Ordner hinzufügen',
    file: 'ONNX-Datei hinzufügen',
    address: 'Oder von einer Adresse',
    addressPlaceholder: '/models/mein-modell/',
    added: '{{title}} wurde hinzugefügt.',
    remove: '{{title}} entfernen',
    draft: 'Beschreibung (metadata.json)',
    draftHint:
      'Aus dem Graphen entworfen. Titel, Modalitäten, Intensitäten und Klassen berichtigen, dann hinzufügen.',
    confirm: 'Dieses Modell hinzufügen',
    cancel: 'Abbrechen',
    several: 'Bitte eine ONNX-Datei wählen.',
  },
} as const;
