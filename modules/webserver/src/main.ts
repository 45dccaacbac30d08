/** The sample web server: shows its own replica's name and a row of the database. PORT, DATABASE_URL. */
import { hostname } from 'node:os';
import { webserver } from './webserver.ts';

const env = process.env;
const databaseUrl = env['DATABASE_URL'] ?? 'http://database:5432';
const server = webserver({
  replica: env['HOSTNAME'] ?? hostname(),
  databaseUrl,
  timeoutMs: Number(env['DATABASE_TIMEOUT_MS'] ?? 2000),
});
const port = Number(env['PORT'] ?? 8080);

server.listen(port, () => process.stdout.write(`web server on port ${port}, database at ${databaseUrl}\n`));
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.close();
    server.closeIdleConnections();
  });
}
