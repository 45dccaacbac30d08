import { lookup } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';

const account = '/var/run/secrets/kubernetes.io/serviceaccount';
const { env } = process;
const server = createServer((_, response) => response.end('heard')).listen(0);
await new Promise((resolve) => server.once('listening', resolve));
const own = await fetch(`http://localhost:${(server.address() as AddressInfo).port}/`);
const missing = await lookup('nobody.shop.svc.cluster.local').catch(
  (error: unknown) => (error as NodeJS.ErrnoException).code,
);
const report = {
  hostname: hostname(),
  HOSTNAME: env['HOSTNAME'],
  POD_IP: env['POD_IP'],
  GREETING: env['GREETING'],
  api: `${env['KUBERNETES_SERVICE_HOST'] ?? ''}:${env['KUBERNETES_SERVICE_PORT'] ?? ''}`,
  token: existsSync(account) ? await readFile(`${account}/token`, 'utf8') : '',
  namespace: await readFile(`${account}/namespace`, 'utf8'),
  ownName: (await lookup(hostname())).address,
  ownPort: await own.text(),
  missing,
};
process.stdout.write(`${JSON.stringify(report)}\n`);
server.close();
setInterval(() => undefined, 1000);
