import { isTwinObject, type TwinObject } from '@iotedge-networking/contract';
import type { HubMessage } from './hub-events.ts';
import type { HubStore } from './hub-store.ts';
import { inputTopic } from './mqtt/mqtt-topics.ts';
import { formatPropertyBag } from './mqtt/property-bag.ts';
import type { TwinAddress } from './twin-address.ts';

/** Where a message of a module goes. */
export interface Destinations {
  readonly upstream: boolean;
  /** Inputs of modules on the same device. */
  readonly inputs: readonly { readonly address: TwinAddress; readonly input: string }[];
}

const ROUTE =
  /^\s*FROM\s+(?<source>\S+)(?:\s+WHERE\s+.*)?\s+INTO\s+(?<sink>\$upstream|BrokeredEndpoint\(\s*"(?<endpoint>[^"]+)"\s*\))\s*$/i;

/**
 * Follows the routes of `$edgeHub` on the message's device. A device without routes sends everything upstream, so that a module can be tried
 * without a deployment; with routes, what none of them takes is dropped, as in edgeHub. Conditions (WHERE) are taken as true.
 */
export function routeMessage(store: HubStore, message: HubMessage): Destinations {
  const { deviceId, moduleId } = message;
  const routes = store.find({ deviceId, moduleId: '$edgeHub' })?.twin.desired.values['routes'];
  if (moduleId === undefined || !isTwinObject(routes)) return { upstream: true, inputs: [] };
  const source = sourceOf(moduleId, message.output);
  const sinks = readRoutes(routes).filter((route) => matches(route.source, source));
  return {
    upstream: sinks.some(({ endpoint }) => endpoint === undefined),
    inputs: sinks.flatMap(({ endpoint }) => {
      const { module, input } =
        /^\/modules\/(?<module>[^/]+)\/inputs\/(?<input>[^/]+)$/.exec(endpoint ?? '')?.groups ?? {};
      return module === undefined || input === undefined ? [] : [{ address: { deviceId, moduleId: module }, input }];
    }),
  };
}

function sourceOf(moduleId: string, output: string | undefined): string {
  return `/messages/modules/${moduleId}${output === undefined ? '/events' : `/outputs/${output}`}`;
}

interface Route {
  readonly source: string;
  /** Undefined for `$upstream`. */
  readonly endpoint: string | undefined;
}

function readRoutes(routes: TwinObject): readonly Route[] {
  return Object.values(routes).flatMap((route) => {
    const text = isTwinObject(route) ? route['route'] : route;
    const { source, endpoint } = ROUTE.exec(typeof text === 'string' ? text : '')?.groups ?? {};
    return source === undefined ? [] : [{ source, endpoint }];
  });
}

// `/messages/modules/a/*`: the star at the end stands for anything below; edgeHub compares without regard to case.
function matches(pattern: string, source: string): boolean {
  const wanted = pattern.toLowerCase();
  const given = source.toLowerCase();
  return wanted.endsWith('/*') ? given.startsWith(wanted.slice(0, -1)) : given === wanted;
}

/** Takes a message where its routes lead: into the event stream, and to inputs of modules on the device. */
export function deliverMessage(
  store: HubStore,
  message: HubMessage,
  publish: (topic: string, payload: Buffer) => void,
): void {
  const { upstream, inputs } = routeMessage(store, message);
  if (upstream) store.events.emit('message', message);
  const { deviceId, moduleId, system, properties, body } = message;
  const carried = Object.entries(system).filter(([name]) => name !== '$.on');
  // edgeHub tells the receiver who sent it.
  const origin = { '$.cdid': deviceId, ...(moduleId === undefined ? {} : { '$.cmid': moduleId }) };
  for (const { address, input } of inputs)
    publish(
      inputTopic(address, input, formatPropertyBag({ ...Object.fromEntries(carried), ...origin, ...properties })),
      body,
    );
}
