import { pino } from 'pino';

/** What the platform writes its log with; pino's own call form. */
export interface Log {
  debug(fields: object, message?: string): void;
  info(fields: object, message?: string): void;
  warn(fields: object, message?: string): void;
  error(fields: object, message?: string): void;
}

const LEVEL_NAMES: Readonly<Record<number, string>> = {
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
};
const OWN_KEYS = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'err']);
/** Never written, however deep a caller's mistake puts them. */
const SECRET_PATHS = [
  'password',
  'token',
  'secret',
  'access',
  'refresh',
  'authorization',
  'cookie',
].flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

export interface LogOptions {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** One readable line each (a person watches) instead of JSON (a machine collects). */
  readonly readable: boolean;
  readonly write?: (line: string) => void;
}

/** Structured log: JSON lines, or readable ones on a terminal. Secrets by name are struck out. */
export function createLog(options: LogOptions): Log {
  const write = options.write ?? ((line: string) => void process.stdout.write(line));
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRET_PATHS, censor: '…' },
    },
    { write: options.readable ? (line: string) => write(readableLine(line)) : write },
  );
}

function readableLine(json: string): string {
  const entry = JSON.parse(json) as Record<string, unknown>;
  const level = LEVEL_NAMES[entry.level as number] ?? 'info';
  const rest = Object.entries(entry)
    .filter(([key]) => !OWN_KEYS.has(key))
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const fault = entry.err as { stack?: string } | undefined;
  const parts = [String(entry.time).slice(11, 19), level.padEnd(5), entry.msg, ...rest];
  const line = parts.filter((part) => part !== undefined).join(' ');
  return fault?.stack ? `${line}\n${fault.stack}\n` : `${line}\n`;
}
