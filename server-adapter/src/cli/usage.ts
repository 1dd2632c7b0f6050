/**
 * @file Reading of option values. What cannot be understood is wrong use of the program (exit status 2).
 */
import {
  code,
  CordonError,
  parameterFields,
  type Box,
  type CodedConcept,
  type ParameterField,
  type ParameterSchema,
  type Vec3,
} from '@cordon/extension-workbench/pure';
import { isUid } from '@cordon/extension-dicom-seg/pure';

/** An error of the person who typed the command. */
export const usageError = (what: string, why: string, remedy: string): CordonError =>
  new CordonError({ code: 'USAGE', what, why, remedy });

/** Codes of errors that are wrong use, wherever they are found out. */
const USAGE_CODES: ReadonlySet<string> = new Set(['USAGE', 'METHOD_UNKNOWN', 'PARAMETER_INVALID']);

export const isUsageError = (error: CordonError): boolean => USAGE_CODES.has(error.code);

function integers(text: string, count: number): readonly number[] | undefined {
  const parts = text.split(',').map((part) => part.trim());
  const numbers = parts.map(Number);
  const areWhole =
    parts.every((part) => /^[+-]?\d+$/.test(part)) && numbers.every(Number.isSafeInteger);
  return numbers.length === count && areWhole ? numbers : undefined;
}

/** `i,j,k` as a voxel index. */
export function parseIjk(option: string, text: string): Vec3 {
  const numbers = integers(text, 3);
  if (numbers) return [numbers[0], numbers[1], numbers[2]];
  throw usageError(
    `${option} cannot be understood`,
    `"${text}" is not a voxel index`,
    'give column, row and slice from 0, as in 120,80,5'
  );
}

/** `i0,j0,k0,i1,j1,k1`: the first voxel inside and the first beyond. */
export function parseBox(text: string): Box {
  const numbers = integers(text, 6);
  if (!numbers) {
    throw usageError(
      '--box cannot be understood',
      `"${text}" is not six whole numbers`,
      'give i0,j0,k0,i1,j1,k1: the first voxel inside and the first beyond'
    );
  }
  const [i0, j0, k0, i1, j1, k1] = numbers;
  if (i1 <= i0 || j1 <= j0 || k1 <= k0) {
    throw usageError(
      '--box is empty',
      `it ends at ${i1},${j1},${k1}, which is not beyond its first voxel ${i0},${j0},${k0}`,
      'give the first voxel inside, then the first beyond'
    );
  }
  return { fromIjk: [i0, j0, k0], toIjk: [i1, j1, k1] };
}

/** A number from 0. */
export function parseIndex(option: string, text: string): number {
  const numbers = integers(text, 1);
  if (numbers && numbers[0] >= 0) return numbers[0];
  throw usageError(
    `${option} cannot be understood`,
    `"${text}" is not a number from 0`,
    'give a number from 0'
  );
}

/** `SCHEME:VALUE:MEANING`; the meaning may hold colons. */
export function parseCode(text: string): CodedConcept {
  const found = /^([^:]+):([^:]+):(.+)$/s.exec(text.trim());
  const [scheme, value, meaning] = (found?.slice(1) ?? []).map((part) => part.trim());
  if (found && scheme && value && meaning) return code(value, scheme, meaning);
  throw usageError(
    '--code cannot be understood',
    `"${text}" is not SCHEME:VALUE:MEANING`,
    'give for example SCT:10200004:Liver'
  );
}

/** A UID as DICOM writes it. */
export function parseUid(option: string, text: string): string {
  if (isUid(text)) return text;
  throw usageError(
    `${option} cannot be understood`,
    `"${text}" is not a UID`,
    'give digits and dots, as in 1.2.840.1'
  );
}

/** The address of a DICOMweb root. */
export function parseRootUrl(option: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) {
    if (url.username === '' && url.password === '') return text.replace(/\/+$/, '');
    throw usageError(
      `${option} is refused`,
      'the address holds a user or password, which would show up in process lists and logs',
      'leave them out; give a bearer token in CORDON_TOKEN'
    );
  }
  throw usageError(
    `${option} cannot be understood`,
    `"${text}" is not an http or https address`,
    'give the DICOMweb root, as in http://127.0.0.1:8042/dicom-web'
  );
}

/** Every `name=value`, typed by the schema. Ranges are checked by the schema itself, later. */
export function parseParameters(
  schema: ParameterSchema,
  assignments: readonly string[]
): Readonly<Record<string, number | boolean | string>> {
  const fields = new Map(parameterFields(schema).map((field) => [field.name, field]));
  const values: Record<string, number | boolean | string> = {};
  for (const assignment of assignments) {
    const at = assignment.indexOf('=');
    const name = assignment.slice(0, Math.max(at, 0)).trim();
    const field = fields.get(name);
    if (at < 0 || !field) {
      throw usageError(
        '--param cannot be understood',
        at < 0 ? `"${assignment}" is not name=value` : `there is no parameter "${name}"`,
        `the parameters are: ${[...fields.keys()].join(', ') || 'none'}`
      );
    }
    if (name in values)
      throw usageError('--param cannot be understood', `"${name}" is given twice`, 'give it once');
    values[name] = typedValue(field, assignment.slice(at + 1).trim());
  }
  return values;
}

function typedValue(field: ParameterField, text: string): number | boolean | string {
  const wrong = (why: string, remedy: string) =>
    usageError(`Parameter "${field.name}" cannot be understood`, why, remedy);
  switch (field.kind) {
    case 'number': {
      const value = Number(text);
      if (text !== '' && Number.isFinite(value)) return value;
      throw wrong(`"${text}" is not a number`, 'give a number with a point for decimals');
    }
    case 'boolean':
      if (text === 'true' || text === 'false') return text === 'true';
      throw wrong(`"${text}" is neither true nor false`, 'give true or false');
    case 'choice':
      if (field.choices.includes(text)) return text;
      throw wrong(`"${text}" is none of its choices`, `choose one of: ${field.choices.join(', ')}`);
    case 'text':
      return text;
  }
}
