// Rows of a grid (nx, ny, nz) around a voxel row, border values repeated outwards. `planar` slices know no neighbours.

/** Index of the first voxel of row (y, z), both moved into the grid. */
// @inline
export function rowAt(nx: i32, ny: i32, nz: i32, y: i32, z: i32): usize {
  const row = y < 0 ? 0 : y >= ny ? ny - 1 : y;
  const slice = z < 0 ? 0 : z >= nz ? nz - 1 : z;
  return <usize>(row + ny * slice) * <usize>nx;
}

/** Four voxels as float32. */
// @inline
export function four<T>(at: usize): v128 {
  if (isFloat<T>()) return v128.load(at);
  if (sizeof<T>() == 1) {
    return f32x4.convert_i32x4_u(
      i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(at)))
    );
  }
  if (isSigned<T>()) return f32x4.convert_i32x4_s(v128.load_ext<i16>(at));
  return f32x4.convert_i32x4_s(v128.load_ext<u16>(at));
}
