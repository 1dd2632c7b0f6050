/**
 * @file Where the command line writes to: results on stdout, everything about the run on stderr.
 *
 * Texts may come from DICOM or from a server. Control characters are taken out of them, so that no file can drive the terminal.
 */
import type { Progress } from '@cordon/extension-workbench/pure';

export interface Terminal {
  /** Writes to stdout as it is. */
  readonly out: (text: string) => void;
  /** Writes to stderr as it is. */
  readonly err: (text: string) => void;
  /** Whether a person watches stderr. */
  readonly isInteractive: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Fires when the user interrupts. */
  readonly signal: AbortSignal;
  /** Runs work that may block: an interruption ends the process at once meanwhile, since nothing could answer it. */
  readonly whileComputing: <T>(work: () => Promise<T>) => Promise<T>;
}

/** A line on stdout. */
export function printLine(terminal: Terminal, text: string): void {
  terminal.out(`${printable(text)}\n`);
}

/** One JSON value on stdout. */
export function printJson(terminal: Terminal, value: unknown): void {
  terminal.out(`${JSON.stringify(value, undefined, 2)}\n`);
}

/** The part of a run that talks: warnings are kept for the report, progress is shown to a person only. */
export class Narrator {
  readonly warnings: string[] = [];
  readonly #terminal: Terminal;
  #isLineOpen = false;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  warn(...texts: readonly string[]): void {
    for (const text of texts) {
      this.clearProgress();
      this.warnings.push(text);
      this.#terminal.err(`warning: ${printable(text)}\n`);
    }
  }

  readonly progress = ({ fraction, message }: Progress): void => {
    if (!this.#terminal.isInteractive) return;
    const percent = Math.round(100 * Math.min(Math.max(fraction, 0), 1));
    this.#terminal.err(
      `\r\u001b[K${String(percent).padStart(3)} % ${printable(message).slice(0, 60)}`
    );
    this.#isLineOpen = true;
  };

  /** Takes the line of progress away. */
  clearProgress(): void {
    if (this.#isLineOpen) this.#terminal.err('\r\u001b[K');
    this.#isLineOpen = false;
  }
}

/** The text in one line without control characters. */
export const printable = (text: string): string =>
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trimEnd();
