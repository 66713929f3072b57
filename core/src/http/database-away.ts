/** SQLSTATE classes of a connection that is gone: 08 connection, 57P01…57P03 server going down or coming up. */
const SQLSTATE = /^(?:08...|57P0[1-3])$/;
const SYSTEM = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOENT']);
/** What the driver says without a code, when the socket closes under a query. */
const SENTENCE =
  /^(?:Connection terminated|Client has encountered a connection error|Client was closed)/;

/** Whether an error tells that the database can't be reached: nobody's fault, and worth another try. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && SQLSTATE.test(code)) return true;
  if (typeof code === 'string' && SYSTEM.has(code))
    return syscall === 'connect' || code !== 'ENOENT';
  return SENTENCE.test(error.message) || error.name === 'KnexTimeoutError';
}
