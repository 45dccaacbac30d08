import { UsageError, type CommandIo } from './command-io.ts';
import { HubError, type HubGateway } from './hub-gateway.ts';

/** Name of the variable that holds the service connection string; it is never taken from the command line, where others could read it. */
export const CONNECTION_VARIABLE = 'IOTHUB_CONNECTION_STRING';

/** Connects to the hub of the environment; rejects with a {@link UsageError} that says what to set. */
export async function requireHub(io: CommandIo): Promise<HubGateway> {
  const connectionString = io.environment[CONNECTION_VARIABLE];
  if (connectionString === undefined || connectionString === '')
    throw new UsageError(
      `${CONNECTION_VARIABLE} is not set. Set it to a service connection string (az iot hub connection-string show -n HUB).`,
    );
  try {
    return await io.connect(connectionString);
  } catch (error) {
    if (error instanceof HubError) throw new UsageError(`${CONNECTION_VARIABLE}: ${error.message}`, { cause: error });
    throw error;
  }
}
