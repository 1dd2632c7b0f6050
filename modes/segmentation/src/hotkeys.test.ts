import { freeHotkeys } from './hotkeys';

const key = (commandName: string, ...keys: readonly string[]) => ({
  commandName,
  label: commandName,
  keys,
});

describe('keys of the mode', () => {
  it('are all added where the viewer has given none away', () => {
    const added = freeHotkeys([key('setToolActive', 'z'), key('nextImage', 'down')]);
    expect(added.map(({ commandName }) => commandName)).toEqual([
      'cordonRun',
      'cordonAccept',
      'cordonReject',
      'undo',
      'redo',
    ]);
    const keys = added.flatMap((one) => one.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('leave keys and commands of the viewer alone', () => {
    const added = freeHotkeys([
      key('other', 'Shift+R'),
      key('undo', 'u'),
      key('x', 'a', 'ctrl+shift+z'),
    ]);
    expect(added.map(({ commandName }) => commandName)).toEqual(['cordonAccept', 'cordonReject']);
  });
});
