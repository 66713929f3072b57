/** Tells a person at the terminal what the start is doing. */
export type Progress = (text: string) => void;

export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
