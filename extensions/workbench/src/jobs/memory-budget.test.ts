/** @file Work that is too large is refused with what a person can do about it. */
import { z } from 'zod';
import { toCordonError } from '../errors/cordon-error';
import { FITS, type Region } from '../method/contract';
import { defineMethod } from '../method/define-method';
import { memoryBudgetBytes, requireMemory, WASM_LIMIT_BYTES } from './memory-budget';

const GIB = 1024 ** 3;

const methodOn = (regions: readonly Region['kind'][], bytes: number) =>
  defineMethod({
    id: 'large',
    version: '1',
    title: 'Large',
    summary: 'Takes memory.',
    family: 'classical',
    group: 'test',
    citation: '',
    parameters: z.object({}),
    inputs: { channels: ['image'], regions, segment: 'none', prompts: [] },
    outputs: ['labels'],
    fits: () => FITS,
    estimate: () => ({ bytes, operations: 1 }),
    open: () => Promise.reject(new Error('not opened')),
  });

/** Why the method is refused; undefined when it may start. */
function refusal(regions: readonly Region['kind'][], bytes: number, budget: number) {
  const work = { size: [10, 10, 10], channels: 1, bytesPerVoxel: 4 } as const;
  try {
    requireMemory(methodOn(regions, bytes), { ...work, region: { kind: 'volume' } }, budget);
    return undefined;
  } catch (error) {
    return toCordonError(error);
  }
}

describe('the memory that a session may take', () => {
  it('is half of the device, at most what wasm addresses', () => {
    expect(memoryBudgetBytes(2)).toBe(GIB);
    expect(memoryBudgetBytes(undefined)).toBe(WASM_LIMIT_BYTES);
    expect(memoryBudgetBytes(64)).toBe(WASM_LIMIT_BYTES);
  });

  it('holds image and work space together', () => {
    expect(refusal(['volume'], GIB - 4000, GIB)).toBeUndefined();
    expect(refusal(['volume'], GIB - 3999, GIB)?.code).toBe('TOO_LITTLE_MEMORY');
  });

  it.each([
    [
      'a part, where the method can',
      ['volume', 'box'],
      2,
      'choose a slice or a box instead of the whole volume',
    ],
    [
      'a smaller series, or the command line, where it cannot',
      ['volume'],
      2,
      'use a series with fewer voxels, or the command line',
    ],
    [
      'a smaller series only, where the command line has too little, too',
      ['volume'],
      5,
      'use a series with fewer voxels',
    ],
  ] as const)('advises %s', (_, regions, needed, remedy) => {
    expect(refusal(regions, needed * GIB, GIB)?.remedy).toBe(remedy);
  });
});
