import { readFile } from 'node:fs/promises';
import tls from 'node:tls';

/** Makes every TLS client of this process trust the simulator's throw-away authority besides the usual ones; verification stays on. */
export async function trustAuthority(caFile: string): Promise<void> {
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), await readFile(caFile, 'utf8')]);
}
