/**
 * @file `cordon methods`: what can be run, with its parameters.
 */
import {
  parameterFields,
  toCordonError,
  type ParameterField,
  type SegmentationMethod,
} from '@cordon/extension-workbench/pure';
import { allMethods, type Installation } from './method-list';
import { Narrator, printJson, printLine, type Terminal } from './terminal';

export async function methodsCommand(
  options: { readonly json?: boolean; readonly extension?: readonly string[] },
  terminal: Terminal,
  installation: Installation
): Promise<void> {
  const methods = (await allMethods(installation, options.extension))
    .list()
    .map(({ method }) => method);
  const narrator = new Narrator(terminal);
  const usable = methods.filter((method) => isReadable(method, narrator));
  if (options.json) printJson(terminal, usable.map(describe));
  else
    usable.forEach((method) => {
      printMethod(method, terminal);
    });
}

/** The schema of another vendor's method may fail: the others are listed all the same. */
function isReadable(method: SegmentationMethod, narrator: Narrator): boolean {
  try {
    parameterFields(method.parameters);
    return true;
  } catch (error) {
    narrator.warn(`${method.id} cannot be used: ${toCordonError(error).why}`);
    return false;
  }
}

function describe(method: SegmentationMethod) {
  const { id, version, title, summary, family, group, citation, inputs, outputs } = method;
  const parameters = parameterFields(method.parameters);
  return { id, version, title, summary, family, group, citation, parameters, inputs, outputs };
}

function printMethod(method: SegmentationMethod, terminal: Terminal): void {
  const { inputs } = method;
  printLine(terminal, `${method.id} — ${method.title}. ${method.summary}`);
  const indented = (text: string) => {
    terminal.out(`    ${text}\n`);
  };
  const needs = [
    ...(inputs.prompts.length > 0 ? [`prompts: ${inputs.prompts.join(', ')}`] : []),
    ...(inputs.requiredPrompts?.length ? [`needs: ${inputs.requiredPrompts.join(', ')}`] : []),
    ...(inputs.segment === 'none' ? [] : [`segment: ${inputs.segment}`]),
    `works on: ${inputs.regions.join(', ')}`,
  ];
  indented(needs.join('; '));
  for (const field of parameterFields(method.parameters)) indented(parameterLine(field));
}

function parameterLine(field: ParameterField): string {
  const unit =
    field.unit === '' || field.unit === '1'
      ? ''
      : ` ${field.unit === 'modality' ? '(unit of the image)' : field.unit}`;
  return `--param ${field.name}=${field.default}${unit}${allowed(field)}  ${field.description}`;
}

function allowed(field: ParameterField): string {
  switch (field.kind) {
    case 'choice':
      return ` [${field.choices.join(' | ')}]`;
    case 'boolean':
      return ' [true | false]';
    case 'number': {
      const { min, max } = field;
      return min === undefined && max === undefined ? '' : ` [${min ?? '…'} to ${max ?? '…'}]`;
    }
    case 'text':
      return '';
  }
}
