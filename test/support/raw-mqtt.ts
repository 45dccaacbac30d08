import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { createSasToken } from '../../packages/simulator/src/hub/sas-token.ts';
import type { Hub } from '../../packages/simulator/src/hub/hub.ts';

/** Who connects, and what is unusual about it. */
export interface RawConnection {
  readonly hub: Hub;
  readonly ca: string;
  readonly deviceId: string;
  readonly moduleId?: string;
  readonly userName?: string;
  readonly password?: string;
  readonly options?: IClientOptions;
}

const HOUR_S = 3600;

/** The token an identity would sign. */
export function tokenOf({ hub, deviceId, moduleId }: RawConnection, host = hub.hostName, validFor = HOUR_S): string {
  const resource = `${host}/devices/${deviceId}${moduleId === undefined ? '' : `/modules/${moduleId}`}`;
  return createSasToken(resource, Math.floor(Date.now() / 1000) + validFor, hub.primaryKey(deviceId, moduleId));
}

/** Connects without an SDK, to try what an SDK never does. Rejects when the hub refuses. */
export function connectRaw(connection: RawConnection): Promise<MqttClient> {
  const { hub, ca, deviceId, moduleId, options } = connection;
  const clientId = moduleId === undefined ? deviceId : `${deviceId}/${moduleId}`;
  return connectAsync({
    protocol: 'mqtts',
    host: 'localhost',
    port: hub.mqttPort,
    ca,
    clientId,
    username: connection.userName ?? `${hub.hostName}/${clientId}/?api-version=2021-04-12`,
    password: connection.password ?? tokenOf(connection),
    clean: false,
    reconnectPeriod: 0,
    ...options,
  });
}

/** Waits until the link of a client has ended. */
export function ended(client: MqttClient): Promise<void> {
  return new Promise((resolve) => {
    client.once('close', resolve);
  });
}

/** Waits for the next message. */
export function nextMessage(client: MqttClient): Promise<readonly [topic: string, body: Buffer]> {
  return new Promise((resolve) => {
    client.once('message', (topic, body) => resolve([topic, body]));
  });
}
