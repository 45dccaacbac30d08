import { listAt, numberAt, objectAt, objectsAt, textAt } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import { printSelector } from '../rest/scale.ts';
import { column, wideColumn } from './column.ts';
import type { Column } from './column.ts';
import { eventColumns } from './event-columns.ts';
import { ageOf } from './human-duration.ts';
import { nodeAddress, nodeRoles, nodeStatus } from './node-cells.ts';
import { podReason, podRestarts, readinessGates, readyContainers } from './pod-cells.ts';
import { endpointAddresses, externalAddresses, servicePorts, sliceAddresses, slicePorts } from './service-cells.ts';

const name = column('Name', (object) => object.metadata.name);
const age = column('Age', (object, now) => ageOf(object.metadata.creationTimestamp, now));
const createdAt = column('Created At', (object) => object.metadata.creationTimestamp ?? '', 'date');

const orNone = (text: string): string => (text === '' ? '<none>' : text);
const text =
  (...path: string[]): Column['cell'] =>
  (object) =>
    orNone(textAt(object, ...path));
const number =
  (...path: string[]): Column['cell'] =>
  (object) =>
    numberAt(object, ...path);
const size =
  (...path: string[]): Column['cell'] =>
  (object) =>
    Object.keys(objectAt(object, ...path) ?? {}).length;

function labelText(labels: unknown): string {
  return orNone(Object.entries((labels ?? {}) as Record<string, string>).map(([key, value]) => `${key}=${value}`).sort().join(','));
} // prettier-ignore

function containers(field: 'name' | 'image'): Column['cell'] {
  return (object) => objectsAt(object, 'spec', 'template', 'spec', 'containers').map((container) => textAt(container, field)).join(',');
} // prettier-ignore

const workloadWide = [
  wideColumn('Containers', containers('name')),
  wideColumn('Images', containers('image')),
  wideColumn('Selector', (object) => orNone(printSelector(objectAt(object, 'spec', 'selector') ?? {}))),
];

function subjects(kind: string): Column['cell'] {
  return (object) =>
    objectsAt(object, 'subjects')
      .filter((subject) => subject['kind'] === kind)
      .map((subject) =>
        kind === 'ServiceAccount'
          ? `${textAt(subject, 'namespace')}/${textAt(subject, 'name')}`
          : textAt(subject, 'name'),
      )
      .join(', ');
}

const bindingColumns = [
  name,
  column('Role', (object) => `${textAt(object, 'roleRef', 'kind')}/${textAt(object, 'roleRef', 'name')}`),
  age,
  wideColumn('Users', subjects('User')),
  wideColumn('Groups', subjects('Group')),
  wideColumn('ServiceAccounts', subjects('ServiceAccount')),
];

const dataCount = (object: KubeObject): number =>
  Object.keys(objectAt(object, 'data') ?? {}).length + Object.keys(objectAt(object, 'binaryData') ?? {}).length;

/** The columns of `kubectl get` for the built-in kinds, by collection (kubernetes `printers/internalversion`). */
export const kindColumns: Readonly<Record<string, readonly Column[]>> = {
  services: [
    name,
    column('Type', text('spec', 'type')),
    column('Cluster-IP', text('spec', 'clusterIP')),
    column('External-IP', externalAddresses),
    column('Port(s)', servicePorts),
    age,
    wideColumn('Selector', (object) => labelText(objectAt(object, 'spec', 'selector'))),
  ],
  endpoints: [name, column('Endpoints', endpointAddresses), age],
  'endpointslices.discovery.k8s.io': [
    name,
    column('AddressType', text('addressType')),
    column('Ports', slicePorts),
    column('Endpoints', sliceAddresses),
    age,
  ],
  pods: [
    name,
    column('Ready', readyContainers),
    column('Status', podReason),
    column('Restarts', podRestarts),
    age,
    wideColumn('IP', text('status', 'podIP')),
    wideColumn('Node', text('spec', 'nodeName')),
    wideColumn('Nominated Node', text('status', 'nominatedNodeName')),
    wideColumn('Readiness Gates', readinessGates),
  ],
  'deployments.apps': [
    name,
    column(
      'Ready',
      (object) => `${numberAt(object, 'status', 'readyReplicas')}/${numberAt(object, 'spec', 'replicas')}`,
    ),
    column('Up-to-date', number('status', 'updatedReplicas'), 'integer'),
    column('Available', number('status', 'availableReplicas'), 'integer'),
    age,
    ...workloadWide,
  ],
  'replicasets.apps': [
    name,
    column('Desired', number('spec', 'replicas'), 'integer'),
    column('Current', number('status', 'replicas'), 'integer'),
    column('Ready', number('status', 'readyReplicas'), 'integer'),
    age,
    ...workloadWide,
  ],
  'daemonsets.apps': [
    name,
    column('Desired', number('status', 'desiredNumberScheduled'), 'integer'),
    column('Current', number('status', 'currentNumberScheduled'), 'integer'),
    column('Ready', number('status', 'numberReady'), 'integer'),
    column('Up-to-date', number('status', 'updatedNumberScheduled'), 'integer'),
    column('Available', number('status', 'numberAvailable'), 'integer'),
    column('Node Selector', (object) => labelText(objectAt(object, 'spec', 'template', 'spec', 'nodeSelector'))),
    age,
    ...workloadWide,
  ],
  nodes: [
    name,
    column('Status', nodeStatus),
    column('Roles', nodeRoles),
    age,
    column('Version', text('status', 'nodeInfo', 'kubeletVersion')),
    wideColumn('Internal-IP', (object) => nodeAddress(object, 'InternalIP')),
    wideColumn('External-IP', (object) => nodeAddress(object, 'ExternalIP')),
    wideColumn('OS-Image', text('status', 'nodeInfo', 'osImage')),
    wideColumn('Kernel-Version', text('status', 'nodeInfo', 'kernelVersion')),
    wideColumn('Container-Runtime', text('status', 'nodeInfo', 'containerRuntimeVersion')),
  ],
  namespaces: [name, column('Status', text('status', 'phase')), age],
  configmaps: [name, column('Data', dataCount, 'integer'), age],
  secrets: [name, column('Type', text('type')), column('Data', size('data'), 'integer'), age],
  serviceaccounts: [name, column('Secrets', (object) => listAt(object, 'secrets').length, 'integer'), age],
  persistentvolumeclaims: [
    name,
    column('Status', text('status', 'phase')),
    column('Volume', (object) => textAt(object, 'spec', 'volumeName')),
    column('Capacity', (object) => textAt(object, 'status', 'capacity', 'storage')),
    column('Access Modes', (object) => listAt(object, 'status', 'accessModes').map(String).join(',')),
    column('StorageClass', (object) => textAt(object, 'spec', 'storageClassName')),
    age,
    wideColumn('VolumeMode', text('spec', 'volumeMode')),
  ],
  events: eventColumns,
  'leases.coordination.k8s.io': [name, column('Holder', (object) => textAt(object, 'spec', 'holderIdentity')), age],
  'roles.rbac.authorization.k8s.io': [name, createdAt],
  'clusterroles.rbac.authorization.k8s.io': [name, createdAt],
  'rolebindings.rbac.authorization.k8s.io': bindingColumns,
  'clusterrolebindings.rbac.authorization.k8s.io': bindingColumns,
  'customresourcedefinitions.apiextensions.k8s.io': [name, createdAt],
};

/** The columns of a kind without columns of its own. */
export const plainColumns: readonly Column[] = [name, age];

/** The column that every table of custom resources begins with. */
export const nameColumn: Column = name;
