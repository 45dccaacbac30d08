import type { JsonObject } from '../json.ts';
import type { KubeObject } from '../object-client.ts';

const group = 'crd.projectcalico.org';
const text = { type: 'string' };
const flag = { type: 'boolean' };
const integer = { type: 'integer' };

function definition(kind: string, plural: string, properties: JsonObject): KubeObject {
  const spec = { type: 'object', properties };
  const openAPIV3Schema = {
    type: 'object',
    properties: { apiVersion: text, kind: text, metadata: { type: 'object' }, spec },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Cluster',
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema } }],
    },
  };
}

/** The CustomResourceDefinitions of Calico that tell of addresses: pools, blocks and which node owns them (projectcalico/calico, `crds.yaml`). */
export const calicoCrds: readonly KubeObject[] = [
  definition('IPPool', 'ippools', {
    cidr: text,
    blockSize: integer,
    ipipMode: text,
    vxlanMode: text,
    natOutgoing: flag,
    disabled: flag,
    nodeSelector: text,
    allowedUses: { type: 'array', items: text },
  }),
  definition('IPAMBlock', 'ipamblocks', {
    cidr: text,
    affinity: text,
    allocations: { type: 'array', items: { type: 'integer', nullable: true } },
    attributes: {
      type: 'array',
      items: {
        type: 'object',
        properties: { handle_id: text, secondary: { type: 'object', additionalProperties: text } },
      },
    },
    unallocated: { type: 'array', items: integer },
    strictAffinity: flag,
    deleted: flag,
  }),
  definition('BlockAffinity', 'blockaffinities', { cidr: text, node: text, state: text, deleted: text }),
  definition('ClusterInformation', 'clusterinformations', {
    calicoVersion: text,
    clusterGUID: text,
    clusterType: text,
    datastoreReady: flag,
    variant: text,
  }),
];
