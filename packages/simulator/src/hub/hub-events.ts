import type { TwinObject } from '@iotedge-networking/contract';
import type { TwinAddress } from './twin-address.ts';

/** A message from a device or module, as a back end would read it from the events endpoint. */
export interface HubMessage extends TwinAddress {
  readonly enqueuedTime: string;
  /** Name of the module output it came from, if any. */
  readonly output?: string | undefined;
  readonly body: Buffer;
  /** System properties by their short names, for example `$.ct`. */
  readonly system: Readonly<Record<string, string>>;
  /** Application properties. */
  readonly properties: Readonly<Record<string, string>>;
}

/** A write of desired or reported properties. */
export interface TwinChange extends TwinAddress {
  /** The keys that were written; removed ones are null. */
  readonly patch: TwinObject;
  /** The whole section after the write. */
  readonly values: TwinObject;
  readonly version: number;
}

/** What onlookers of the hub can be told; the value is the argument list of a listener. */
export interface HubEvents {
  /** Desired properties were written by the service side. */
  desired: [change: TwinChange];
  /** Reported properties were written by a device, a module or the simulated runtime. */
  reported: [change: TwinChange];
  /** Tags were written. */
  tags: [address: TwinAddress];
  /** A link came up or went away. */
  connection: [link: TwinAddress & { readonly connected: boolean }];
  /** An identity was created, updated or deleted. */
  identity: [change: TwinAddress & { readonly change: 'created' | 'updated' | 'deleted' }];
  /** A configuration was created, updated or deleted. */
  configuration: [id: string];
  /** The subscriptions of a persistent session changed. */
  session: [clientId: string];
  /** A device-to-cloud message arrived. */
  message: [message: HubMessage];
}
