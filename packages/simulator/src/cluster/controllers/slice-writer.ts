import { jsonEqual } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { ControllerContext } from './controller-context.ts';
import { keyText } from './lister.ts';
import type { Lister } from './lister.ts';
import { controllerReference } from './owner-reference.ts';
import { refs } from './refs.ts';

/** The content of one EndpointSlice. */
export interface SliceContent {
  readonly addressType: 'IPv4' | 'IPv6';
  readonly endpoints: readonly unknown[];
  readonly ports: readonly unknown[];
}

/** Which slices of a Service a controller keeps. */
export interface SliceOwnership {
  /** The Service, or the Endpoints that are mirrored: owner of the slices. */
  readonly owner: KubeObject;
  readonly managedBy: string;
  readonly labels: Readonly<Record<string, string>>;
}

export const serviceNameLabel = 'kubernetes.io/service-name';
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by';
const endpointLimit = 100;

/** Finds the slices that a controller has made for a Service. */
export type OwnSlices = (service: { readonly namespace?: string; readonly name: string }) => readonly KubeObject[];

/** Follows the slices that a controller makes. */
export function ownSlices(slices: Lister, managedBy: string): OwnSlices {
  const find = slices.index(({ metadata: { namespace, labels } }) =>
    labels?.[managedByLabel] === managedBy ? `${namespace ?? ''}/${labels[serviceNameLabel] ?? ''}` : undefined,
  );
  return (service) => find(keyText(service));
}

/** Makes the slices of a Service hold exactly the given content, with as few writes as it takes. Slices of others are left alone. */
export function writeSlices(
  context: ControllerContext,
  slices: OwnSlices,
  ownership: SliceOwnership,
  contents: readonly SliceContent[],
): void {
  const { owner, managedBy } = ownership;
  const { name } = owner.metadata;
  const present = [...slices(owner.metadata)];
  const labels = { ...ownership.labels, [serviceNameLabel]: name, [managedByLabel]: managedBy };
  const wanted = contents.flatMap(divided);
  const unmatched = wanted.filter((content) => {
    const index = present.findIndex((slice) => holds(slice, content) && jsonEqual(slice.metadata.labels, labels));
    if (index >= 0) present.splice(index, 1);
    return index < 0;
  });
  for (const content of unmatched) {
    // A slice with the same ports is changed rather than replaced, so that watchers see one small change.
    const index = Math.max(
      0,
      present.findIndex((slice) => jsonEqual(slice['ports'], content.ports)),
    );
    const reusable = present[index]?.['addressType'] === content.addressType ? present[index] : undefined;
    if (reusable === undefined) {
      context.client.create(refs.endpointSlices, newSlice(ownership, labels, content));
    } else {
      present.splice(index, 1);
      const metadata = { ...reusable.metadata, labels, resourceVersion: '' };
      context.client.update(refs.endpointSlices, {
        ...reusable,
        metadata,
        endpoints: content.endpoints,
        ports: content.ports,
      });
    }
  }
  for (const { metadata } of present) context.client.remove(refs.endpointSlices, metadata);
}

function holds(slice: KubeObject, content: SliceContent): boolean {
  return (
    slice['addressType'] === content.addressType &&
    jsonEqual(slice['endpoints'] ?? [], content.endpoints) &&
    jsonEqual(slice['ports'] ?? [], content.ports)
  );
}

function divided(content: SliceContent): SliceContent[] {
  if (content.endpoints.length <= endpointLimit) return [content];
  const head = { ...content, endpoints: content.endpoints.slice(0, endpointLimit) };
  return [head, ...divided({ ...content, endpoints: content.endpoints.slice(endpointLimit) })];
}

function newSlice({ owner }: SliceOwnership, labels: Record<string, string>, content: SliceContent): KubeObject {
  const { name, namespace } = owner.metadata;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: '', generateName: `${name}-`, namespace, labels, ownerReferences: [controllerReference(owner)] },
    addressType: content.addressType,
    endpoints: content.endpoints,
    ports: content.ports,
  };
}
