/**
 * @file The host brings the row of a new segment into view, and scrolls whatever it lies in for it: the tab with our panel too, whose
 * result, just shown, would be gone from the screen. In the host's part of the tab only the list around the row scrolls.
 */

/** Marks the part of the tab that the host draws. */
export const HOST_PART = 'cordon-host-part';

const isPatched = Symbol.for('cordon.scrollWithin');

/** From now on elements of the host's part scroll no further than the list that they are in. Once a page. */
export function keepTabStill(): void {
  const { prototype } = Element as unknown as { readonly prototype: Patched };
  if (prototype[isPatched]) return;
  prototype[isPatched] = true;
  const original = prototype.scrollIntoView;
  prototype.scrollIntoView = function (this: Element, how?: boolean | ScrollIntoViewOptions) {
    const part = this.closest(`[data-cy=${HOST_PART}]`);
    if (part) scrollList(this, part);
    else original.call(this, how);
  };
}

interface Patched extends Element {
  [isPatched]?: boolean;
}

function scrollList(row: Element, part: Element): void {
  for (let list = row.parentElement; list && list !== part; list = list.parentElement) {
    const { overflowY } = getComputedStyle(list);
    if (!/auto|scroll/.test(overflowY) || list.scrollHeight <= list.clientHeight) continue;
    const [inner, outer] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
    if (inner.top < outer.top) list.scrollTop += inner.top - outer.top;
    else if (inner.bottom > outer.bottom) list.scrollTop += inner.bottom - outer.bottom;
    return;
  }
}
