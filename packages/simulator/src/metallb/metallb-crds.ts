import { compareVersions } from '@iotedge-networking/metallb';
import type { KubeObject } from '../cluster/object-client.ts';

/** One custom resource of MetalLB, and the release that brought it. */
interface MetalLbKind {
  readonly kind: string;
  readonly plural: string;
  readonly version: string;
  readonly since: string;
}

const KINDS: readonly MetalLbKind[] = [
  { kind: 'IPAddressPool', plural: 'ipaddresspools', version: 'v1beta1', since: '0.13.0' },
  { kind: 'L2Advertisement', plural: 'l2advertisements', version: 'v1beta1', since: '0.13.0' },
  { kind: 'BGPAdvertisement', plural: 'bgpadvertisements', version: 'v1beta1', since: '0.13.0' },
  { kind: 'BGPPeer', plural: 'bgppeers', version: 'v1beta2', since: '0.13.0' },
  { kind: 'BFDProfile', plural: 'bfdprofiles', version: 'v1beta1', since: '0.13.0' },
  { kind: 'Community', plural: 'communities', version: 'v1beta1', since: '0.13.0' },
  { kind: 'ServiceL2Status', plural: 'servicel2statuses', version: 'v1beta1', since: '0.14.5' },
  { kind: 'ServiceBGPStatus', plural: 'servicebgpstatuses', version: 'v1beta1', since: '0.15.0' },
  { kind: 'ConfigurationState', plural: 'configurationstates', version: 'v1beta1', since: '0.15.3' },
];

/** Fields by which clients tell releases apart (reference: MetalLB, "Detecting what is installed"). */
const SPEC_FIELDS: Readonly<Record<string, readonly (readonly [field: string, since: string])[]>> = {
  IPAddressPool: [
    ['addresses', '0.13.0'],
    ['autoAssign', '0.13.0'],
    ['avoidBuggyIPs', '0.13.4'],
    ['serviceAllocation', '0.13.9'],
  ],
  L2Advertisement: [
    ['ipAddressPools', '0.13.0'],
    ['interfaces', '0.13.6'],
    ['serviceSelectors', '0.16.0'],
  ],
};

const PRESERVE = { 'x-kubernetes-preserve-unknown-fields': true };

/** The CustomResourceDefinitions that a release of MetalLB installs. Schemas name the telling fields only and keep all others. */
export function metalLbCrds(version: string): readonly KubeObject[] {
  return KINDS.filter(({ since }) => compareVersions(version, since) >= 0).map((kind) => crd(kind, version));
}

function crd({ kind, plural, version }: MetalLbKind, release: string): KubeObject {
  const fields = (SPEC_FIELDS[kind] ?? []).filter(([, since]) => compareVersions(release, since) >= 0);
  const status = kind === 'IPAddressPool' && compareVersions(release, '0.15.0') < 0 ? {} : poolStatus(kind);
  const schema = {
    type: 'object',
    properties: {
      spec: { type: 'object', properties: Object.fromEntries(fields.map(([name]) => [name, PRESERVE])), ...PRESERVE },
      status: { type: 'object', properties: status, ...PRESERVE },
    },
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.metallb.io` },
    spec: {
      group: 'metallb.io',
      scope: 'Namespaced',
      names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase() },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          schema: { openAPIV3Schema: schema },
          subresources: { status: {} },
        },
      ],
    },
  };
}

function poolStatus(kind: string): object {
  if (kind !== 'IPAddressPool') return {};
  const names = ['assignedIPv4', 'assignedIPv6', 'availableIPv4', 'availableIPv6'];
  return Object.fromEntries(names.map((name) => [name, { type: 'integer', format: 'int64' }]));
}
