/**
 * @file Convex hull of points in a plane (Andrew's monotone chain, 1979) and what is measured on it.
 */

/** x, y in a plane (mm). */
export type Point2 = readonly [number, number];

/** Lengths that differ by less are rounding (mm). */
const SAME_MM = 1e-9;

/** The corners of the hull, counter-clockwise, without points on its edges. Complexity O(n log n). */
export function convexHull(points: readonly Point2[]): readonly Point2[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  if (sorted.length < 3) return sorted;
  const chain = (ordered: readonly Point2[]) => {
    const corners: Point2[] = [];
    for (const point of ordered) {
      while (corners.length >= 2 && turn(corners.at(-2)!, corners.at(-1)!, point) <= 0) {
        corners.pop();
      }
      corners.push(point);
    }
    return corners.slice(0, -1);
  };
  return [...chain(sorted), ...chain(sorted.reverse())];
}

/** The two points that lie farthest apart. Complexity O(n²): give it a hull. */
export function farthestPair(points: readonly Point2[]): readonly [Point2, Point2] {
  let pair: readonly [Point2, Point2] = [points[0], points[0]];
  let best = 0;
  for (let a = 0; a < points.length; a++) {
    for (let b = a + 1; b < points.length; b++) {
      const distance2 = (points[a][0] - points[b][0]) ** 2 + (points[a][1] - points[b][1]) ** 2;
      if (distance2 > best) [best, pair] = [distance2, [points[a], points[b]]];
    }
  }
  return pair;
}

/**
 * The longest chord of a convex polygon in `direction` (a unit vector). Its length is a concave function of the position
 * across, so that one of the corners lies on it. Complexity O(n²).
 */
export function longestChord(
  hull: readonly Point2[],
  direction: Point2
): readonly [Point2, Point2] {
  const along = ([x, y]: Point2) => x * direction[0] + y * direction[1];
  const across = ([x, y]: Point2) => -x * direction[1] + y * direction[0];
  let longest: readonly [Point2, Point2] = [hull[0], hull[0]];
  let best = -1;
  for (const corner of hull) {
    const at = across(corner);
    let [low, high] = [along(corner), along(corner)];
    for (let n = 0; n < hull.length; n++) {
      const [p, q] = [hull[n], hull[(n + 1) % hull.length]];
      const [from, to] = [across(p), across(q)];
      if (at < Math.min(from, to) - SAME_MM || at > Math.max(from, to) + SAME_MM) continue;
      // A side in the very direction of the chord is met with its whole length.
      const share = (at - from) / (to - from);
      const met = Math.abs(to - from) <= SAME_MM ? [0, 1] : [Math.min(Math.max(share, 0), 1)];
      for (const part of met) {
        const crossing = along(p) + part * (along(q) - along(p));
        low = Math.min(low, crossing);
        high = Math.max(high, crossing);
      }
    }
    if (high - low > best) {
      best = high - low;
      const point = (length: number): Point2 => [
        length * direction[0] - at * direction[1],
        length * direction[1] + at * direction[0],
      ];
      longest = [point(low), point(high)];
    }
  }
  return longest;
}

/** Twice the area of the triangle; positive when it turns left. */
const turn = (a: Point2, b: Point2, c: Point2): number =>
  (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
