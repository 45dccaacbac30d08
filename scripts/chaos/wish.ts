import type { TwinObject } from '@iotedge-networking/contract';

/** One entry of the desired Services, as it is written. */
export interface WishedService {
  readonly expose: 'external' | 'internal';
  readonly address?: string;
  readonly pool?: string;
  readonly shareAddress?: string;
  readonly externalTrafficPolicy?: 'Cluster' | 'Local';
  readonly ports?: Readonly<Record<string, string>>;
  readonly backends?: string;
}

/** What the operator of the fault run wants: the source of the desired documents. */
export interface Wish {
  readonly services: Map<string, WishedService>;
  /** Ranges by pool name; declared in the desired document and, at the same time, what MetalLB is configured with. */
  readonly pools: Map<string, string>;
  /** Pieces of the document that break a rule, by a name of their own. */
  readonly mistakes: Map<string, TwinObject>;
  /** Counted up to make a document differ without a meaning. */
  revision: number;
}

/** The whole desired document; `null` values of mistakes are left to the hub. */
export function wishedDocument({ services, pools, mistakes, revision }: Wish): TwinObject {
  const document: TwinObject = {
    schemaVersion: '1',
    computeNetwork: { externalServiceIps: Object.fromEntries(pools), podSubnet: `172.${16 + (revision % 10)}.0.0/16` },
    services: { iotedge: Object.fromEntries([...services].map(([name, entry]) => [name, { ...entry }])) },
    options: { probe: false, pinAddresses: true },
  };
  return [...mistakes.values()].reduce<TwinObject>((whole, mistake) => ({ ...whole, ...mistake }), document);
}
