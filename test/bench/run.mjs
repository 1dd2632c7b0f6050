/**
 * Runs a suite of benchmarks: `npm run bench -- classical`. A suite is a folder here with a bench.mjs that exports
 * `bench(arguments)` and resolves with true when every target was met within 20 %.
 */
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const suites = readdirSync(here).filter((name) => existsSync(path.join(here, name, 'bench.mjs')));
const [suite, ...rest] = process.argv.slice(2);
if (!suites.includes(suite)) {
  console.error(`Which suite? Known are: ${suites.join(', ')}`);
  process.exit(2);
}
const { bench } = await import(pathToFileURL(path.join(here, suite, 'bench.mjs')).href);
process.exitCode = (await bench(rest)) ? 0 : 1;
