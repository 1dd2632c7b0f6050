import { render, screen } from '@testing-library/react';
import { EMPTY_STATE } from '../../viewer/panel-store';
import type { PanelState } from '../panel-model';
import { watching } from './watching';

let drawn = 0;
const Methods = watching(['methods'], ({ state, title }: Props) => {
  drawn++;
  return <p>{`${title}: ${state.methods.length}`}</p>;
});
interface Props {
  readonly state: Pick<PanelState, 'methods'>;
  readonly title: string;
}

beforeEach(() => {
  drawn = 0;
});

it('draws a part of the panel again when what it watches changes, and only then', () => {
  const { rerender } = render(<Methods state={EMPTY_STATE} title="Methods" />);
  const working: PanelState = { ...EMPTY_STATE, job: { title: 'Level set', message: 'moving' } };
  rerender(<Methods state={working} title="Methods" />);
  expect(drawn).toBe(1);
  const methods: PanelState['methods'] = [
    { id: 'otsu', title: 'Otsu', summary: '', family: 'classical', group: 'threshold' },
  ];
  rerender(<Methods state={{ ...working, methods }} title="Methods" />);
  expect(screen.getByText('Methods: 1')).toBeTruthy();
});

it('draws it again when another property changes', () => {
  const { rerender } = render(<Methods state={EMPTY_STATE} title="Methods" />);
  rerender(<Methods state={EMPTY_STATE} title="Other methods" />);
  expect(screen.getByText('Other methods: 0')).toBeTruthy();
});
