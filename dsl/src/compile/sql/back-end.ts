/** The SQL back end as the rest of the language knows it: `#sql` in package.json. */
export { compileSql, sqlStatement } from './compile.ts';
export { bindSql } from './values.ts';
