import { UsageError, type CommandIo } from './command-io.ts';
import { HubError, type HubGateway } from './hub-gateway.ts';
import { readText } from './load-network.ts';

/** Name of the variable that holds the service connection string; it is never taken from the command line, where others could read it. */
export const CONNECTION_VARIABLE = 'IOTHUB_CONNECTION_STRING';

/** Name of the variable that holds the host name of the hub, for sign-in with Microsoft Entra ID. */
export const HOST_VARIABLE = 'IOTHUB_HOSTNAME';

/**
 * Connects to the hub that command line or environment name: by the connection string of a file or of {@link CONNECTION_VARIABLE}, or as whoever is signed in to
 * Microsoft Entra ID. What the command line says counts before the environment. Rejects with a {@link UsageError} that says what to set.
 */
export async function requireHub(io: CommandIo): Promise<HubGateway> {
  const { connectionStringFile, hubName } = io.signIn ?? {};
  if (connectionStringFile !== undefined && hubName !== undefined)
    throw new UsageError('--connection-string-file and --hub-name are two ways to sign in. Give one of them.');
  if (connectionStringFile !== undefined) return connectByFile(io, connectionStringFile);
  if (hubName !== undefined) return connectByEntra(io, hubName, '--hub-name');
  const connectionString = io.environment[CONNECTION_VARIABLE] ?? '';
  if (connectionString !== '') return connectBy(io, connectionString, CONNECTION_VARIABLE);
  const host = io.environment[HOST_VARIABLE] ?? '';
  if (host !== '') return connectByEntra(io, host, HOST_VARIABLE);
  throw new UsageError(
    `${CONNECTION_VARIABLE} is not set. Set it to a service connection string (az iot hub connection-string show -n HUB), ` +
      'name a file that holds one with --connection-string-file, or sign in with az login and name the hub with --hub-name.',
  );
}

async function connectBy(io: CommandIo, connectionString: string, source: string): Promise<HubGateway> {
  try {
    return await io.connect(connectionString);
  } catch (error) {
    if (error instanceof HubError) throw new UsageError(`${source}: ${error.message}`, { cause: error });
    throw error;
  }
}

async function connectByFile(io: CommandIo, file: string): Promise<HubGateway> {
  const text = (await readText(io, file)).trim();
  const mode = (await io.files.mode?.(file)) ?? 0;
  if ((mode & 0o077) !== 0)
    io.stderr.write(
      `warning: ${file} holds a secret and others may open it (mode ${(mode & 0o777).toString(8)}): chmod 600 ${file}\n`,
    );
  return connectBy(io, text, file);
}

async function connectByEntra(io: CommandIo, name: string, source: string): Promise<HubGateway> {
  if (!/^[A-Za-z0-9][-A-Za-z0-9.]*(:\d{1,5})?$/.test(name))
    throw new UsageError(
      `${source}: "${name.slice(0, 20)}" is no host name. Give for example contoso.azure-devices.net.`,
    );
  if (io.connectWithEntra === undefined) throw new UsageError('Sign-in with Microsoft Entra ID is not to be had here.');
  const isShort = !/[.:]/.test(name) && name !== 'localhost';
  return io.connectWithEntra(isShort ? `${name}.azure-devices.net` : name);
}
