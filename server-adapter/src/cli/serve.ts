/**
 * @file `cordon serve`: the gateway, until it is stopped.
 */
import { serve, untilStopped } from '../gateway/serve';
import type { Installation } from './method-list';
import { printLine, type Terminal } from './terminal';
import { parseIndex, parseRootUrl, usageError } from './usage';

export interface ServeCommandOptions {
  readonly host?: string;
  readonly port: string;
  readonly dicomweb?: string;
  readonly archive?: string;
  readonly import?: readonly string[];
}

export async function serveCommand(
  options: ServeCommandOptions,
  terminal: Terminal,
  installation: Installation
): Promise<void> {
  const port = parseIndex('--port', options.port);
  if (port > 65535)
    throw usageError(
      '--port cannot be understood',
      `${port} is too large`,
      'give a number from 0 to 65535'
    );
  const print = (line: string) => {
    printLine(terminal, line);
  };
  const lines: string[] = [];
  const gateway = await serve(
    {
      programUrl: installation.programUrl,
      host: options.host,
      port,
      dicomweb:
        options.dicomweb === undefined ? undefined : parseRootUrl('--dicomweb', options.dicomweb),
      archive: options.archive,
      imports: options.import,
    },
    {
      ...terminal.environment,
      CORDON_DICOMWEB_TOKEN:
        terminal.environment.CORDON_DICOMWEB_TOKEN ?? terminal.environment.CORDON_TOKEN,
    },
    (line) => lines.push(line)
  );
  // A signal may come as soon as the address is printed: the gateway must listen for it by then.
  const stopped = untilStopped(gateway, print);
  lines.forEach(print);
  await stopped;
}
