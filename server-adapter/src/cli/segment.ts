/**
 * @file `cordon segment`: one run of a method on one image, stored as asked.
 */
import {
  CordonError,
  hasPrompts,
  parseParameters as completeParameters,
  requireMemory,
  runMethod,
  segmentMask,
  segmentStatistics,
  WASM_LIMIT_BYTES,
  type LabelVolume,
  type MethodResult,
  type RecipeStep,
  type SegmentationMethod,
} from '@cordon/extension-workbench/pure';
import type { SegmentationEncoding } from '@cordon/extension-dicom-seg/pure';
import { channelPaths, imagesOf, loadChannels, recipeChannels, requireChannels } from './channels';
import { loadInput, type InputOptions, type LoadedInput } from './load-input';
import { loadLabels } from './load-labels';
import { recipeSource, recipeText, stepsBefore } from './make-recipe';
import { allMethods, type EngineChoice, type Installation } from './method-list';
import { ontoInput, readPrompts, readRegion, type PromptOptions } from './prompts';
import {
  labelsOf,
  nothingToSave,
  probabilitiesOf,
  wholeMap,
  type DescribeOptions,
} from './results';
import {
  parseDestination,
  prepareDestination,
  prepareVolumes,
  requireDicomSource,
  saveNiftiLabels,
  saveNiftiMap,
  saveSegmentation,
  type Destination,
} from './save-output';
import { Narrator, printJson, printLine, type Terminal } from './terminal';
import { saveVolumes } from './save-volumes';
import { parseCode, parseParameters, usageError } from './usage';

export interface SegmentOptions extends InputOptions, PromptOptions {
  readonly method: string;
  /** Files of other vendors' extensions. */
  readonly extension?: readonly string[];
  readonly output: string;
  /** Further images, `NAME=PATH` or `NAME=UID`. */
  readonly channel?: readonly string[];
  readonly param?: readonly string[];
  readonly markers?: string;
  readonly segment?: string;
  readonly label?: string;
  readonly code?: string;
  readonly encoding?: SegmentationEncoding;
  /** What runs a network. */
  readonly engine?: EngineChoice;
  /** CSV file of volumes, left beside right. */
  readonly volumes?: string;
  readonly json?: boolean;
}

/** What `--json` prints. */
export interface SegmentReport {
  readonly method: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly milliseconds: {
    readonly read: number;
    readonly compute: number;
    readonly write: number;
  };
  readonly segments: readonly {
    readonly number: number;
    readonly label: string;
    readonly voxels: number;
    readonly volumeMl: number;
  }[];
  readonly output: string;
  readonly warnings: readonly string[];
}

export async function segmentCommand(
  options: SegmentOptions,
  terminal: Terminal,
  installation: Installation
): Promise<void> {
  const narrator = new Narrator(terminal);
  const methods = await allMethods(installation, options.extension, options.engine);
  const { method } = methods.get(options.method);
  await requireEngine(method, options.engine);
  const destination = parseDestination(options.output);
  requireChannels(method, options.channel ?? []);
  const values = parseParameters(method.parameters, options.param ?? []);
  const parameters = completeParameters(method, values) as typeof values;
  if (options.volumes !== undefined) requireLabels(method, parameters);
  const wishes = {
    label: options.label,
    code: options.code === undefined ? undefined : parseCode(options.code),
  };
  const inputs = pathsRead(options);
  await prepareDestination(destination, inputs);
  if (options.volumes !== undefined) await prepareVolumes(options.volumes, destination, inputs);

  const started = performance.now();
  const input = await loadInput(options, terminal, narrator);
  requireDicomSource(destination, input);
  requireFit(method, input, narrator);
  const channels = await loadChannels(options, input, terminal, narrator);
  const given =
    options.segment === undefined
      ? undefined
      : await givenSegment(options.segment, input, narrator);
  requireSegment(method, options.segment);
  const markers =
    options.markers === undefined ? undefined : await labelsOn(options.markers, input, narrator);
  const prompts = readPrompts(method, options, markers, input);
  const region = readRegion(method, options, input);
  requireMemory(method, workSize(input, region, 1 + channels.length), WASM_LIMIT_BYTES);
  const read = performance.now();

  const request = { prompts, parameters, region, segment: given?.mask };
  const context = { signal: terminal.signal, onProgress: narrator.progress };
  const result = await terminal.whileComputing(() =>
    runMethod(method, { channels: imagesOf(method, input.volume, channels) }, request, context)
  );
  narrator.warn(...result.warnings);
  const computed = performance.now();

  const facts = {
    method,
    parameters,
    prompts,
    region,
    before: given?.steps ?? [],
    source: recipeSource(input),
    model: method.model,
    channels: recipeChannels(channels),
    runtime: result.runtime?.provider,
  };
  const describe: DescribeOptions = {
    method,
    wishes,
    isAutomatic: !hasPrompts(prompts) && !given,
    recipeOf: (label) => recipeText(facts, label),
  };
  const labels = await save(
    destination,
    input,
    result,
    describe,
    options.encoding,
    terminal,
    narrator
  );
  if (options.volumes !== undefined) {
    if (labels) await saveVolumes(options.volumes, labels);
    else narrator.warn('There are no segments, so that no volumes were written.');
  }
  const written = performance.now();
  narrator.clearProgress();

  const report: SegmentReport = {
    method: method.id,
    parameters,
    milliseconds: {
      read: Math.round(read - started),
      compute: Math.round(computed - read),
      write: Math.round(written - computed),
    },
    segments: labels ? measured(labels) : [],
    output: options.output,
    warnings: narrator.warnings,
  };
  if (options.json) printJson(terminal, report);
  else printReport(report, result, terminal);
}

async function save(
  destination: Destination,
  input: LoadedInput,
  result: MethodResult,
  describe: DescribeOptions,
  encoding: SegmentationEncoding = 'binary',
  terminal: Terminal,
  narrator: Narrator
): Promise<LabelVolume | undefined> {
  const { geometry } = input.volume;
  const { method } = describe;
  const labels = result.labels && labelsOf(geometry, result.labels, describe);
  const template = input.kind === 'nifti' ? input.template : undefined;
  if (destination.kind === 'nifti') {
    if (labels && encoding !== 'fractional') {
      if (isEmpty(labels)) narrator.warn('No voxel belongs to a segment.');
      await saveNiftiLabels(destination.file, labels, template, narrator);
      return labels;
    }
    const [map] = [
      ...(result.probabilities ?? []),
      ...(result.scalarMap ? [result.scalarMap] : []),
    ];
    if (!map) throw nothingToSave(method, 'it has neither labels nor a map of values');
    await saveNiftiMap(
      destination.file,
      { geometry, voxels: wholeMap(geometry, map) },
      template,
      narrator
    );
    return labels;
  }
  if (input.kind !== 'dicom') return undefined; // refused before the work began
  if (!labels) throw nothingToSave(method, 'it has no labels, and DICOM SEG holds nothing else');
  const probabilities =
    encoding === 'fractional' ? probabilitiesOf(geometry, result, describe) : [];
  if (encoding === 'fractional' && probabilities.length !== labels.segments.length) {
    throw nothingToSave(method, 'it gives no probabilities, which the fractional encoding needs');
  }
  const { series } = input;
  const toSave = { series, labels, probabilities, encoding, seriesDescription: method.title };
  await saveSegmentation(destination, toSave, terminal, narrator);
  return labels;
}

const isEmpty = (labels: LabelVolume): boolean =>
  labels.layers.every((layer) => layer.every((value) => value === 0));

const measured = (labels: LabelVolume): SegmentReport['segments'] =>
  segmentStatistics(labels).map(({ number, voxels, volumeMl }, index) => ({
    number,
    label: labels.segments[index].label,
    voxels,
    volumeMl,
  }));

function workSize(
  input: LoadedInput,
  region: Parameters<typeof requireMemory>[1]['region'],
  channels: number
) {
  const { geometry, voxels } = input.volume;
  return { size: geometry.size, channels, bytesPerVoxel: voxels.BYTES_PER_ELEMENT, region };
}

/** A NIfTI file does not say its modality, so that a method that asks for one is only warned about. */
function requireFit(method: SegmentationMethod, input: LoadedInput, narrator: Narrator): void {
  const series = input.kind === 'dicom' ? input.series : undefined;
  const fit = method.fits({
    modality: input.volume.modality,
    geometry: input.volume.geometry,
    bodyPart: series?.bodyPart ?? '',
    description: series?.seriesDescription ?? '',
  });
  if (fit.fits) return;
  if (!series) {
    narrator.warn(`"${method.id}" may not suit this image: ${fit.reason}`);
    return;
  }
  throw new CordonError({
    code: 'METHOD_UNSUITABLE',
    what: `"${method.id}" does not suit this series`,
    why: fit.reason,
    remedy: 'choose another method or another series',
  });
}

/** An engine that was asked for is there, before the work begins. Throws `USAGE` or `ENGINE_MISSING`. */
async function requireEngine(
  { id, family }: SegmentationMethod,
  engine: EngineChoice | undefined
): Promise<void> {
  if (engine !== 'native') return;
  if (family !== 'neural') {
    throw usageError('--engine is of no use here', `"${id}" is no network`, 'leave it out');
  }
  const { loadNativeRuntime } = await import('./native-engine');
  await loadNativeRuntime();
}

function requireLabels(
  { id, outputs, labelsWhen }: SegmentationMethod,
  parameters: Readonly<Record<string, unknown>>
): void {
  const holds = !labelsWhen || labelsWhen.is.includes(String(parameters[labelsWhen.parameter]));
  if (outputs.includes('labels') && holds) return;
  throw usageError(
    '--volumes is of no use here',
    `"${id}" gives no segments with these parameters`,
    'leave it out'
  );
}

function requireSegment(method: SegmentationMethod, file: string | undefined): void {
  const { segment } = method.inputs;
  if (segment === 'required' && file === undefined) {
    throw usageError(`"${method.id}" cannot start`, 'it works on a segment', 'give --segment FILE');
  }
  if (segment === 'none' && file !== undefined) {
    throw usageError(
      '--segment is of no use here',
      `"${method.id}" starts from the image alone`,
      'leave it out'
    );
  }
}

interface GivenSegment {
  readonly mask: Uint8Array;
  readonly steps: readonly RecipeStep[];
}

async function labelsOn(
  file: string,
  input: LoadedInput,
  narrator: Narrator
): Promise<LabelVolume> {
  const series = input.kind === 'dicom' ? input.series : undefined;
  const { labels } = await loadLabels(file, narrator, series);
  return ontoInput(labels, input);
}

/** Every file and folder that is read. */
const pathsRead = ({ input, markers, segment, channel, extension }: SegmentOptions) => [
  ...(input ?? []),
  ...(markers === undefined ? [] : [markers]),
  ...(segment === undefined ? [] : [parseSegment(segment).file]),
  ...channelPaths(channel),
  ...(extension ?? []),
];

/** `FILE` with one segment, or `FILE#NUMBER`. */
function parseSegment(text: string): { readonly file: string; readonly number?: string } {
  const [, file, number] = /^(.*?)(?:#(\d+))?$/s.exec(text) ?? [text, text, undefined];
  return { file, number };
}

async function givenSegment(
  text: string,
  input: LoadedInput,
  narrator: Narrator
): Promise<GivenSegment> {
  const { file, number } = parseSegment(text);
  const labels = await labelsOn(file, input, narrator);
  const { segments } = labels;
  const chosen =
    number === undefined
      ? segments.length === 1
        ? segments[0]
        : undefined
      : segments.find((segment) => segment.number === Number(number));
  if (!chosen) {
    const list = segments.map((segment) => `${segment.number} (${segment.label})`).join(', ');
    throw usageError(
      '--segment does not name one segment',
      `${file} holds: ${list || 'none'}`,
      'give FILE#NUMBER'
    );
  }
  const mask = segmentMask(labels, chosen);
  return { mask, steps: stepsBefore(chosen, mask) };
}

function printReport(report: SegmentReport, result: MethodResult, terminal: Terminal): void {
  for (const { name, value, unit } of result.values)
    printLine(terminal, `${name}: ${value} ${unit}`);
  for (const { number, label, voxels, volumeMl } of report.segments) {
    printLine(terminal, `${number} ${label}: ${voxels} voxels, ${volumeMl.toFixed(2)} ml`);
  }
  if (result.runtime) printLine(terminal, `Ran on ${result.runtime.title}.`);
  const { read, compute, write } = report.milliseconds;
  printLine(
    terminal,
    `${report.output} (read ${read} ms, computed ${compute} ms, written ${write} ms)`
  );
}
