/** How a configuration is written: the ConfigMap of releases up to 0.12, or the resources of later ones. */
export type Dialect = 'configmap' | 'crd';

/** The kinds of objects a configuration is made of. */
export type ObjectKind = 'pool' | 'peer' | 'bfd' | 'l2' | 'bgp' | 'community';

/** Where an object stands, for people (`path`) and in the words of MetalLB's own messages (`parsing`). */
export interface Place {
  readonly path: string;
  readonly parsing: string;
}

const kinds: Readonly<Record<ObjectKind, { crd: string; configmap: string }>> = {
  pool: { crd: 'IPAddressPool', configmap: 'address-pools' },
  peer: { crd: 'BGPPeer', configmap: 'peers' },
  bfd: { crd: 'BFDProfile', configmap: 'bfd-profiles' },
  l2: { crd: 'L2Advertisement', configmap: 'address-pools' },
  bgp: { crd: 'BGPAdvertisement', configmap: 'address-pools' },
  community: { crd: 'Community', configmap: 'bgp-communities' },
};

/** Names an object in its dialect: `IPAddressPool web`, or `address-pools[0] (web)`. */
export function placeOf(dialect: Dialect, kind: ObjectKind, index: number, name: string): Place {
  const path = dialect === 'crd' ? `${kinds[kind].crd} ${name}` : `${kinds[kind].configmap}[${index}] (${name})`;
  return { path, parsing: parsingText(dialect, kind, index + 1, name) };
}

function parsingText(dialect: Dialect, kind: ObjectKind, number: number, name: string): string {
  switch (kind) {
    case 'pool':
      return dialect === 'crd' ? `parsing address pool ${name}: ` : `parsing address pool #${number}: `;
    case 'peer':
      return dialect === 'crd' ? `parsing peer ${name} ` : `parsing peer #${number}: `;
    case 'bfd':
      return `parsing bfd profile #${number}: `;
    case 'l2':
    case 'bgp':
    case 'community':
      return '';
  }
}
