// Exit code 0 when the PostgreSQL at the given address lets us in; its version is printed.
import pg from 'pg';

const client = new pg.Client({ connectionString: process.argv[2], connectionTimeoutMillis: 3_000 });
try {
  await client.connect();
  const { rows } = await client.query('show server_version');
  console.log(rows[0].server_version);
  await client.end();
} catch {
  process.exitCode = 1;
}
