import { isJsonObject, objectAt } from '../json.ts';
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
  const { apiVersion: _, kind, metadata, ...rest } = object;
  const fields = Object.entries(rest).map(([name, value]) => [names[name] ?? name, value] as const);
  return { apiVersion, kind, metadata, ...Object.fromEntries(fields) };
}

/** Turns a discovery.k8s.io/v1beta1 EndpointSlice into the stored v1 form: topology labels become fields. */
export function sliceToV1(object: KubeObject): KubeObject {
  const endpoints = Array.isArray(object['endpoints']) ? object['endpoints'] : [];
  return {
    ...object,
    apiVersion: 'discovery.k8s.io/v1',
    endpoints: endpoints.map((endpoint: unknown) => {
      if (!isJsonObject(endpoint)) return endpoint;
      const { topology, ...rest } = endpoint;
      const labels = isJsonObject(topology) ? topology : {};
      const { 'kubernetes.io/hostname': hostname, 'topology.kubernetes.io/zone': zone, ...others } = labels;
      return {
        ...rest,
        ...(hostname === undefined || rest['nodeName'] !== undefined ? {} : { nodeName: hostname }),
        ...(zone === undefined ? {} : { zone }),
        ...(Object.keys(others).length === 0 ? {} : { deprecatedTopology: others }),
      };
    }),
  };
}

/** Turns a stored v1 EndpointSlice into discovery.k8s.io/v1beta1. */
export function sliceFromV1(object: KubeObject): KubeObject {
  const endpoints = Array.isArray(object['endpoints']) ? object['endpoints'] : [];
  return {
    ...object,
    apiVersion: 'discovery.k8s.io/v1beta1',
    endpoints: endpoints.map((endpoint: unknown) => {
      if (!isJsonObject(endpoint)) return endpoint;
      const { zone, deprecatedTopology: _, ...rest } = endpoint;
      const topology = {
        ...objectAt(endpoint, 'deprecatedTopology'),
        ...(rest['nodeName'] === undefined ? {} : { 'kubernetes.io/hostname': rest['nodeName'] }),
        ...(zone === undefined ? {} : { 'topology.kubernetes.io/zone': zone }),
      };
      return { ...rest, ...(Object.keys(topology).length === 0 ? {} : { topology }) };
    }),
  };
}
