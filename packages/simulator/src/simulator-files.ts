import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificates, type Certificates } from './certificates.ts';

/** The files a simulator gives to its users, and what it keeps over a restart. */
export interface SimulatorFiles {
  readonly directory: string;
  readonly certificates: Certificates;
  readonly caFile: string;
  /** Writes a file that only its owner can read; returns its path. */
  write(name: string, text: string): Promise<string>;
  /** Removes the folder unless it is one to keep. */
  dispose(): Promise<void>;
}

const OWNER_ONLY = { mode: 0o600 };
const NAMES = ['localhost', 'edgehub', '127.0.0.1'];

/** Opens the folder to keep (`stateDir`), or a temporary one. Certificates are made once per folder, so that printed files stay valid. */
export async function openSimulatorFiles(stateDir: string | undefined): Promise<SimulatorFiles> {
  const directory = stateDir ?? (await mkdtemp(join(tmpdir(), 'iotedge-networking-')));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const certificates = await keptCertificates(join(directory, 'certificates.json'));
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, text, OWNER_ONLY);
    return path;
  };
  return {
    directory,
    certificates,
    write,
    caFile: await write('ca.pem', certificates.ca),
    dispose: async () => {
      if (stateDir === undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

async function keptCertificates(path: string): Promise<Certificates> {
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept !== undefined) return JSON.parse(kept) as Certificates;
  const made = await createCertificates(NAMES);
  await writeFile(path, JSON.stringify(made), OWNER_ONLY);
  return made;
}
