/**
 * @file Shapes as elements of the drawing layer that the host keeps over each viewport.
 */
import type { Types } from '@cornerstonejs/tools';
import type { Shape } from './overlay-shapes';

const SVG = 'http://www.w3.org/2000/svg';

/** Puts the shapes of this frame into the layer; the host takes away those that are not there any more. */
export function drawShapes(helper: Types.SVGDrawingHelper, shapes: readonly Shape[]): void {
  for (const shape of shapes) {
    const key = `cordon-${shape.key}`;
    const known = helper.getSvgNode(key) as SVGPathElement | undefined;
    const node = known ?? document.createElementNS(SVG, 'path');
    setAttributes(node, shape);
    if (known) helper.setNodeTouched(key);
    else helper.appendNode(node, key);
  }
}

function setAttributes(node: SVGPathElement, shape: Shape): void {
  node.dataset['cordon'] = shape.role;
  node.setAttribute('d', shape.path);
  node.setAttribute('fill', shape.fill ?? 'none');
  node.setAttribute('fill-opacity', String(shape.fillOpacity ?? 1));
  node.setAttribute('stroke', shape.stroke ?? 'none');
  node.setAttribute('stroke-width', String(shape.width ?? 0));
  node.setAttribute('stroke-dasharray', shape.dash ?? 'none');
  node.setAttribute('pointer-events', 'none');
}
