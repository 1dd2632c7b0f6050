import { act, screen } from '@testing-library/react';
import { openPanel, type OpenPanel } from '../../../../test/fixtures/panel/open-panel';
import type { PromptState } from './panel-model';

let panel: OpenPanel;

const PROMPTS: PromptState = {
  tools: ['scribble', 'eraser', 'box'],
  tool: 'scribble',
  labels: [
    { label: 1, colour: '#7dff8a' },
    { label: 0, colour: '#f4a3a3' },
  ],
  label: 1,
  canAddLabel: true,
  brushMm: 6,
  isEmpty: true,
};

function open(part: Partial<PromptState> = {}): void {
  panel = openPanel();
  act(() => {
    panel.model.chooseMethod('everything');
  });
  panel.change({ prompts: { ...PROMPTS, ...part } });
  panel.model.calls.length = 0;
}

beforeEach(() => {
  localStorage.clear();
});

afterEach(() => {
  panel.close();
});

const button = (name: string) => screen.getByRole('button', { name });

describe('drawing for a method', () => {
  it('offers the tools that it takes, one in the hand at most', async () => {
    open();
    expect(button('Scribble').getAttribute('aria-pressed')).toBe('true');
    expect(screen.queryByRole('button', { name: 'Sphere' })).toBeNull();
    await panel.user.click(button('Box'));
    await panel.user.click(button('Box'));
    expect(panel.model.calls).toEqual(['setDrawingTool("box")', 'setDrawingTool()']);
  });

  it('says what there is to draw, or what a box alone would do', () => {
    open({ tool: undefined });
    expect(screen.getByText('Choose a tool to draw on the image.')).toBeTruthy();
    panel.change({ prompts: { ...PROMPTS, tools: ['box'], tool: undefined } });
    expect(screen.getByText('With a box it works in a part of the image only.')).toBeTruthy();
  });

  it('marks structure or background, and further structures', async () => {
    open();
    expect(button('Structure').getAttribute('aria-pressed')).toBe('true');
    await panel.user.click(button('Background'));
    await panel.user.click(button('Add a structure'));
    expect(panel.model.calls).toEqual(['setPromptLabel(0)', 'setPromptLabel(2)']);
    panel.change({
      prompts: {
        ...PROMPTS,
        labels: [1, 2, 0].map((label) => ({ label, colour: '#ffffff' })),
        canAddLabel: false,
      },
    });
    expect(button('Structure 2')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Add a structure' })).toBeNull();
  });

  it('sets the size of scribbles in mm, and has none for a box', async () => {
    open();
    const size = screen.getByRole('slider', { name: 'Brush size' });
    expect(size.getAttribute('aria-valuetext')).toBe('6\u00a0mm');
    panel.focus(size);
    await panel.user.keyboard('{ArrowRight}');
    expect(panel.model.calls).toEqual(['setBrushMm(6.5)']);
    panel.change({ prompts: { ...PROMPTS, tool: 'box' } });
    expect(screen.queryByRole('slider', { name: 'Brush size' })).toBeNull();
  });

  it('erases all only when something is drawn', async () => {
    open();
    expect(button('Erase all that is drawn')).toHaveProperty('disabled', true);
    panel.change({ prompts: { ...PROMPTS, isEmpty: false } });
    await panel.user.click(button('Erase all that is drawn'));
    expect(panel.model.calls).toEqual(['clearPrompts()']);
  });

  it('says what to do, what is missing, and stands out until the tool was used once', () => {
    open();
    const hint = () => document.querySelector('[data-cy=cordon-prompt-hint]')!;
    expect(hint().textContent).toMatch(/^Draw over the structure/);
    expect(hint().className).toContain('cordon-first-use');
    panel.change({ prompts: { ...PROMPTS, isEmpty: false, waitingFor: 'mark the background' } });
    expect(hint().textContent).toBe('mark the background');
    expect(hint().className).not.toContain('cordon-first-use');
    panel.close();
    open();
    expect(hint().className).not.toContain('cordon-first-use');
    panel.change({ prompts: { ...PROMPTS, tool: 'box' } });
    expect(hint().className).toContain('cordon-first-use');
  });

  it('says that a box limits the method, and removes it with one click', async () => {
    open({ isEmpty: false });
    expect(screen.queryByText('Only inside the box.')).toBeNull();
    panel.change({ prompts: { ...PROMPTS, isEmpty: false, isLimited: true } });
    expect(screen.getByText('Only inside the box.')).toBeTruthy();
    await panel.user.click(button('Remove the box'));
    expect(panel.model.calls).toEqual(['removeBox()']);
    expect(screen.queryByText('Only inside the box.')).toBeNull();
  });
});
