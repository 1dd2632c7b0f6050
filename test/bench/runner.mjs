/**
 * What every suite does the same way: its arguments, sides that take turns so that whatever else the machine does meets all of them,
 * medians, CPU time, and a file of raw samples with versions and flags.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** The number after `--name=`. */
export function numberOption(words, name, fallback) {
  const word = words.find((one) => one.startsWith(`--${name}=`));
  if (word === undefined) return fallback;
  const value = Number(word.slice(name.length + 3));
  if (!Number.isFinite(value)) throw new Error(`${word}: not a number`);
  return value;
}

/** Words that are no options: what a title must hold. */
export const searchWords = (words) => words.filter((word) => !word.startsWith('--'));

/** The cases whose title holds every one of the words; an error that names all titles where that is none. */
export function choose(cases, words, titleOf = ({ title }) => title) {
  const chosen = cases.filter((one) => words.every((word) => titleOf(one).includes(word)));
  if (chosen.length > 0) return chosen;
  throw noCase(cases, words.join(' '), titleOf);
}

const noCase = (cases, words, titleOf) =>
  new Error(`No case holds "${words}". Known are:\n${cases.map(titleOf).join('\n')}`);

/** The cases whose title holds any of the words, all without words; an error that names all titles for a word that none holds. */
export function chooseAny(cases, words, titleOf = ({ title }) => title) {
  if (words.length === 0) return cases;
  const holds = (one, word) => titleOf(one).toLowerCase().includes(word.toLowerCase());
  const vain = words.find((word) => !cases.some((one) => holds(one, word)));
  if (vain !== undefined) throw noCase(cases, vain, titleOf);
  return cases.filter((one) => words.some((word) => holds(one, word)));
}

/**
 * Calls the sides in turn, round by round: A B, A B … Each side is a function that resolves with its sample. Returns the samples
 * of each side in the order of the rounds.
 */
export async function interleave(sides, rounds) {
  const samples = sides.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [at, side] of sides.entries()) samples[at].push(await side(round));
  }
  return samples;
}

/** The middle value; the mean of the two in the middle of an even number. */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** CPU time of this process that `work` took, user and system (ms). */
export async function cpuMs(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Writes test/output/bench-SUITE.json: the machine, what it was run with, and every raw sample. Returns its path. */
export function keepSamples(suite, { settings = {}, versions = {}, samples }) {
  const folder = path.join(root, 'test', 'output');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `bench-${suite}.json`);
  const machine = {
    cpu: cpus()[0]?.model,
    processors: cpus().length,
    node: process.version,
    arguments: process.argv.slice(2),
  };
  const at = new Date().toISOString();
  writeFileSync(file, `${JSON.stringify({ at, machine, versions, settings, samples }, null, 1)}\n`);
  return path.relative(root, file);
}
