import {
  deviceViewOf,
  fleetRowOf,
  type DeviceView,
  type FleetRow,
  type SourceNews,
} from '@iotedge-networking/dashboard';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { HubModuleTwin } from '../commands/hub-gateway.ts';
import type { JsonObject } from '../generate/sorted-json.ts';
import { factsOf, rowFactsOf } from './device-facts.ts';
import type { NetworkFileSource } from './network-file-source.ts';

interface Known {
  readonly row: FleetRow;
  /** The row as text, to see whether it changed. */
  readonly text: string;
  /** Only of devices that were looked at closely; thousands of others would only take memory. */
  readonly view?: DeviceView;
  readonly twin?: HubModuleTwin;
}

/** Twins that are read through before anybody else gets his turn. */
const TOGETHER = 200;

/** What was read last of every device, and who is told of what is new. */
export class DeviceCache {
  readonly #network: NetworkFileSource | undefined;
  readonly #known = new Map<string, Known>();
  readonly #listeners = new Set<(news: SourceNews) => void>();
  #tags: ReadonlyMap<string, JsonObject> = new Map();

  constructor(network: NetworkFileSource | undefined) {
    this.#network = network;
  }

  get ids(): readonly string[] {
    return [...this.#known.keys()];
  }

  rows(): readonly FleetRow[] {
    return [...this.#known.values()].map(({ row }) => row);
  }

  view(id: string): DeviceView | undefined {
    return this.#known.get(id)?.view;
  }

  twin(id: string): HubModuleTwin | undefined {
    return this.#known.get(id)?.twin;
  }

  subscribe(listener: (news: SourceNews) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(news: SourceNews): void {
    for (const listener of this.#listeners) listener(news);
  }

  /** The tags of all devices, which change seldom and are read apart from their modules. */
  setTags(tags: ReadonlyMap<string, JsonObject>): void {
    this.#tags = tags;
  }

  /** A device that was just read closely; undefined: it has no networking module any more. */
  async putDevice(id: string, twin: HubModuleTwin | undefined): Promise<DeviceView | undefined> {
    if (twin === undefined) {
      this.#remove([id]);
      return undefined;
    }
    const declared = await this.#network?.declared(id);
    const facts = factsOf(twin, this.#tags.get(id), declared);
    const view = deviceViewOf(facts);
    const before = this.#known.get(id);
    const row = fleetRowOf(facts);
    const text = JSON.stringify(row);
    this.#known.set(id, { row, text, view, twin });
    if (before?.text !== text) this.tell({ kind: 'fleet', changed: [row], removed: [] });
    if (before?.view?.revision !== view.revision) this.tell({ kind: 'device', id, device: view });
    return view;
  }

  /** Every device of the hub that has the module; of those that are looked at closely more is known than a query tells. */
  async putFleet(twins: readonly HubModuleTwin[], isClose: (id: string) => boolean): Promise<void> {
    for (let start = 0; start < twins.length; start += TOGETHER) {
      this.#putRows(twins.slice(start, start + TOGETHER), isClose);
      await nextTurn();
    }
    const seen = new Set(twins.map(({ deviceId }) => deviceId));
    this.#remove(this.ids.filter((id) => !seen.has(id)));
  }

  #putRows(twins: readonly HubModuleTwin[], isClose: (id: string) => boolean): void {
    const changed = twins.flatMap((twin) => {
      const { deviceId: id } = twin;
      const before = this.#known.get(id);
      if (before?.view !== undefined && isClose(id)) return [];
      const row = fleetRowOf(rowFactsOf(twin, this.#tags.get(id)));
      const text = JSON.stringify(row);
      if (before?.text === text) return [];
      this.#known.set(id, { ...before, row, text });
      return [row];
    });
    if (changed.length > 0) this.tell({ kind: 'fleet', changed, removed: [] });
  }

  #remove(ids: readonly string[]): void {
    const removed = ids.filter((id) => this.#known.delete(id));
    if (removed.length > 0) this.tell({ kind: 'fleet', changed: [], removed });
    for (const id of removed) this.tell({ kind: 'device', id, device: undefined });
  }
}
