import { signal, type ReadonlySignal, type Signal } from '@preact/signals';
import {
  EVENT_KINDS,
  type ApplyStep,
  type DashboardEvent,
  type DeviceView,
  type ErrorView,
  type FleetRow,
  type SessionView,
  type SourceState,
} from '../../view/index.ts';
import { mergeFleet } from '../fleet/fleet-rows.ts';
import { ApiError, type ApiClient } from './api-client.ts';

/** The part of the browser's EventSource that is needed. */
export interface EventStream {
  readonly readyState: number;
  /** Messages have data; `open` and `error` have none. */
  addEventListener(
    kind: string,
    listener: (event: { readonly data?: string; readonly lastEventId?: string }) => void,
  ): void;
  close(): void;
}

/** The outside world of the state. */
export interface LiveWorld {
  readonly api: ApiClient;
  readonly openEvents: (url: string) => EventStream;
  readonly now: () => number;
  /** Calls back after some milliseconds; gives what cancels it. */
  readonly later: (milliseconds: number, callback: () => void) => () => void;
}

/** Whether the server that gave the page answers, and since when (milliseconds) that is so. */
export interface Link {
  readonly state: 'opening' | 'open' | 'lost';
  readonly since: number;
}

const CLOSED = 2;
const RETRY_MS = 2000;

/** What the page of one browser tab knows, kept up to date by the server's events. */
export class LiveState {
  readonly #world: LiveWorld;
  readonly #session = signal<SessionView | undefined>(undefined);
  readonly #refusal = signal<ErrorView['code'] | undefined>(undefined);
  readonly #link: Signal<Link>;
  readonly #source = signal<SourceState | undefined>(undefined);
  readonly #fleet = signal<ReadonlyMap<string, FleetRow> | undefined>(undefined);
  readonly #device = signal<DeviceView | null | undefined>(undefined);
  readonly #applies = signal<ReadonlyMap<string, readonly ApplyStep[]>>(new Map());
  readonly #historyTick = signal(0);
  #watched: string | undefined;
  #stream: EventStream | undefined;
  #lastEventId = '';
  #cancelRetry: (() => void) | undefined;
  #isClosed = false;

  constructor(world: LiveWorld) {
    this.#world = world;
    this.#link = signal<Link>({ state: 'opening', since: world.now() });
  }

  get session(): ReadonlySignal<SessionView | undefined> {
    return this.#session;
  }

  /** Why the server refuses to talk to this browser; nothing is asked any more then. */
  get refusal(): ReadonlySignal<ErrorView['code'] | undefined> {
    return this.#refusal;
  }

  get link(): ReadonlySignal<Link> {
    return this.#link;
  }

  get source(): ReadonlySignal<SourceState | undefined> {
    return this.#source;
  }

  /** Devices by id; undefined until they were read. */
  get fleet(): ReadonlySignal<ReadonlyMap<string, FleetRow> | undefined> {
    return this.#fleet;
  }

  /** The watched device; undefined while nothing came, null when there is none of that id. */
  get device(): ReadonlySignal<DeviceView | null | undefined> {
    return this.#device;
  }

  /** Steps of the last apply or undo that somebody began, by device. */
  get applies(): ReadonlySignal<ReadonlyMap<string, readonly ApplyStep[]>> {
    return this.#applies;
  }

  /** Another number whenever a history has another entry. */
  get historyTick(): ReadonlySignal<number> {
    return this.#historyTick;
  }

  /** Follows this device (or none) from now on. */
  watch(id: string | undefined): void {
    if (id === this.#watched) return;
    this.#watched = id;
    this.#device.value = undefined;
    if (this.#stream !== undefined) this.#open();
  }

  /** Reads session and fleet, then follows the events; tries again by itself until the server answers. */
  async start(): Promise<void> {
    const { api } = this.#world;
    try {
      this.#session.value = await api.session();
      const view = await api.fleet();
      this.#fleet.value = new Map(view.rows.map((row) => [row.id, row]));
      this.#lastEventId = view.lastEventId;
      if (!this.#isClosed) this.#open();
    } catch (error) {
      this.#lose(error);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRetry?.();
    this.#stream?.close();
  }

  #open(): void {
    this.#stream?.close();
    const parameters = new URLSearchParams(this.#watched === undefined ? {} : { device: this.#watched });
    if (this.#lastEventId !== '') parameters.set('after', this.#lastEventId);
    const opened = this.#world.openEvents(`/api/events?${parameters.toString()}`);
    this.#stream = opened;
    for (const kind of EVENT_KINDS)
      opened.addEventListener(kind, ({ data, lastEventId = '' }) => {
        if (this.#stream !== opened) return;
        if (lastEventId !== '') this.#lastEventId = lastEventId;
        this.#setLink('open');
        this.#take(JSON.parse(data ?? '') as DashboardEvent);
      });
    opened.addEventListener('open', () => this.#setLink('open'));
    opened.addEventListener('error', () => {
      if (this.#stream !== opened || this.#isClosed) return;
      this.#setLink('lost');
      if (opened.readyState === CLOSED) this.#lose();
      else void this.#renewSession();
    });
  }

  #take(event: DashboardEvent): void {
    if (event.kind === 'source') this.#source.value = event;
    else if (event.kind === 'fleet')
      this.#fleet.value = mergeFleet(this.#fleet.peek() ?? new Map(), event.changed, event.removed);
    else if (event.kind === 'device' && event.id === this.#watched) this.#device.value = event.device;
    else if (event.kind === 'apply') this.#applies.value = withStep(this.#applies.peek(), event.device, event.step);
    else if (event.kind === 'history') this.#historyTick.value += 1;
    else if (event.kind === 'reset') void this.start();
  }

  /** A server that was started anew has another CSRF token, or does not know this browser any more. */
  async #renewSession(): Promise<void> {
    try {
      this.#session.value = await this.#world.api.session();
    } catch (error) {
      if (error instanceof ApiError && error.code === 'no-session') this.#refusal.value = error.code;
    }
  }

  #lose(error?: unknown): void {
    if (this.#isClosed) return;
    if (error instanceof ApiError && error.code !== 'away' && error.code !== 'internal') {
      this.#refusal.value = error.code;
      return;
    }
    this.#setLink('lost');
    this.#cancelRetry?.();
    this.#cancelRetry = this.#world.later(RETRY_MS, () => void this.start());
  }

  #setLink(state: Link['state']): void {
    if (this.#link.peek().state !== state) this.#link.value = { state, since: this.#world.now() };
  }
}

function withStep(
  applies: ReadonlyMap<string, readonly ApplyStep[]>,
  device: string,
  step: ApplyStep,
): ReadonlyMap<string, readonly ApplyStep[]> {
  return new Map(applies).set(device, addStep(applies.get(device) ?? [], step));
}

/** A list of steps with one more: a stage that is told of again replaces what was said of it, and a step after an end begins anew. */
export function addStep(steps: readonly ApplyStep[], step: ApplyStep): readonly ApplyStep[] {
  const before = steps.at(-1)?.kind === 'end' ? [] : steps;
  if (step.kind === 'end') return [...before, step];
  const index = before.findIndex((one) => one.kind === 'step' && one.stage === step.stage);
  return index < 0 ? [...before, step] : before.with(index, step);
}
