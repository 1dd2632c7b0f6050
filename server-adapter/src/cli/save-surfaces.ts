/**
 * @file The surfaces of segments as STL files: one file for one segment, otherwise one for each, numbered like it.
 */
import type { LabelVolume } from '@cordon/extension-workbench/pure';
import { encodeStl, segmentSurface } from '@cordon/extension-dicom-seg/pure';
import { requireWritable, writeOutput } from './files';
import type { Narrator } from './terminal';

export const isStlName = (name: string): boolean => /\.stl$/i.test(name);

/** Writes the surfaces and returns the names of the files. A segment without voxels has none; it is said. */
export async function saveSurfaces(
  file: string,
  labels: LabelVolume,
  narrator: Narrator
): Promise<readonly string[]> {
  const written: string[] = [];
  for (const segment of labels.segments) {
    const surface = segmentSurface(labels, segment);
    if (surface.triangles.length === 0) {
      narrator.warn(`segment ${segment.number} "${segment.label}" has no voxels: no surface`);
      continue;
    }
    const name =
      labels.segments.length === 1 ? file : file.replace(/(\.stl)$/i, `-${segment.number}$1`);
    await requireWritable(name);
    await writeOutput(name, [encodeStl(surface, segment.label)]);
    written.push(name);
  }
  return written;
}
