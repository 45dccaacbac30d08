import type { EventEmitter } from 'node:events';
import type { Client } from 'aedes';
import { setConnected } from './connection-state.ts';
import type { Hub } from './hub.ts';
import type { HubStore } from './hub-store.ts';
import type { MessageLog } from './message-log.ts';
import type { MethodCalls } from './method-calls.ts';
import type { DeviceLinks } from './mqtt/device-links.ts';
import { closeLink } from './mqtt/end-link.ts';
import { DESIRED_CHANGES, inputTopic, METHOD_CALLS, TWIN_RESPONSES } from './mqtt/mqtt-topics.ts';
import { formatPropertyBag } from './mqtt/property-bag.ts';
import { addressName } from './twin-address.ts';
import { waitFor } from './wait-for.ts';

/** What the calls about links need. */
export interface LinkParts {
  readonly store: HubStore;
  readonly links: DeviceLinks;
  readonly methods: MethodCalls;
  readonly log: MessageLog;
  readonly revoked: Set<string>;
  readonly publish: (topic: string, payload: Buffer) => void;
  readonly reset: (client: Client) => void;
}

type InProcessLinks = Pick<
  Hub,
  | 'attach'
  | 'awaitConnected'
  | 'awaitMessage'
  | 'awaitReported'
  | 'awaitSubscribed'
  | 'dropLink'
  | 'events'
  | 'expireTokens'
  | 'invokeMethod'
  | 'on'
  | 'reconnectAll'
  | 'sendToInput'
>;

const WAIT_MS = 5000;

/** The part of a hub's in-process calls that deals with links, messages and onlookers. */
export function inProcessLinks(parts: LinkParts): InProcessLinks {
  const { store, links, methods, log, revoked, publish, reset } = parts;
  return {
    ...waits(parts),
    attach: (deviceId, moduleId, onMethod) => {
      const address = { deviceId, moduleId };
      methods.handleInProcess(address, onMethod);
      setConnected(store, address, true);
      return () => {
        methods.handleInProcess(address, undefined);
        setConnected(store, address, false);
      };
    },
    invokeMethod: (deviceId, moduleId, request) => {
      const defaults = { payload: null, responseTimeoutInSeconds: 30, connectTimeoutInSeconds: 0 };
      return methods.invoke({ deviceId, moduleId }, { ...defaults, ...request });
    },
    sendToInput: (deviceId, moduleId, { input, body, properties = {} }) =>
      publish(inputTopic({ deviceId, moduleId }, input, formatPropertyBag(properties)), Buffer.from(body)),
    events: () => log.all(),
    on: (event, listener) => {
      // The emitter's own types cannot follow a type parameter, so it is taken without them here.
      const emitter: EventEmitter = store.events;
      const untyped = listener as (...occurrence: unknown[]) => void;
      emitter.on(event, untyped);
      return () => void emitter.off(event, untyped);
    },
    dropLink: (deviceId, moduleId, end = 'close') => {
      const link = links.get({ deviceId, moduleId });
      if (link === undefined) return false;
      if (end === 'reset') reset(link.client);
      else closeLink(link.client);
      return true;
    },
    reconnectAll: () => {
      for (const { client } of links.all()) closeLink(client);
    },
    expireTokens: () => {
      for (const { client, signature } of links.all()) {
        revoked.add(signature);
        closeLink(client);
      }
    },
  };
}

const FILTERS = { twin: TWIN_RESPONSES, desired: DESIRED_CHANGES, methods: METHOD_CALLS } as const;

function waits({
  store,
  links,
  log,
}: LinkParts): Pick<Hub, 'awaitConnected' | 'awaitMessage' | 'awaitReported' | 'awaitSubscribed'> {
  return {
    awaitSubscribed: async ([deviceId, moduleId], subscription, timeoutMs = WAIT_MS) => {
      await waitFor({
        store,
        events: ['session', 'connection'],
        look: () => (links.isListening({ deviceId, moduleId }, FILTERS[subscription]) ? true : undefined),
        what: () => `${addressName({ deviceId, moduleId })} to subscribe ${subscription}`,
        timeoutMs,
      });
    },
    awaitReported: ([deviceId, moduleId], predicate, timeoutMs = WAIT_MS) => {
      const reported = () => store.find({ deviceId, moduleId })?.twin.reported.values;
      return waitFor({
        store,
        events: ['reported'],
        look: () => {
          const values = reported();
          return values !== undefined && predicate(values) ? values : undefined;
        },
        what: () =>
          `reported properties of ${addressName({ deviceId, moduleId })}; they are ${JSON.stringify(reported())}`,
        timeoutMs,
      });
    },
    awaitConnected: async ([deviceId, moduleId], connected = true, timeoutMs = WAIT_MS) => {
      const wanted = connected ? 'connected' : 'disconnected';
      await waitFor({
        store,
        events: ['connection'],
        look: () => ((store.find({ deviceId, moduleId })?.connected ?? false) === connected ? true : undefined),
        what: () => `${addressName({ deviceId, moduleId })} to be ${wanted}`,
        timeoutMs,
      });
    },
    awaitMessage: (predicate, timeoutMs = WAIT_MS) =>
      waitFor({
        store,
        events: ['message'],
        look: () => log.all().find(predicate),
        what: () => 'a message',
        timeoutMs,
      }),
  };
}
