import type {
  bindSql as bind,
  compileSql as compile,
  sqlStatement as statement,
} from './back-end.ts';

/** In place of the SQL back end in a browser's bundle: there is no database to ask there. */
const ABSENT = { notSupported: 'a bundle for browsers has no SQL back end' } as const;

export const compileSql: typeof compile = () => ABSENT;
export const sqlStatement: typeof statement = () => ABSENT;
export const bindSql: typeof bind = () => [];
