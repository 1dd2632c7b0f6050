/**
 * @file The cordon command line: connects the commands to this process.
 */
import { main } from './cli/main';

const interrupted = new AbortController();
/** What is written is written whole or not at all, so that a second signal may end everything at once. */
const interrupt = () => {
  interrupted.abort();
  process.once('SIGINT', () => process.exit(1));
};
// `serve` stops by itself on a signal; it must not be taken for a cancelled command.
if (process.argv[2] !== 'serve') process.once('SIGINT', interrupt);

// A reader that closes early (| head) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await main(
  process.argv.slice(2),
  {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isInteractive: process.stderr.isTTY,
    environment: process.env,
    signal: interrupted.signal,
    whileComputing: async (work) => {
      process.off('SIGINT', interrupt);
      try {
        return await work();
      } finally {
        process.once('SIGINT', interrupt);
      }
    },
  },
  { programUrl: import.meta.url }
);
