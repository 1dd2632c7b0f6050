/** @file Chooses a method and runs it as soon as the panel has it. */
import type { PanelModel } from '@cordon/extension-workbench/ui';

/** The panel chooses after it has taken back what an earlier method shows; running waits for that. */
export function startMethod(panel: PanelModel, id: string): void {
  const isChosen = () => panel.getState().active?.entry.id === id;
  if (isChosen()) {
    panel.run();
    return;
  }
  const stop = panel.subscribe(() => {
    if (!isChosen()) return;
    stop();
    panel.run();
  });
  panel.chooseMethod(id);
}
