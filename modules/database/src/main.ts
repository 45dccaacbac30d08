/** The sample database: real tables (SQLite) behind a small HTTP API. Port by PORT, file by DATABASE_FILE (default: in memory). */
import { hostname } from 'node:os';
import { databaseServer } from './database-server.ts';
import { openRowStore } from './row-store.ts';

const store = openRowStore(process.env['DATABASE_FILE'] ?? ':memory:');
const server = databaseServer(store, process.env['HOSTNAME'] ?? hostname());
const port = Number(process.env['PORT'] ?? 5432);

server.listen(port, () => process.stdout.write(`database serves ${store.list().length} rows on port ${port}\n`));
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.close(() => store.close());
    server.closeIdleConnections();
  });
}
