import { badRequest } from '../api-error.ts';
import { valueAt } from '../json.ts';
import type { KubeObject } from '../object-client.ts';
import type { ResourceKind } from '../scheme/resource-kind.ts';
import type { ServerFeatures } from '../server-version.ts';

const everywhere = ['metadata.name', 'metadata.namespace'];
const byCollection: Readonly<Record<string, readonly string[]>> = {
  pods: ['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'spec.hostNetwork', 'status.phase', 'status.podIP', 'status.nominatedNodeName'],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase', 'name'],
  services: ['spec.clusterIP', 'spec.type'],
  secrets: ['type'],
  'replicasets.apps': ['status.replicas'],
  events: [
    'involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'involvedObject.uid', 'involvedObject.apiVersion',
    'involvedObject.resourceVersion', 'involvedObject.fieldPath', 'reason', 'reportingComponent', 'source', 'type',
  ],
}; // prettier-ignore

/** Reads `metadata.name=x,status.phase!=Running`. Throws 400 for a field that this resource does not offer. */
export function parseFieldSelector(
  text: string,
  kind: ResourceKind,
  features: Pick<ServerFeatures, 'serviceFieldSelectors'>,
): (object: KubeObject) => boolean {
  const isOffered = kind.collection !== 'services' || features.serviceFieldSelectors;
  const supported = [...everywhere, ...(isOffered ? (byCollection[kind.collection] ?? []) : [])];
  const requirements = text
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(part.trim());
      if (match?.[1] === undefined) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
      const field = match[1].trim();
      if (!supported.includes(field)) {
        throw badRequest(
          `Unable to find "${kind.group}/${kind.version}, Resource=${kind.plural}" that match label selector "", field selector "${text}": field label not supported: ${field}`,
        );
      }
      return { field, equal: match[2] !== '!=', value: match[3] ?? '' };
    });
  return (object) => requirements.every(({ field, equal, value }) => (fieldValue(object, field) === value) === equal);
}

function fieldValue(object: KubeObject, field: string): string {
  if (field === 'name') return object.metadata.name;
  if (field === 'source') return fieldText(object, 'source.component');
  return fieldText(object, field);
}

function fieldText(object: KubeObject, field: string): string {
  const value = valueAt(object, ...field.split('.'));
  if (value === undefined || value === null)
    return field === 'spec.unschedulable' || field === 'spec.hostNetwork' ? 'false' : '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
