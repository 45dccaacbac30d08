import { isJsonObject, objectAt, without } from '../json.ts';
import type { KubeObject } from '../object-client.ts';

// events.k8s.io/v1 and core/v1 are two spellings of one object.
const toCore: Readonly<Record<string, string>> = {
  regarding: 'involvedObject',
  note: 'message',
  reportingController: 'reportingComponent',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
};
const fromCore = Object.fromEntries(Object.entries(toCore).map(([view, core]) => [core, view]));

/** Turns an events.k8s.io/v1 Event into the stored core/v1 form. */
export function eventToCore(object: KubeObject): KubeObject {
  return rename(object, toCore, 'v1');
}

/** Turns a stored core/v1 Event into events.k8s.io/v1. */
export function eventFromCore(object: KubeObject): KubeObject {
  return rename(object, fromCore, 'events.k8s.io/v1');
}

function rename(object: KubeObject, names: Readonly<Record<string, string>>, apiVersion: string): KubeObject {
  const { kind, metadata } = object;
  const fields = Object.entries(without(object, 'apiVersion', 'kind', 'metadata')).map(
    ([name, value]) => [names[name] ?? name, value] as const,
  );
  return { apiVersion, kind, metadata, ...Object.fromEntries(fields) };
}

function nodeNameOf(nodeName: unknown): { nodeName?: unknown } {
  return nodeName === undefined ? {} : { nodeName };
}

function mapList(list: unknown, convert: (item: unknown) => unknown): unknown {
  return Array.isArray(list) ? list.map(convert) : (list ?? null);
}

/**
 * Turns a discovery.k8s.io/v1beta1 EndpointSlice into the stored v1 form: topology labels become fields. 1.20 does not know `nodeName` yet
 * (`keepsNodeName` false).
 */
export function sliceToV1(object: KubeObject, keepsNodeName: boolean): KubeObject {
  return {
    ...object,
    apiVersion: 'discovery.k8s.io/v1',
    endpoints: mapList(object['endpoints'], (endpoint: unknown) => {
      if (!isJsonObject(endpoint)) return endpoint;
      const { topology, nodeName, ...rest } = endpoint;
      const labels = isJsonObject(topology) ? topology : {};
      const { 'kubernetes.io/hostname': hostname, 'topology.kubernetes.io/zone': zone, ...others } = labels;
      return {
        ...rest,
        ...nodeNameOf(keepsNodeName ? (nodeName ?? hostname) : hostname),
        ...(zone === undefined ? {} : { zone }),
        ...(Object.keys(others).length === 0 ? {} : { deprecatedTopology: others }),
      };
    }),
  };
}

/** Turns a stored v1 EndpointSlice into discovery.k8s.io/v1beta1. */
export function sliceFromV1(object: KubeObject, keepsNodeName: boolean): KubeObject {
  return {
    ...object,
    apiVersion: 'discovery.k8s.io/v1beta1',
    endpoints: mapList(object['endpoints'], (endpoint: unknown) => {
      if (!isJsonObject(endpoint)) return endpoint;
      const { zone, nodeName } = endpoint;
      const rest = without(endpoint, 'zone', 'nodeName', 'deprecatedTopology');
      const topology = {
        ...objectAt(endpoint, 'deprecatedTopology'),
        ...(nodeName === undefined ? {} : { 'kubernetes.io/hostname': nodeName }),
        ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }),
      };
      return {
        ...rest,
        ...(keepsNodeName ? nodeNameOf(nodeName) : {}),
        ...(Object.keys(topology).length === 0 ? {} : { topology }),
      };
    }),
  };
}
