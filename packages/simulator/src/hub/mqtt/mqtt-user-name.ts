import type { TwinAddress } from '../twin-address.ts';

/** What a client says about itself in CONNECT. */
export interface MqttUserName extends TwinAddress {
  readonly host: string;
  readonly apiVersion: string;
  /** Product information of the client, decoded. */
  readonly clientType?: string | undefined;
}

/**
 * Reads `<host>/<device>[/<module>]/?api-version=…`; the slash before the question mark may be missing, ids stand unescaped (spaces too).
 * Undefined when the text has another form. Source: "Communicate with IoT Hub using MQTT", and edgeHub's DeviceIdentityProvider.
 */
export function parseMqttUserName(userName: string): MqttUserName | undefined {
  const at = userName.indexOf('?');
  if (at < 0) return undefined;
  const [host = '', deviceId = '', moduleId, ...more] = userName.slice(0, at).replace(/\/$/, '').split('/');
  const query = new URLSearchParams(userName.slice(at + 1));
  const apiVersion = query.get('api-version');
  if (host === '' || deviceId === '' || moduleId === '' || more.length > 0 || apiVersion === null) return undefined;
  return { host, deviceId, moduleId, apiVersion, clientType: query.get('DeviceClientType') ?? undefined };
}
