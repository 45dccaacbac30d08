import { DIRECT_METHODS, isTwinObject, type TwinObject } from '@iotedge-networking/contract';
import type { ModuleClient, Twin } from 'azure-iot-device';
import type { MethodAnswer, MethodHandler } from '../report/direct-methods.ts';
import { PendingCalls } from './pending-calls.ts';
import { insideSdk, outsideSdk } from './sdk-context.ts';

/** Both sections of a module twin, as the hub or edgeHub gave them. */
export interface TwinSections {
  readonly desired: TwinObject;
  readonly reported: TwinObject;
}

/** One connection to the hub, from open to close. */
export interface HubSession {
  getTwin(): Promise<TwinSections>;
  updateReported(patch: TwinObject): Promise<void>;
  sendEvent(output: string, body: object): Promise<void>;
  close(): Promise<void>;
}

/** What a session tells while it is open. */
export interface SessionListener {
  /** Connected again after a drop: patches may have been missed. */
  readonly onConnect: () => void;
  /** The SDK has given the connection up. */
  readonly onLost: (cause: string) => void;
  readonly onDesiredPatch: (patch: TwinObject) => void;
  readonly onMethod: MethodHandler;
}

const OPEN_MS = 90_000;
const CALL_MS = 15_000;
const EVENT_MS = 40_000;
const CLOSE_MS = 3_000;

/**
 * Opens a connection with what stands in the environment: the workload API of IoT Edge, or EdgeHubConnectionString. The SDK's options are left as it made them:
 * setting any of them would drop the certificate authority.
 */
export function openHubSession(listener: SessionListener): Promise<HubSession> {
  return insideSdk(() => open(listener));
}

async function open(listener: SessionListener): Promise<HubSession> {
  const [{ default: device }, { default: transport }] = await Promise.all([
    import('azure-iot-device'),
    import('azure-iot-device-mqtt'),
  ]);
  const calls = new PendingCalls();
  const identity = device.ModuleClient.fromEnvironment(transport.Mqtt);
  const client = await calls.wait(identity, OPEN_MS, 'reading the module identity');
  const heard = new SessionEvents(listener, calls);
  const close = async (): Promise<void> => {
    heard.end();
    calls.giveUp('the connection is closed');
    await calls.wait(client.close(), CLOSE_MS, 'closing').catch(() => undefined);
  };
  try {
    client.on('error', (error: Error) => heard.lost(error.message));
    client.on('disconnect', (result: unknown) => heard.lost(causeOf(result)));
    await calls.wait(client.open(), OPEN_MS, 'connecting');
    client.on('connect', () => heard.connected());
    const twin = await subscribeTwin(client, heard, calls);
    for (const name of DIRECT_METHODS) registerMethod(client, name, listener.onMethod);
    return {
      getTwin: () => calls.wait(readTwin(client), CALL_MS, 'reading the twin'),
      updateReported: (patch) => calls.wait(updateReported(twin, patch), CALL_MS, 'updating reported properties'),
      sendEvent: async (output, body) => {
        const message = new device.Message(JSON.stringify(body));
        message.contentType = 'application/json';
        message.contentEncoding = 'utf-8';
        await calls.wait(client.sendOutputEvent(output, message), EVENT_MS, 'sending an event');
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * What the SDK tells, until the session ends. The SDK's own listeners stay to the last: taking one away makes it unsubscribe inputs, for which it would
 * connect again.
 */
class SessionEvents {
  readonly #listener: SessionListener;
  readonly #calls: PendingCalls;
  #hasEnded = false;

  constructor(listener: SessionListener, calls: PendingCalls) {
    this.#listener = listener;
    this.#calls = calls;
  }

  end(): void {
    this.#hasEnded = true;
  }

  lost(cause: string): void {
    if (!this.#hasEnded) outsideSdk(() => this.#listener.onLost(cause));
  }

  connected(): void {
    if (this.#hasEnded) return;
    this.#calls.giveUp('the link was made anew before the answer came');
    outsideSdk(() => this.#listener.onConnect());
  }

  desired(patch: TwinObject): void {
    if (!this.#hasEnded) outsideSdk(() => this.#listener.onDesiredPatch(patch));
  }
}

/** Subscribes before the twin is read for good, so that no patch falls between. The SDK hands out the twin only with a first read. */
async function subscribeTwin(client: ModuleClient, heard: SessionEvents, calls: PendingCalls): Promise<Twin> {
  const twin = await calls.wait(client.getTwin(), CALL_MS, 'reading the twin');
  twin.on('error', (error: Error) => heard.lost(error.message));
  // The whole section comes this way too, after each read and, a moment later, for the listener being new; only patches are of interest here. The latter may
  // come when a further read has already replaced the section, so it is remembered: taken for a patch, it would bring back what was removed meanwhile.
  const first: unknown = twin.properties.desired;
  twin.on('properties.desired', (section: unknown) => {
    const isWhole = section === first || section === twin.properties.desired;
    if (!isWhole && isTwinObject(section)) heard.desired(structuredClone(section));
  });
  return twin;
}

async function readTwin(client: ModuleClient): Promise<TwinSections> {
  const { properties } = await client.getTwin();
  return { desired: plain(properties.desired), reported: plain(properties.reported) };
}

/** A copy without the SDK's functions. */
function plain(section: unknown): TwinObject {
  return JSON.parse(JSON.stringify(section)) as TwinObject;
}

interface ReportedSection {
  readonly update: (patch: TwinObject, done: (error?: Error | null) => void) => void;
}

function updateReported(twin: Twin, patch: TwinObject): Promise<void> {
  return new Promise<void>((resolve, reject) => {
    (twin.properties.reported as unknown as ReportedSection).update(patch, (error) => {
      if (error === undefined || error === null) resolve();
      else reject(error);
    });
  });
}

function registerMethod(client: ModuleClient, name: string, handler: MethodHandler): void {
  client.onMethod(name, (request, response) => {
    if (request === undefined || response === undefined) return;
    void outsideSdk(() => handler(name, request.payload))
      .catch((error: unknown): MethodAnswer => ({ status: 500, payload: { message: (error as Error).message } }))
      .then(({ status, payload }) => response.send(status, payload))
      .catch(() => undefined);
  });
}

function causeOf(result: unknown): string {
  const error = (result as { readonly transportObj?: { readonly message?: string } } | undefined)?.transportObj;
  return error?.message ?? 'the connection was closed';
}
