import { freeHotkeys } from './hotkeys';

const key = (commandName: string, ...keys: readonly string[]) => ({
  commandName,
  label: commandName,
  keys,
});

describe('keys of the mode', () => {
  it('are all added where the viewer has given none away', () => {
    const added = freeHotkeys([key('setToolActive', 'z'), key('nextImage', 'down')]);
    const commands = added.map(({ commandName }) => commandName);
    for (const command of [
      'cordonRun',
      'cordonAccept',
      'cordonReject',
      'cordonDrawingTool',
      'undo',
    ]) {
      expect(commands).toContain(command);
    }
    expect(added).toHaveLength(11);
    const keys = added.flatMap((one) => one.keys);
    expect(new Set(keys).size).toBe(keys.length);
    // The viewer translates labels, and would drop what stands before a colon.
    for (const { label } of added) expect(label).not.toContain(':');
  });

  it('leave keys and commands of the viewer alone', () => {
    const added = freeHotkeys([
      key('other', 'Shift+R'),
      key('undo', 'u'),
      key('third', 'D', 'ctrl+shift+z'),
    ]);
    const free = freeHotkeys([]).filter(({ keys: [one] }) =>
      added.some(({ keys }) => keys[0] === one)
    );
    expect(added).toEqual(free);
    const keys = added.map((one) => one.keys[0]);
    for (const taken of ['shift+r', 'ctrl+z', 'ctrl+shift+z', 'd'])
      expect(keys).not.toContain(taken);
    expect(added).toHaveLength(7);
  });
});
