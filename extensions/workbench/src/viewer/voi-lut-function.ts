/**
 * @file A remedy for images that name their VOI LUT Function (0028,1056): the viewer's image loader takes the value for a list and
 * keeps its first letter, which cornerstone then refuses ("Invalid VOI LUT function"), so that no picture appears. LINEAR is what
 * holds without the attribute (PS3.3 C.11.2.1.3), and LINEAR_EXACT differs from it by half a value: for both the window is given
 * without a function. SIGMOID looks different and is left to the viewer.
 */
import { metaData } from '@cornerstonejs/core';

interface WindowedInstance {
  readonly VOILUTFunction?: string | readonly string[];
  readonly WindowCenter?: number | string | readonly (number | string)[];
  readonly WindowWidth?: number | string | readonly (number | string)[];
}

/** Before the viewer's own provider. */
const PRIORITY = 100_000;

const numbers = (value: WindowedInstance['WindowCenter']): number[] =>
  (Array.isArray(value) ? value : [value]).map(Number);

/** The window of an image whose function is as good as none; nothing for every other question, which others answer. */
export function voiWithoutFunction(type: string, instanceOf: () => WindowedInstance | undefined) {
  if (type !== 'voiLutModule') return undefined;
  const { VOILUTFunction, WindowCenter, WindowWidth } = instanceOf() ?? {};
  if (VOILUTFunction === undefined || WindowCenter === undefined || WindowWidth === undefined) {
    return undefined;
  }
  const [name = ''] = [VOILUTFunction ?? ''].flat();
  if (!['', 'LINEAR', 'LINEAR_EXACT'].includes(name.trim())) return undefined;
  return { windowCenter: numbers(WindowCenter), windowWidth: numbers(WindowWidth) };
}

/** From now on, images are shown though they name a linear function. */
export function showLinearVoi(): void {
  metaData.addProvider(
    (type: string, imageId: string) =>
      voiWithoutFunction(type, () => metaData.get('instance', imageId) as WindowedInstance),
    PRIORITY
  );
}
