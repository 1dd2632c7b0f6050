/**
 * @file The command line: reads the arguments, runs one command, turns every failure into one line and an exit status.
 */
import {
  abortError,
  isAbort,
  toCordonError,
  type CordonError,
} from '@cordon/extension-workbench/pure';
import { SOFTWARE_VERSION } from '@cordon/extension-dicom-seg/pure';
import { Command, CommanderError, Option } from 'commander';
import type { ConvertOptions } from './convert';
import type { ReportOptions } from './report';
import type { RerunOptions } from './rerun';
import type { Installation } from './method-list';
import type { SegmentOptions } from './segment';
import type { ServeCommandOptions } from './serve';
import { printable, type Terminal } from './terminal';
import { isUsageError, usageError } from './usage';

export type ExitStatus = 0 | 1 | 2;

/** Runs one command line. Never throws: what went wrong stands on stderr. */
export async function main(
  args: readonly string[],
  terminal: Terminal,
  installation: Installation
): Promise<ExitStatus> {
  try {
    await createProgram(terminal, installation).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const shown = error instanceof CommanderError ? misuse(error) : toError(error, terminal);
    terminal.err(`${terminal.isInteractive ? '\r\u001b[K' : ''}${printable(shown.toLine())}\n`);
    if (terminal.environment.CORDON_DEBUG === '1' && error instanceof Error)
      terminal.err(`${error.stack}\n`);
    return isUsageError(shown) ? 2 : 1;
  }
}

function toError(error: unknown, terminal: Terminal): CordonError {
  return terminal.signal.aborted || isAbort(error) ? abortError() : toCordonError(error);
}

/** What commander could not understand. Its messages begin with `error: `. */
function misuse(error: CommanderError): CordonError {
  const text = error.message
    .replace(/^error: /, '')
    .replace(/\s+/g, ' ')
    .trim();
  const what = text === '(outputHelp)' ? 'a command is missing' : text;
  return usageError('The command cannot be understood', what, 'see cordon --help');
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  value,
];

const CHANNEL_HELP =
  'further image of a method that takes several, as T2=folder or T2=UID; may be repeated';
const SERIES_HELP =
  'Series Instance UID, when there are several and the segmentation does not tell';
const EXTENSION_HELP = "module of another vendor's extension that exports methods; may be repeated";

/** The commands. Each loads its code when it is run, so that `--help` is quick. */
function createProgram(terminal: Terminal, installation: Installation): Command {
  const program = new Command('cordon')
    .description('Segments medical images and writes DICOM SEG. Not for diagnostic use.')
    .version(SOFTWARE_VERSION)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: terminal.out,
      // Errors are printed once, by main.
      writeErr: () => undefined,
      outputError: () => undefined,
    });

  program
    .command('serve')
    .description('serve viewer, plugin and DICOMweb at one address')
    .option('--port <number>', 'port; 0 takes a free one', '3000')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1, this computer only)')
    .option('--dicomweb <url>', 'take the images from this DICOMweb archive')
    .option('--archive <dir>', 'folder of the embedded archive')
    .option(
      '--import <dir>',
      'copy the DICOM files of a folder into the archive; may be repeated',
      collect
    )
    .action(async (options: ServeCommandOptions) => {
      const { serveCommand } = await import('./serve');
      await serveCommand(options, terminal, installation);
    });

  program
    .command('methods')
    .description('list the methods with their parameters')
    .option('--extension <file>', EXTENSION_HELP, collect)
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean; extension?: readonly string[] }) => {
      const { methodsCommand } = await import('./methods');
      await methodsCommand(options, terminal, installation);
    });

  addSegment(program, terminal, installation);

  program
    .command('info')
    .description('say what a file is: segments, codes, geometry, references, recipe')
    .argument('<file>', 'DICOM object or NIfTI volume')
    .option('--json', 'as JSON')
    .action(async (file: string, options: { json?: boolean }) => {
      const { infoCommand } = await import('./info');
      await infoCommand(file, options, terminal);
    });

  program
    .command('compare')
    .description('compare two segmentations: Dice, Jaccard, HD95, ASSD, volumes')
    .argument('<reference>', 'DICOM SEG or NIfTI labels')
    .argument('<candidate>', 'DICOM SEG or NIfTI labels')
    .option('--json', 'as JSON')
    .action(async (reference: string, candidate: string, options: { json?: boolean }) => {
      const { compareCommand } = await import('./compare');
      await compareCommand(reference, candidate, options, terminal);
    });

  program
    .command('convert')
    .description(
      'convert a segmentation between DICOM SEG and NIfTI, from RTSTRUCT, or to STL surfaces'
    )
    .argument('<in>', 'DICOM SEG, RT Structure Set or NIfTI labels')
    .argument('<out>', '.nii, .nii.gz, .stl, .dcm or dicomweb:URL')
    .option('--source <dir>', 'the image series; required when OUT is a SEG or IN a structure set')
    .option('--series <uid>', SERIES_HELP)
    .action(async (inFile: string, outFile: string, options: ConvertOptions) => {
      const { convertCommand } = await import('./convert');
      await convertCommand(inFile, outFile, options, terminal);
    });

  program
    .command('rerun')
    .description('make a segmentation again from the recipe in it')
    .argument('<seg>', 'DICOM SEG with a recipe')
    .requiredOption('--input <path...>', 'the image series that it was made from')
    .option('--series <uid>', 'Series Instance UID, when there are several')
    .option('--channel <name=path>', CHANNEL_HELP, collect)
    .requiredOption('--output <path>', '.dcm, .nii, .nii.gz or dicomweb:URL')
    .option('--extension <file>', EXTENSION_HELP, collect)
    .action(async (seg: string, options: RerunOptions) => {
      const { rerunCommand } = await import('./rerun');
      await rerunCommand(seg, options, terminal, installation);
    });

  program
    .command('report')
    .description('measure a segmentation and write a DICOM structured report (TID 1500)')
    .argument('<seg>', 'DICOM SEG')
    .requiredOption('--input <path...>', 'the image series that it was made from')
    .option('--series <uid>', SERIES_HELP)
    .requiredOption('--output <path>', '.dcm or dicomweb:URL')
    .option('--observer <name>', 'who measured, as Family^Given')
    .action(async (seg: string, options: ReportOptions) => {
      const { reportCommand } = await import('./report');
      await reportCommand(seg, options, terminal);
    });

  const models = program
    .command('models')
    .description('list the networks of this installation')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      const { modelsCommand } = await import('./models');
      await modelsCommand(options, terminal, installation);
    });
  models
    .command('verify')
    .description('check that model files are those that were published')
    .argument('[id...]', 'models; all when none is named')
    .action(async (ids: readonly string[]) => {
      const { verifyModelsCommand } = await import('./models');
      await verifyModelsCommand(ids, terminal, installation);
    });

  return program;
}

function addSegment(program: Command, terminal: Terminal, installation: Installation): void {
  program
    .command('segment')
    .description('segment an image with one method')
    .requiredOption('--method <id>', 'see cordon methods')
    .option('--extension <file>', EXTENSION_HELP, collect)
    .option('--input <path...>', 'folder or files of a DICOM series, or one NIfTI image')
    .option('--dicomweb <url>', 'DICOMweb root of an archive; needs --study and --series')
    .option('--study <uid>', 'Study Instance UID')
    .option('--series <uid>', 'Series Instance UID')
    .option('--channel <name=path>', CHANNEL_HELP, collect)
    .requiredOption('--output <path>', '.dcm (DICOM SEG), .nii, .nii.gz or dicomweb:URL')
    .option('--param <name=value>', 'parameter of the method; may be repeated', collect)
    .option(
      '--seed <i,j,k>',
      'voxel of the target: column, row, slice from 0; may be repeated',
      collect
    )
    .option('--seed-background <i,j,k>', 'voxel of the background; may be repeated', collect)
    .option('--markers <file>', 'labels that mark voxels: n marks target n, 255 background')
    .option('--box <i0,j0,k0,i1,j1,k1>', 'first voxel inside, first voxel beyond')
    .option('--slice <k>', 'work on this slice only')
    .option('--segment <file>', 'the segment to start from: a file with one, or FILE#NUMBER')
    .option('--label <text>', 'name of the segment')
    .option('--code <scheme:value:meaning>', 'what the segment is, for example SCT:10200004:Liver')
    .addOption(
      new Option('--encoding <kind>', 'of DICOM SEG').choices(['binary', 'labelmap', 'fractional'])
    )
    .addOption(
      new Option(
        '--engine <kind>',
        'of a network: wasm gives the results of the browser, native is faster (onnxruntime-node)'
      ).choices(['wasm', 'native'])
    )
    .option('--volumes <file>', 'also write volumes as CSV, left beside right')
    .option('--json', 'report as JSON')
    .action(async (options: SegmentOptions) => {
      const { segmentCommand } = await import('./segment');
      await segmentCommand(options, terminal, installation);
    });
}
