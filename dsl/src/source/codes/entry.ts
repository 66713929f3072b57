export type Severity = 'error' | 'warning' | 'info';

export interface CodeEntry {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string;
}

/** With it nothing of the program runs. */
export const error = (code: string, message: string, help?: string): CodeEntry =>
  help === undefined
    ? { code, severity: 'error', message }
    : { code, severity: 'error', message, help };

/** Said to whoever writes; the rule runs all the same. */
export const warning = (code: string, message: string, help?: string): CodeEntry => ({
  ...error(code, message, help),
  severity: 'warning',
});

/** Worth knowing, and no fault of the rule. */
export const info = (code: string, message: string, help?: string): CodeEntry => ({
  ...error(code, message, help),
  severity: 'info',
});
