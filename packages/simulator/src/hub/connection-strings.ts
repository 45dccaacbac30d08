import type { PolicyKeys } from './access-policies.ts';
import type { Hub } from './hub.ts';
import type { HubStore } from './hub-store.ts';
import { inProcessTwins } from './in-process-twins.ts';

const HTTPS_PORT = 443;

/** What connection strings are made of. */
export interface ConnectionStringParts {
  readonly store: HubStore;
  readonly hostName: string;
  readonly policyKeys: PolicyKeys;
  readonly restPort: number;
  readonly mqttPort: number;
}

/** The connection strings of a running hub. */
export function hubConnectionStrings(
  parts: ConnectionStringParts,
): Pick<Hub, 'connectionString' | 'deviceConnectionString'> {
  const { store, hostName, policyKeys, restPort, mqttPort } = parts;
  const { primaryKey } = inProcessTwins(store);
  return {
    connectionString: (policy = 'iothubowner') =>
      join([
        ['HostName', hostName],
        ['SharedAccessKeyName', policy],
        ['SharedAccessKey', policyKeys[policy]],
        ['RestPort', restPort === HTTPS_PORT ? undefined : `${restPort}`],
      ]),
    deviceConnectionString: (deviceId, moduleId, gatewayHostName = `localhost:${mqttPort}`) =>
      join([
        ['HostName', hostName],
        ['GatewayHostName', gatewayHostName ?? undefined],
        ['DeviceId', deviceId],
        ['ModuleId', moduleId],
        ['SharedAccessKey', primaryKey(deviceId, moduleId)],
      ]),
  };
}

function join(fields: readonly (readonly [name: string, value: string | undefined])[]): string {
  return fields
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value ?? ''}`)
    .join(';');
}
