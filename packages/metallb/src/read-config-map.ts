import type { Outcome, Problem } from '@iotedge-networking/contract';
import { configProblems } from './check-config.ts';
import type { CheckOptions } from './check-config.ts';
import type { BfdProfile, BgpAdvertisement, BgpPeer, L2Advertisement, MetalLbConfig, PoolConfig } from './config.ts';
import { placeOf } from './config-place.ts';
import { readFlag, readInteger, readList, readObject, readText, readTextMap } from './field-reader.ts';
import type { ReadContext } from './field-reader.ts';
import type { LabelSelector } from './label-selector.ts';
import { readYaml } from './read-yaml.ts';

const UINT16 = 0xffff;
const UINT32 = 0xffffffff;

/**
 * Reads the ConfigMap of releases up to 0.12: the YAML text under its key `config`. Strict, as MetalLB is: one unknown key
 * voids the document. Source: MetalLB v0.12.1 internal/config Parse; it reads YAML 1.1 (`yes`, `off` are booleans).
 */
export function readConfigMap(text: string, options: Omit<CheckOptions, 'dialect'> = {}): Outcome<MetalLbConfig> {
  const problems: Problem[] = [];
  const unreadable = (path: string, message: string, fix?: string): void => {
    problems.push({ code: 'unreadable-config', path, message: `could not parse config: ${message}`, fix });
  };
  const root = readYaml(text, (message) => unreadable('', `yaml: ${message}`));
  const context: ReadContext = { path: '', report: unreadable, isStrict: true };
  const file = root === undefined ? emptyFile : readFile(root, context);
  if (file === undefined || problems.length > 0) return { ok: false, problems };
  problems.push(...protocolProblems(file.pools));
  const config = configOf(file);
  problems.push(...configProblems(config, { ...options, dialect: 'configmap' }));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: config };
}

interface RawAdvertisement {
  readonly aggregationLength?: number;
  readonly aggregationLengthV6?: number;
  readonly localPref?: number;
  readonly communities?: readonly string[];
}

interface RawPool {
  readonly pool: PoolConfig;
  readonly protocol: string;
  readonly advertisements: readonly RawAdvertisement[];
}

interface ConfigFile {
  readonly pools: readonly RawPool[];
  readonly peers: readonly Omit<BgpPeer, 'name'>[];
  readonly bfdProfiles: readonly BfdProfile[];
  readonly communities: Readonly<Record<string, string>>;
}

const emptyFile: ConfigFile = { pools: [], peers: [], bfdProfiles: [], communities: {} };

const readAdvertisement = readObject<RawAdvertisement>(
  ['aggregation-length', 'aggregation-length-v6', 'localpref', 'communities'],
  (field) => ({
    aggregationLength: field('aggregation-length', readInteger(-UINT32, UINT32)),
    aggregationLengthV6: field('aggregation-length-v6', readInteger(-UINT32, UINT32)),
    localPref: field('localpref', readInteger(0, UINT32)),
    communities: field('communities', readList(readText)),
  }),
);

const readPool = readObject<RawPool>(
  ['name', 'protocol', 'addresses', 'auto-assign', 'avoid-buggy-ips', 'bgp-advertisements'],
  (field) => ({
    pool: {
      name: field('name', readText) ?? '',
      labels: {},
      addresses: field('addresses', readList(readText)) ?? [],
      autoAssign: field('auto-assign', readFlag) ?? true,
      avoidBuggyIPs: field('avoid-buggy-ips', readFlag) ?? false,
    },
    protocol: field('protocol', readText) ?? '',
    advertisements: field('bgp-advertisements', readList(readAdvertisement)) ?? [],
  }),
);

const readExpression = readObject(['key', 'operator', 'values'], (field) => ({
  key: field('key', readText) ?? '',
  operator: field('operator', readText) ?? '',
  values: field('values', readList(readText)),
}));

const readSelector = readObject<LabelSelector>(['match-labels', 'match-expressions'], (field) => ({
  matchLabels: field('match-labels', readTextMap),
  matchExpressions: field('match-expressions', readList(readExpression)),
}));

const peerFields = [
  ...['my-asn', 'peer-asn', 'peer-address', 'source-address', 'peer-port', 'hold-time', 'keepalive-time', 'router-id'],
  ...['node-selectors', 'password', 'bfd-profile', 'ebgp-multihop'],
];

const readPeer = readObject<Omit<BgpPeer, 'name'>>(peerFields, (field) => {
  const text = (name: string): string | undefined => field(name, readText) || undefined;
  return {
    myASN: field('my-asn', readInteger(0, UINT32)) ?? 0,
    peerASN: field('peer-asn', readInteger(0, UINT32)) ?? 0,
    peerAddress: text('peer-address'),
    sourceAddress: text('source-address'),
    peerPort: field('peer-port', readInteger(0, UINT16)),
    holdTime: text('hold-time'),
    keepaliveTime: text('keepalive-time'),
    routerID: text('router-id'),
    nodeSelectors: field('node-selectors', readList(readSelector)) ?? [],
    password: text('password'),
    bfdProfile: text('bfd-profile'),
    enableGracefulRestart: false,
    ebgpMultiHop: field('ebgp-multihop', readFlag) ?? false,
    disableMP: false,
    dualStackAddressFamily: false,
  };
});

const bfdFields = [
  ...[
    'name',
    'receive-interval',
    'transmit-interval',
    'detect-multiplier',
    'echo-interval',
    'echo-mode',
    'passive-mode',
  ],
  'minimum-ttl',
];

const readBfdProfile = readObject<BfdProfile>(bfdFields, (field) => {
  const number = (name: string): number | undefined => field(name, readInteger(0, UINT32));
  return {
    name: field('name', readText) ?? '',
    receiveInterval: number('receive-interval'),
    transmitInterval: number('transmit-interval'),
    detectMultiplier: number('detect-multiplier'),
    echoInterval: number('echo-interval'),
    minimumTtl: number('minimum-ttl'),
    echoMode: field('echo-mode', readFlag) ?? false,
    passiveMode: field('passive-mode', readFlag) ?? false,
  };
});

const readFile = readObject<ConfigFile>(['peers', 'bgp-communities', 'address-pools', 'bfd-profiles'], (field) => ({
  pools: field('address-pools', readList(readPool)) ?? [],
  peers: field('peers', readList(readPeer)) ?? [],
  bfdProfiles: field('bfd-profiles', readList(readBfdProfile)) ?? [],
  communities: field('bgp-communities', readTextMap) ?? {},
}));

function protocolProblems(pools: readonly RawPool[]): Problem[] {
  return pools.flatMap(({ pool, protocol, advertisements }, index) => {
    const { path, parsing } = placeOf('configmap', 'pool', index, pool.name);
    const report = (code: string, message: string): Problem[] => [{ code, path, message: parsing + message }];
    if (protocol === '') return report('missing-protocol', 'address pool is missing the protocol field');
    if (protocol !== 'layer2' && protocol !== 'bgp')
      return report('unknown-protocol', `unknown protocol "${protocol}"`);
    if (protocol === 'bgp' || advertisements.length === 0) return [];
    return report(
      'advertisement-in-layer2',
      'cannot have bgp-advertisements configuration element in a layer2 address pool',
    );
  });
}

function configOf({ pools, peers, bfdProfiles, communities }: ConfigFile): MetalLbConfig {
  const aliases = Object.entries(communities).map(([name, value]) => ({ name, value }));
  return {
    pools: pools.map(({ pool }) => pool),
    l2Advertisements: pools
      .filter(({ protocol }) => protocol === 'layer2')
      .map(({ pool }) => l2AdvertisementOf(pool.name)),
    bgpAdvertisements: pools.filter(({ protocol }) => protocol === 'bgp').flatMap(bgpAdvertisementsOf),
    peers: peers.map((peer, index) => ({ name: `peer-${index + 1}`, ...peer })),
    bfdProfiles,
    communities: aliases.length === 0 ? [] : [{ name: 'bgp-communities', communities: aliases }],
  };
}

/** A layer-2 pool announces itself, from every node. */
function l2AdvertisementOf(pool: string): L2Advertisement {
  return {
    name: pool,
    ipAddressPools: [pool],
    ipAddressPoolSelectors: [],
    nodeSelectors: [],
    interfaces: [],
    serviceSelectors: [],
    preferredNodeSelectors: [],
  };
}

/** A BGP pool without a list of advertisements has one with every default. */
function bgpAdvertisementsOf({ pool: { name }, advertisements }: RawPool): BgpAdvertisement[] {
  const list = advertisements.length === 0 ? [{}] : advertisements;
  return list.map((raw: RawAdvertisement, index) => ({
    name: `${name}#${index + 1}`,
    ipAddressPools: [name],
    ipAddressPoolSelectors: [],
    aggregationLength: raw.aggregationLength ?? 32,
    aggregationLengthV6: raw.aggregationLengthV6 ?? 128,
    localPref: raw.localPref ?? 0,
    communities: raw.communities ?? [],
    peers: [],
    nodeSelectors: [],
    serviceSelectors: [],
  }));
}
