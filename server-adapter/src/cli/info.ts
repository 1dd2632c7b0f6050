/**
 * @file `cordon info`: what a file is. For a segmentation its segments, codes, grid, references and recipes, for
 * a structure set its ROIs, for a report its measurements.
 */
import { CordonError, type Recipe } from '@cordon/extension-workbench/pure';
import {
  readMeasurementReport,
  readSegmentation,
  segmentationInfo,
  type MeasurementReport,
  type ObjectInfo,
} from '@cordon/extension-dicom-seg/pure';
import { gridOf } from '../nifti/affine';
import { looksLikeNifti, readNiftiHeader } from '../nifti/read-nifti';
import { readInput } from './files';
import { isNiftiName } from './load-input';
import { recipeOf } from './make-recipe';
import { printJson, printLine, type Terminal } from './terminal';

export async function infoCommand(
  file: string,
  options: { readonly json?: boolean },
  terminal: Terminal
): Promise<void> {
  const bytes = await readInput(file);
  if (isNiftiName(file) || looksLikeNifti(bytes)) {
    const info = niftiInfo(bytes);
    if (options.json) printJson(terminal, info);
    else printFields(info, terminal);
    return;
  }
  const info = await segmentationInfo(bytes);
  if (info.kind === 'report') {
    printReport(info, bytes, options, terminal);
    return;
  }
  const recipes = info.kind === 'segmentation' ? await recipesIn(bytes) : [];
  if (options.json) printJson(terminal, withRecipes(info, recipes));
  else printObject(info, recipes, terminal);
}

/** A report of another template is described by its header alone. */
function printReport(
  info: ObjectInfo,
  bytes: Uint8Array,
  options: { readonly json?: boolean },
  terminal: Terminal
): void {
  const report = measurementsIn(bytes);
  if (options.json) {
    printJson(terminal, { ...info, report });
    return;
  }
  printObject(info, [], terminal);
  for (const { trackingId, finding, segment, measurements } of report?.groups ?? []) {
    const of = segment ? ` (segment ${segment.segmentNumber} of ${segment.sopInstanceUid})` : '';
    printLine(terminal, `${trackingId}: ${finding?.meaning ?? ''}${of}`);
    for (const { name, derivation, value, unit } of measurements) {
      const what = derivation ? `${name.meaning}, ${derivation.meaning}` : name.meaning;
      printLine(terminal, `    ${what}: ${value} ${unit.value}`);
    }
  }
}

function measurementsIn(bytes: Uint8Array): MeasurementReport | undefined {
  try {
    return readMeasurementReport(bytes);
  } catch (error) {
    if (error instanceof CordonError && error.code === 'SR_NOT_A_REPORT') return undefined;
    throw error;
  }
}

interface NumberedRecipe {
  readonly number: number;
  readonly recipe: Recipe;
}

async function recipesIn(bytes: Uint8Array): Promise<readonly NumberedRecipe[]> {
  const { labels } = await readSegmentation(bytes);
  return labels.segments.flatMap((segment) => {
    const recipe = recipeOf(segment);
    return recipe ? [{ number: segment.number, recipe }] : [];
  });
}

function withRecipes(info: ObjectInfo, recipes: readonly NumberedRecipe[]) {
  const { segmentation } = info;
  if (!segmentation) return info;
  const segments = segmentation.segments.map((segment) => ({
    ...segment,
    recipe: recipes.find(({ number }) => number === segment.number)?.recipe,
  }));
  return { ...info, segmentation: { ...segmentation, segments } };
}

function niftiInfo(bytes: Uint8Array) {
  const header = readNiftiHeader(bytes);
  const { geometry, warnings } = gridOf(header.space, header.size);
  return {
    kind: 'nifti',
    size: header.size,
    volumes: header.volumes,
    datatype: header.datatype,
    slope: header.slope,
    intercept: header.intercept,
    spacingMm: geometry.spacingMm,
    qformCode: header.space.qformCode,
    sformCode: header.space.sformCode,
    warnings,
  };
}

function printFields(info: object, terminal: Terminal): void {
  for (const [name, value] of Object.entries(info)) {
    printLine(terminal, `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`);
  }
}

function printObject(
  info: ObjectInfo,
  recipes: readonly NumberedRecipe[],
  terminal: Terminal
): void {
  const print = (text: string) => {
    printLine(terminal, text);
  };
  const { segmentation, rois, ...plain } = info;
  printFields(
    Object.fromEntries(
      Object.entries(plain).filter(([, value]) => value !== undefined && value !== '')
    ),
    terminal
  );
  for (const { number, name, contours, algorithm } of rois ?? []) {
    print(`${number} ${name}: ${contours} contours ${algorithm}`.trimEnd());
  }
  if (!segmentation) return;
  const { size, spacingMm, isEven } = segmentation;
  print(`encoding: ${segmentation.encoding}, ${segmentation.frames} frames`);
  print(
    `grid: ${size.join(' × ')} voxels of ${spacingMm.map((mm) => mm.toFixed(3)).join(' × ')} mm${isEven ? '' : ', unevenly spaced'}`
  );
  for (const { seriesInstanceUid, instances } of segmentation.references) {
    print(`made from: series ${seriesInstanceUid}, ${instances} images`);
  }
  if (segmentation.predecessor) print(`follows: ${segmentation.predecessor}`);
  for (const segment of segmentation.segments) {
    print(
      `${segment.number} ${segment.label}: ${segment.voxels} voxels, ${segment.volumeMl.toFixed(2)} ml`
    );
    print(
      `    ${segment.category} / ${segment.type} ${segment.modifiers.join(' ')} ${segment.region}`
    );
    print(`    ${segment.algorithmType} ${segment.algorithm}`);
    const recipe = recipes.find(({ number }) => number === segment.number)?.recipe;
    if (recipe)
      print(
        `    recipe: ${recipe.steps.map(stepText).join(' → ')}${recipe.handEdited ? ' → edited by hand' : ''}`
      );
  }
  for (const { text } of segmentation.notices) print(`note: ${text}`);
}

const stepText = ({ method, version, parameters }: Recipe['steps'][number]): string =>
  `${method} ${version} (${Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')})`;
