/** @file Parts of the panel that are drawn again only when what they show has changed: work reports its progress many times. */
import { memo, type ComponentType } from 'react';
import type { PanelState } from '../panel-model';

/** `View` on these parts of the state: it sees no others, and is not drawn again when others change. */
export function watching<
  Part extends keyof PanelState,
  Props extends { state: Pick<PanelState, Part> },
>(parts: readonly Part[], View: ComponentType<Props>) {
  return memo(View, ({ state: before, ...old }, { state: after, ...now }) => {
    const names = Object.keys(now) as (keyof typeof now)[];
    return (
      parts.every((part) => Object.is(before[part], after[part])) &&
      names.length === Object.keys(old).length &&
      names.every((name) => Object.is(old[name], now[name]))
    );
  });
}
