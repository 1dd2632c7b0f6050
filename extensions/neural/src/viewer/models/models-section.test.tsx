/** @file What a person is told who changes a drafted description for the worse. */
import { webcrypto } from 'node:crypto';
import { TextDecoder, TextEncoder } from 'node:util';
import { fireEvent, render, screen } from '@testing-library/react';
import { addTexts } from '@cordon/extension-workbench/ui';
import { graph } from '../../../../../test/support/onnx-file';
import { acceptModel } from '../../catalog/accept-model';
import type { ModelShelf } from './model-shelf';
import { ModelsSection } from './models-section';
import { NAMESPACE, TEXTS } from './texts';

// What every browser has and jsdom lacks.
Object.assign(globalThis, { TextDecoder, TextEncoder });
Object.defineProperty(globalThis, 'crypto', { value: webcrypto });

it('shows which class has a wrong value, and keeps the description', async () => {
  addTexts('en', NAMESPACE, TEXTS.en);
  const none: readonly never[] = [];
  const shelf = {
    add: async (read) => (await acceptModel(read)).manifest.cordon,
    added: () => none,
    subscribe: () => () => undefined,
  } as Partial<ModelShelf> as ModelShelf;
  const { container } = render(<ModelsSection shelf={shelf} />);
  const bytes = new Uint8Array(graph({ output: [1, 2, 8, 8] }));
  const file = { name: 'x.onnx', arrayBuffer: () => Promise.resolve(bytes.buffer) };
  fireEvent.change(container.querySelector('input[accept=".onnx"]')!, {
    target: { files: [file] },
  });
  const editor = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: TEXTS.en.draft });
  const text = editor.value.replace('"value": 1,', '"value": 7,');
  fireEvent.change(editor, { target: { value: text } });
  fireEvent.click(screen.getByRole('button', { name: TEXTS.en.confirm }));
  expect(await screen.findByText(/"Class 1" has the value 7, it must be 1/)).toBeTruthy();
  expect(editor.value).toBe(text);
});
