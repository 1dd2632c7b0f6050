/** @file The colour of a segment. */
import type { Rgb } from '../../terms/segment-description';

export function SegmentMark({ colour }: { readonly colour: Rgb }) {
  return (
    <span
      aria-hidden="true"
      className="cordon-mark inline-block h-3 w-3 flex-shrink-0 rounded-sm"
      style={{ backgroundColor: `rgb(${colour.join(' ')})` }}
    />
  );
}
