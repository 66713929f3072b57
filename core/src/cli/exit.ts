/** Exit codes that scripts can rely on; `qoida help` shows them. */
export const EXIT = {
  ok: 0,
  /** What was asked was done and the answer is no: errors in a rule file, failing tests, a refusal. */
  failed: 1,
  /** Wrong words on the command line. */
  usage: 2,
  /** The platform can't be started or reached. */
  unavailable: 3,
  /** Nothing is wrong, but something could not be told either way. */
  untold: 4,
} as const;

/** Ends a command with a sentence and a code, without a stack trace. */
export class CommandError extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number = EXIT.failed) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}
