export type Severity = 'error' | 'warning' | 'info';

export interface CodeEntry {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string;
}

/** With it nothing of the program runs. */
export const error = (code: string, message: string, help?: string): CodeEntry => ({
  code,
  severity: 'error',
  message,
  ...(help && { help }),
});

/** Said to whoever writes; the rule runs all the same. */
export const warning = (...said: Parameters<typeof error>): CodeEntry => ({
  ...error(...said),
  severity: 'warning',
});

/** Worth knowing, and no fault of the rule. */
export const info = (...said: Parameters<typeof error>): CodeEntry => ({
  ...error(...said),
  severity: 'info',
});
