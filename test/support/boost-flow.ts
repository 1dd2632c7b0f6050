/**
 * Boost's maximum flow as a program to compare with, compiled once into .cache. Needs g++ and libboost-dev (apt).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

const source = join(__dirname, 'boost-flow.cxx');
const folder = resolve(__dirname, '../../.cache/boost-flow');
const HEADER = '/usr/include/boost/graph/boykov_kolmogorov_max_flow.hpp';

export interface FlowProblem {
  /** From, to, capacity, capacity back. */
  readonly edges: readonly (readonly [number, number, number, number])[];
  /** For each node: capacity from the source, capacity to the sink. */
  readonly terminals: readonly (readonly [number, number])[];
}

/** Why Boost cannot be used here; undefined when it can. */
export const boostMissing = (): string | undefined =>
  existsSync(HEADER) ? undefined : 'Boost is not installed (apt install g++ libboost-dev)';

/** The value of the maximum flow of each problem. */
export function boostFlows(problems: readonly FlowProblem[]): readonly number[] {
  const input = problems.map(({ edges, terminals }) =>
    [terminals.length, edges.length, ...edges.flat(), ...terminals.flat()].join(' ')
  );
  const output = execFileSync(program(), {
    input: `${input.join('\n')}\n`,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return output.trim().split('\n').map(Number);
}

function program(): string {
  const binary = join(folder, 'boost-flow');
  if (existsSync(binary) && statSync(binary).mtimeMs > statSync(source).mtimeMs) return binary;
  mkdirSync(folder, { recursive: true });
  // Aside first: two tests may compile at the same time.
  const aside = `${binary}.${process.pid}`;
  execFileSync('g++', ['-std=c++17', '-O1', source, '-o', aside]);
  renameSync(aside, binary);
  return binary;
}
