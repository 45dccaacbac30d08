import { addressResource, type TwinAddress } from '../twin-address.ts';
import { parsePropertyBag, type PropertyBag } from './property-bag.ts';

/** Filter a client subscribes for the answers to its twin requests. */
export const TWIN_RESPONSES = '$iothub/twin/res/#';
/** Filter for changes of desired properties. */
export const DESIRED_CHANGES = '$iothub/twin/PATCH/properties/desired/#';
/** Filter for direct method calls. */
export const METHOD_CALLS = '$iothub/methods/POST/#';

/** What a client can say by publishing. `rid` is the request id exactly as it stood in the topic, so that it goes back unchanged. */
export type DeviceRequest =
  | { readonly kind: 'twin-get'; readonly rid: string }
  | { readonly kind: 'reported-patch'; readonly rid: string }
  | { readonly kind: 'method-response'; readonly rid: string; readonly status: number }
  | { readonly kind: 'message'; readonly bag: PropertyBag };

/** Reads a topic `address` may publish to; undefined for every other topic, which closes the link. */
export function parseDeviceTopic(topic: string, address: TwinAddress): DeviceRequest | undefined {
  const events = `${addressResource(address)}/messages/events`;
  if (topic === events || topic.startsWith(`${events}/`))
    return { kind: 'message', bag: parsePropertyBag(topic.slice(events.length + 1)) };
  const at = topic.indexOf('?');
  const rid = at < 0 ? undefined : requestId(topic.slice(at + 1));
  if (rid === undefined) return undefined;
  const path = topic.slice(0, at).replace(/\/$/, '');
  if (path === '$iothub/twin/GET') return { kind: 'twin-get', rid };
  if (path === '$iothub/twin/PATCH/properties/reported') return { kind: 'reported-patch', rid };
  const status = /^\$iothub\/methods\/res\/(-?\d+)$/.exec(path)?.[1];
  return status === undefined ? undefined : { kind: 'method-response', rid, status: Number(status) };
}

function requestId(query: string): string | undefined {
  return query
    .split('&')
    .find((pair) => pair.startsWith('$rid='))
    ?.slice('$rid='.length);
}

/** Whether `address` may subscribe to `filter`: twin, methods, and messages of its own. */
export function maySubscribe(filter: string, address: TwinAddress): boolean {
  if (filter === TWIN_RESPONSES || filter === DESIRED_CHANGES || filter === METHOD_CALLS) return true;
  const own = addressResource(address);
  if (address.moduleId === undefined) return filter === `${own}/messages/devicebound/#`;
  const input = /^\/inputs\/(.+)$/.exec(filter.startsWith(own) ? filter.slice(own.length) : '')?.[1];
  return input !== undefined && !input.includes('+');
}

/** Topic of an answer to a twin request. */
export function twinResponseTopic(status: number, rid: string, version?: number): string {
  return `$iothub/twin/res/${status}/?$rid=${rid}${version === undefined ? '' : `&$version=${version}`}`;
}

/** Topic of a change of desired properties. */
export function desiredChangeTopic(version: number): string {
  return `$iothub/twin/PATCH/properties/desired/?$version=${version}`;
}

/** Topic of a direct method call. */
export function methodCallTopic(name: string, rid: string): string {
  return `$iothub/methods/POST/${name}/?$rid=${rid}`;
}

/** Topic on which a module receives a message at one of its inputs. */
export function inputTopic(address: TwinAddress, input: string, bag: string): string {
  return `${addressResource(address)}/inputs/${input}/${bag}`;
}
