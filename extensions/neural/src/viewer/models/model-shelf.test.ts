/** @file Models that a person has added, also those that are no longer accepted. */
import { ModelShelf } from './model-shelf';

const mockForgotten: string[] = [];
const mockReported: unknown[] = [];

jest.mock('@cordon/extension-workbench/viewer', () => ({}));
jest.mock('@cordon/extension-workbench/viewer/notify', () => ({
  notifyError: (_: unknown, error: unknown) => mockReported.push(error),
}));
jest.mock('../../catalog/added-models', () => ({
  addedModels: () => Promise.resolve(['sound', 'broken']),
  readAdded: (id: string) => id,
  forgetModel: (id: string) => Promise.resolve(mockForgotten.push(id)),
}));
jest.mock('../../catalog/accept-model', () => ({
  acceptModel: (id: string) =>
    id === 'broken'
      ? Promise.reject(new Error('its manifest is refused'))
      : Promise.resolve({ manifest: { cordon: { id, title: 'Sound model' } }, manifestSha256: '' }),
}));
jest.mock('../../methods/neural-method', () => ({ neuralMethod: () => ({}) }));

it('lists what is refused now, so that it can be removed, and offers the others', async () => {
  const offered: unknown[] = [];
  const workbench = {
    registerMethod: (offer: unknown) => offered.push(offer),
    methods: { unregister: () => undefined },
  };
  const shelf = new ModelShelf(workbench as never, {} as never);
  await shelf.offerAdded();
  expect(offered).toHaveLength(1);
  expect(mockReported).toHaveLength(1);
  expect(shelf.added()).toEqual([
    { id: 'sound', title: 'Sound model' },
    { id: 'broken', title: 'broken' },
  ]);
  await shelf.remove('broken');
  expect(mockForgotten).toEqual(['broken']);
  expect(shelf.added().map(({ id }) => id)).toEqual(['sound']);
});
