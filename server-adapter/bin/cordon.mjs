#!/usr/bin/env node
// The `cordon` command: runs the built command line and says how to build it when it is missing.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = new URL('../dist/cordon.js', import.meta.url);
if (existsSync(fileURLToPath(program))) {
  await import(program.href);
} else {
  process.stderr.write(
    'error[NOT_BUILT]: the command line is not built — dist/cordon.js is missing — run "npm run build" in the project folder\n'
  );
  process.exitCode = 1;
}
