/** @file Enter over the image, wherever the last click has left the focus. */
import type { PanelState } from '../../ui/panel-model';
import { EMPTY_STATE } from '../panel-store';
import type { ControllerParts } from './parts';
import { ResultKeys } from './result-keys';

const calls: string[] = [];
const note = (name: string) => () => {
  calls.push(name);
};
const PREVIEW: PanelState = { ...EMPTY_STATE, preview: { voxels: 1, volumeMl: 1, values: [] } };
const JOB = { title: 'Grow-cut', message: 'growing' };
let state = PREVIEW;
const actions = {
  accept: note('accept'),
  reject: note('reject'),
  cancel: note('cancel'),
  clearPrompts: note('clearPrompts'),
  finishPath: note('finishPath'),
  getState: () => state,
};
const desk = { dropDrawing: () => false } as ControllerParts['desk'];
let keys: ResultKeys;

beforeEach(() => {
  calls.length = 0;
  state = PREVIEW;
  document.body.innerHTML = `
    <div class="cornerstone-viewport-element"><canvas></canvas></div>
    <div data-cy="cordon-panel"><button>Region</button><input /></div>
    <div role="dialog"><button>Yes</button></div>`;
  keys = new ResultKeys(actions, { desk } as ControllerParts);
  keys.start();
});

afterEach(() => {
  keys.stop();
});

const find = (selector: string) => document.querySelector<HTMLElement>(selector)!;
const move = (selector: string) => {
  find(selector).dispatchEvent(new Event('pointermove', { bubbles: true }));
};
function enter(): void {
  const event = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true });
  document.activeElement!.dispatchEvent(event);
}

describe('Enter', () => {
  it('accepts when the hand has gone from a control of the panel to the image', () => {
    find('[data-cy=cordon-panel] button').focus();
    move('canvas');
    enter();
    expect(calls).toEqual(['accept']);
  });

  it('means the result of the last stroke while that is on its way, and nothing while there was none', () => {
    move('canvas');
    state = { ...PREVIEW, job: JOB };
    enter();
    state = { ...EMPTY_STATE, job: JOB };
    enter();
    expect(calls).toEqual(['accept']);
  });

  it('belongs to the control that got the focus since, or while the mouse is elsewhere', () => {
    move('canvas');
    find('[data-cy=cordon-panel] button').focus();
    enter();
    move('canvas');
    move('[data-cy=cordon-panel]');
    enter();
    expect(calls).toEqual([]);
  });

  it('belongs to a text and to a dialog, wherever the mouse is', () => {
    for (const selector of ['input', '[role=dialog] button']) {
      find(selector).focus();
      move('canvas');
      enter();
    }
    expect(calls).toEqual([]);
  });
});
