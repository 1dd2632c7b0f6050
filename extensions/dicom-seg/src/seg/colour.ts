/**
 * @file Display colours: sRGB to and from CIELab as DICOM encodes it (PS3.3 C.10.7.1.1: profile connection space, so
 * the white point is D50; L 0 … 65535 is 0 … 100, a and b 0 … 65535 are −128 … 127). Complexity O(1).
 *
 * Matrices: IEC 61966-2-1 adapted to D50 by Bradford (as in ICC sRGB profiles).
 */
import type { Rgb } from '@cordon/extension-workbench/pure';

type Triple = readonly [number, number, number];

const WHITE: Triple = [0.9642, 1, 0.8251];
const TO_XYZ: readonly Triple[] = [
  [0.4360747, 0.3850649, 0.1430804],
  [0.2225045, 0.7168786, 0.0606169],
  [0.0139322, 0.0971045, 0.7141733],
];
const FROM_XYZ: readonly Triple[] = [
  [3.1338561, -1.6168667, -0.4906146],
  [-0.9787684, 1.9161415, 0.033454],
  [0.0719453, -0.2289914, 1.4052427],
];
const EPSILON = 216 / 24389;
const KAPPA = 24389 / 27;

const multiply = (matrix: readonly Triple[], v: Triple): Triple => {
  const [x, y, z] = matrix.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]);
  return [x, y, z];
};
const clamp = (value: number, max: number): number => Math.min(max, Math.max(0, Math.round(value)));

const toLinear = (byte: number): number => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};
const fromLinear = (value: number): number =>
  255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);

/** Recommended Display CIELab Value (0062,000D) of a colour. */
export function rgbToDicomLab(rgb: Rgb): Triple {
  const xyz = multiply(TO_XYZ, [toLinear(rgb[0]), toLinear(rgb[1]), toLinear(rgb[2])]);
  const f = (value: number, white: number): number => {
    const ratio = value / white;
    return ratio > EPSILON ? Math.cbrt(ratio) : (KAPPA * ratio + 16) / 116;
  };
  const [fx, fy, fz] = [f(xyz[0], WHITE[0]), f(xyz[1], WHITE[1]), f(xyz[2], WHITE[2])];
  return [
    clamp(((116 * fy - 16) / 100) * 65535, 65535),
    clamp(((500 * (fx - fy) + 128) / 255) * 65535, 65535),
    clamp(((200 * (fy - fz) + 128) / 255) * 65535, 65535),
  ];
}

/** The colour of a Recommended Display CIELab Value; colours outside sRGB are clipped. */
export function dicomLabToRgb(lab: Triple): Rgb {
  const lightness = (lab[0] / 65535) * 100;
  const a = (lab[1] / 65535) * 255 - 128;
  const b = (lab[2] / 65535) * 255 - 128;
  const fy = (lightness + 16) / 116;
  const [fx, fz] = [fy + a / 500, fy - b / 200];
  const inverse = (f: number): number => (f ** 3 > EPSILON ? f ** 3 : (116 * f - 16) / KAPPA);
  const y = lightness > KAPPA * EPSILON ? fy ** 3 : lightness / KAPPA;
  const linear = multiply(FROM_XYZ, [inverse(fx) * WHITE[0], y * WHITE[1], inverse(fz) * WHITE[2]]);
  const [red, green, blue] = linear.map((value) => clamp(fromLinear(Math.max(0, value)), 255));
  return [red, green, blue];
}
