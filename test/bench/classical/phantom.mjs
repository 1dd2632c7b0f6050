/**
 * The inputs of the benchmarks: a CT-like phantom (HU, int16) with body, lungs, liver, spine, a tree of vessels and noise,
 * always the same. Raw files, little endian, columns fastest.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const [NX, NY, NZ] = [512, 512, 256];
/** Raised when the phantom changes, so that kept inputs are made again. */
const VERSION = 1;

/** Makes the inputs in `folder` unless they are there. */
export function makeInputs(folder) {
  const done = path.join(folder, `version-${VERSION}`);
  if (existsSync(done)) return;
  mkdirSync(folder, { recursive: true });
  const write = (name, array) =>
    writeFileSync(
      path.join(folder, name),
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
    );
  const random = generator(20240607);
  const whole = paint(random);
  write('ct512.i16', whole.subarray(0, NX * NY * 200));
  const parts = [
    ['ct256', crop(whole, [128, 150, 0], [256, 256, 256])],
    ['ct128', crop(whole, [260, 200, 110], [128, 128, 128])],
    ['slice512', crop(whole, [0, 0, 180], [512, 512, 1])],
  ];
  for (const [name, part] of parts) {
    write(`${name}.i16`, part.voxels);
    write(`${name}-gradient.u8`, gradient(part));
    write(`${name}-markers.u8`, markers(part.size, random));
  }
  writeFileSync(done, '');
}

/** xorshift32 in [0, 1). */
function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state ^= state << 13;
    state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 4294967296;
  };
}

function paint(random) {
  const voxels = new Int16Array(NX * NY * NZ).fill(-1000);
  const ellipsoid = ([cx, cy, cz], [rx, ry, rz], value) => {
    for (let z = Math.max(0, Math.ceil(cz - rz)); z <= Math.min(NZ - 1, cz + rz); z++) {
      for (let y = Math.max(0, Math.ceil(cy - ry)); y <= Math.min(NY - 1, cy + ry); y++) {
        const rest = 1 - ((z - cz) / rz) ** 2 - ((y - cy) / ry) ** 2;
        if (rest <= 0) continue;
        const half = Math.sqrt(rest) * rx;
        const row = NX * (y + NY * z);
        const from = Math.max(0, Math.ceil(cx - half));
        voxels.fill(value, row + from, row + Math.min(NX - 1, Math.floor(cx + half)) + 1);
      }
    }
  };
  const vessel = (at, direction, radius, steps, depth) => {
    let [position, heading] = [at, direction];
    for (let step = 0; step < steps; step++) {
      ellipsoid(position, [radius, radius, radius], 300);
      position = position.map((value, axis) => value + heading[axis]);
      const bent = heading.map((value) => value + (random() - 0.5) * 0.25);
      const norm = Math.hypot(...bent);
      heading = bent.map((value) => value / norm);
      if (depth > 0 && random() < 0.03) {
        const branch = heading.map((value) => value + (random() - 0.5) * 2);
        vessel(position, branch, Math.max(1.6, radius * 0.75), steps * 0.6, depth - 1);
      }
    }
  };
  const long = 1e6;
  ellipsoid([256, 256, 128], [215, 165, long], 40);
  ellipsoid([150, 230, 40], [70, 90, 90], -850);
  ellipsoid([362, 230, 40], [70, 90, 90], -850);
  ellipsoid([330, 250, 185], [110, 85, 75], 100);
  ellipsoid([190, 270, 190], [40, 55, 60], 150);
  ellipsoid([256, 360, 128], [32, 30, long], 500);
  ellipsoid([256, 360, 128], [22, 20, long], 250);
  for (let rib = 0; rib < 14; rib++) {
    const angle = (rib / 14) * Math.PI * 2;
    for (let z = 0; z < NZ; z++) {
      const turn = angle + z * 0.004;
      ellipsoid([256 + 190 * Math.cos(turn), 256 + 142 * Math.sin(turn), z], [9, 7, 2], 700);
    }
  }
  ellipsoid([256, 300, 128], [14, 14, long], 300);
  for (let branch = 0; branch < 10; branch++) {
    const heading = [random() - 0.5, -random(), (random() - 0.5) * 2];
    vessel([256, 300, 20 + branch * 22], heading, 5, 110, 3);
  }
  addNoise(voxels, random);
  return voxels;
}

/** Gaussian noise of 18 HU (Box-Muller). */
function addNoise(voxels, random) {
  for (let at = 0; at < voxels.length; at += 2) {
    const radius = Math.sqrt(-2 * Math.log(random() + 1e-9)) * 18;
    const angle = random() * 2 * Math.PI;
    voxels[at] = Math.round(voxels[at] + radius * Math.cos(angle));
    voxels[at + 1] = Math.round(voxels[at + 1] + radius * Math.sin(angle));
  }
}

function crop(whole, [x0, y0, z0], size) {
  const voxels = new Int16Array(size[0] * size[1] * size[2]);
  for (let z = 0; z < size[2]; z++) {
    for (let y = 0; y < size[1]; y++) {
      const from = x0 + NX * (y + y0 + NY * (z + z0));
      voxels.set(whole.subarray(from, from + size[0]), size[0] * (y + size[1] * z));
    }
  }
  return { size, voxels };
}

/** Central differences, a third of their length, at most 255. */
function gradient({ size: [nx, ny, nz], voxels }) {
  const out = new Uint8Array(voxels.length);
  const clamp = (value, extent) => Math.min(Math.max(value, 0), extent - 1);
  const at = (x, y, z) => voxels[clamp(x, nx) + nx * (clamp(y, ny) + ny * clamp(z, nz))];
  for (let z = 0, to = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        const dx = at(x + 1, y, z) - at(x - 1, y, z);
        const dy = at(x, y + 1, z) - at(x, y - 1, z);
        const dz = at(x, y, z + 1) - at(x, y, z - 1);
        out[to++] = Math.min(255, Math.sqrt(dx * dx + dy * dy + dz * dz) / 3);
      }
    }
  }
  return out;
}

/** 24 balls of radius 3 with labels 1 … 24. */
function markers([nx, ny, nz], random) {
  const out = new Uint8Array(nx * ny * nz);
  for (let label = 1; label <= 24; label++) {
    const centre = [nx, ny, nz].map((extent) =>
      extent > 8 ? 4 + Math.floor(random() * (extent - 8)) : 0
    );
    const reach = nz > 1 ? 3 : 0;
    for (let dz = -reach; dz <= reach; dz++) {
      for (let dy = -3; dy <= 3; dy++) {
        for (let dx = -3; dx <= 3; dx++) {
          if (dx * dx + dy * dy + dz * dz > 9) continue;
          out[centre[0] + dx + nx * (centre[1] + dy + ny * (centre[2] + dz))] = label;
        }
      }
    }
  }
  return out;
}
