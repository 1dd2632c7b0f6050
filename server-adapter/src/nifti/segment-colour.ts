/**
 * @file Colours for segments that have none, well apart from their neighbours in number.
 */
import type { Rgb } from '@cordon/extension-workbench/pure';

/** A colour for segment `number`: hues by the golden angle, saturation 65 %, value 90 %. */
export function segmentColour(number: number): Rgb {
  const hue = ((number - 1) * 137.508) % 360;
  const channel = (n: number) => {
    const k = (n + hue / 60) % 6;
    return Math.round(255 * 0.9 * (1 - 0.65 * Math.max(0, Math.min(k, 4 - k, 1))));
  };
  return [channel(5), channel(3), channel(1)];
}
