import { randomBytes, randomInt } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { Configuration } from './configuration.ts';
import { HubError } from './hub-error.ts';
import type { HubEvents } from './hub-events.ts';
import type { Identity } from './identity.ts';
import { addressName, type TwinAddress } from './twin-address.ts';

/** Everything that survives a restart of the hub, apart from keys of its policies. */
export interface StoredHub {
  readonly identities: readonly Identity[];
  readonly configurations: readonly Configuration[];
  /** Subscriptions of persistent MQTT sessions: granted QoS by filter, by client id. */
  readonly sessions: Readonly<Record<string, Readonly<Record<string, 0 | 1>>>>;
}

/** Sources of time and chance, so that tests can replay a hub. */
export interface HubSources {
  readonly clock: () => Date;
  /** A new symmetric key, base64. */
  readonly newKey: () => string;
}

/** Real time and real keys of 32 bytes. */
export const SYSTEM_SOURCES: HubSources = {
  clock: () => new Date(),
  newKey: () => randomBytes(32).toString('base64'),
};

/**
 * What the hub knows: identities with their twins, and configurations. It holds records and tells onlookers; the rules live in the operation
 * files beside it, and neither knows a transport.
 */
export class HubStore {
  readonly sources: HubSources;
  readonly events = new EventEmitter<HubEvents>();
  readonly configurations = new Map<string, Configuration>();
  readonly sessions = new Map<string, Map<string, 0 | 1>>();
  // A device and its modules share one inner map; the device itself has the empty key, which is no legal module id.
  readonly #devices = new Map<string, Map<string, Identity>>();
  // What the pages of a query are cut from; forgotten with every change.
  #listed: { readonly devices: readonly Identity[]; readonly modules: readonly Identity[] } | undefined;

  constructor(sources: HubSources, stored: StoredHub = { identities: [], configurations: [], sessions: {} }) {
    this.sources = sources;
    this.events.setMaxListeners(0);
    for (const identity of stored.identities) this.put({ ...identity, connected: false });
    for (const configuration of stored.configurations) this.configurations.set(configuration.id, configuration);
    for (const [id, filters] of Object.entries(stored.sessions))
      this.sessions.set(id, new Map(Object.entries(filters)));
  }

  now(): Date {
    return this.sources.clock();
  }

  /** A new identity etag: the hub writes a number as base64. */
  newEtag(): string {
    return Buffer.from(String(randomInt(100_000_000, 1_000_000_000))).toString('base64');
  }

  find({ deviceId, moduleId }: TwinAddress): Identity | undefined {
    return this.#devices.get(deviceId)?.get(moduleId ?? '');
  }

  /** The identity, or the error a service client would get. */
  get(address: TwinAddress): Identity {
    const identity = this.find(address);
    if (identity !== undefined) return identity;
    const module = address.moduleId !== undefined && this.#devices.has(address.deviceId);
    throw new HubError(module ? 'ModuleNotFound' : 'DeviceNotFound', `${addressName(address)} is not registered`);
  }

  put(identity: Identity): void {
    this.#listed = undefined;
    const device = this.#devices.get(identity.deviceId) ?? new Map<string, Identity>();
    device.set(identity.moduleId ?? '', identity);
    this.#devices.set(identity.deviceId, device);
  }

  /** Forgets an identity; a device takes its modules along. Returns what went. */
  remove({ deviceId, moduleId }: TwinAddress): readonly Identity[] {
    this.#listed = undefined;
    const device = this.#devices.get(deviceId);
    const gone = moduleId === undefined ? [...(device?.values() ?? [])] : [device?.get(moduleId)];
    if (moduleId === undefined) this.#devices.delete(deviceId);
    else device?.delete(moduleId);
    return gone.filter((identity) => identity !== undefined);
  }

  devices(): readonly Identity[] {
    return this.#lists().devices;
  }

  modules(deviceId: string): readonly Identity[] {
    return [...(this.#devices.get(deviceId)?.values() ?? [])].filter(({ moduleId }) => moduleId !== undefined);
  }

  allModules(): readonly Identity[] {
    return this.#lists().modules;
  }

  #lists(): { readonly devices: readonly Identity[]; readonly modules: readonly Identity[] } {
    if (this.#listed !== undefined) return this.#listed;
    const all = [...this.#devices.values()].flatMap((device) => [...device.values()]);
    this.#listed = {
      devices: all.filter(({ moduleId }) => moduleId === undefined),
      modules: all.filter(({ moduleId }) => moduleId !== undefined),
    };
    return this.#listed;
  }

  /** A copy of everything worth keeping. */
  snapshot(): StoredHub {
    return {
      identities: [...this.#devices.values()].flatMap((device) => [...device.values()]),
      configurations: [...this.configurations.values()],
      sessions: Object.fromEntries([...this.sessions].map(([id, filters]) => [id, Object.fromEntries(filters)])),
    };
  }
}
