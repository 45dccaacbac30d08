/** Who a twin belongs to: a device, or a module on it. */
export interface TwinAddress {
  readonly deviceId: string;
  readonly moduleId?: string | undefined;
}

/** The MQTT client id of an identity, also used as its name in messages: `device` or `device/module`. */
export function addressName({ deviceId, moduleId }: TwinAddress): string {
  return moduleId === undefined ? deviceId : `${deviceId}/${moduleId}`;
}

/** The SAS resource of an identity below the host name, not encoded. Source: IoT Hub, "Control access with SAS". */
export function addressResource({ deviceId, moduleId }: TwinAddress): string {
  return moduleId === undefined ? `devices/${deviceId}` : `devices/${deviceId}/modules/${moduleId}`;
}
