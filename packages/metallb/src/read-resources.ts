import type { Outcome, Problem } from '@iotedge-networking/contract';
import { configProblems } from './check-config.ts';
import type { CheckOptions } from './check-config.ts';
import type {
  BfdProfile,
  BgpAdvertisement,
  BgpPeer,
  CommunityList,
  L2Advertisement,
  MetalLbConfig,
  PoolConfig,
  ServiceAllocation,
} from './config.ts';
import { placeOf } from './config-place.ts';
import type { ObjectKind } from './config-place.ts';
import { readFlag, readInteger, readList, readObject, readText, readTextMap } from './field-reader.ts';
import type { FieldReader, ReadValue } from './field-reader.ts';
import type { LabelSelector } from './label-selector.ts';

/** One object of the API group metallb.io, as it stands in the Kubernetes API. */
export interface MetalLbResource {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec?: unknown;
}

/** The objects of a configuration; those of other kinds and other groups have no say. */
export interface MetalLbResources {
  readonly pools?: readonly MetalLbResource[];
  readonly l2Advertisements?: readonly MetalLbResource[];
  readonly bgpAdvertisements?: readonly MetalLbResource[];
  readonly bgpPeers?: readonly MetalLbResource[];
  readonly bfdProfiles?: readonly MetalLbResource[];
  readonly communities?: readonly MetalLbResource[];
}

/** How resources are read. */
export interface ReadResourcesOptions extends Omit<CheckOptions, 'dialect'> {
  /** MetalLB's own namespace: objects elsewhere are denied by its webhook and never read. Left out, all count. */
  readonly namespace?: string;
}

const INT32 = 0x7fffffff;
const UINT32 = 0xffffffff;

/**
 * Reads the resources of releases since 0.13 (group metallb.io). Unlike the ConfigMap a pool alone announces nothing (A182).
 * Keys that are not known are left alone, for newer releases have more.
 */
export function readResources(resources: MetalLbResources, options: ReadResourcesOptions = {}): Outcome<MetalLbConfig> {
  const { namespace, ...checks } = options;
  const problems: Problem[] = [];
  const readAll = <T>(kind: ObjectKind, objects: readonly MetalLbResource[] = [], build: Build<T>): readonly T[] =>
    objects.flatMap((object, index) => readObjectOf({ kind, object, index, namespace }, build, problems));
  const config: MetalLbConfig = {
    pools: readAll('pool', resources.pools, buildPool),
    l2Advertisements: readAll('l2', resources.l2Advertisements, buildL2Advertisement),
    bgpAdvertisements: readAll('bgp', resources.bgpAdvertisements, buildBgpAdvertisement),
    peers: readAll('peer', resources.bgpPeers, buildPeer),
    bfdProfiles: readAll('bfd', resources.bfdProfiles, buildBfdProfile),
    communities: readAll('community', resources.communities, buildCommunity),
  };
  if (problems.length === 0) problems.push(...configProblems(config, { ...checks, dialect: 'crd' }));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: config };
}

type Build<T> = (field: FieldReader, metadata: MetalLbResource['metadata']) => T;

interface Item {
  readonly kind: ObjectKind;
  readonly object: MetalLbResource;
  readonly index: number;
  readonly namespace?: string;
}

function readObjectOf<T>({ kind, object, index, namespace }: Item, build: Build<T>, problems: Problem[]): T[] {
  const { metadata, spec = {} } = object;
  const { path } = placeOf('crd', kind, index, metadata.name);
  if (namespace !== undefined && metadata.namespace !== undefined && metadata.namespace !== namespace) {
    const message = `resource must be created in ${namespace} namespace`;
    problems.push({
      code: 'wrong-namespace',
      path,
      message,
      fix: `Move it from ${metadata.namespace} to ${namespace}.`,
    });
    return [];
  }
  const read = readObject([], (field) => build(field, metadata));
  const report = (at: string, message: string, fix?: string): void => {
    problems.push({ code: 'unreadable-resource', path: `${path} ${at}`, message: `${path}: ${message}`, fix });
  };
  const result = read(spec, { path: 'spec', report, isStrict: false });
  return result === undefined ? [] : [result];
}

const readTexts = readList(readText);

const readExpression = readObject([], (field) => ({
  key: field('key', readText) ?? '',
  operator: field('operator', readText) ?? '',
  values: field('values', readTexts),
}));

const readSelector: ReadValue<LabelSelector> = readObject([], (field) => ({
  matchLabels: field('matchLabels', readTextMap),
  matchExpressions: field('matchExpressions', readList(readExpression)),
}));

const readSelectors = readList(readSelector);

const readAllocation: ReadValue<ServiceAllocation> = readObject([], (field) => ({
  priority: field('priority', readInteger(-INT32, INT32)) ?? 0,
  namespaces: field('namespaces', readTexts) ?? [],
  namespaceSelectors: field('namespaceSelectors', readSelectors) ?? [],
  serviceSelectors: field('serviceSelectors', readSelectors) ?? [],
}));

function buildPool(field: FieldReader, { name, labels = {} }: MetalLbResource['metadata']): PoolConfig {
  return {
    name,
    labels,
    addresses: field('addresses', readTexts) ?? [],
    autoAssign: field('autoAssign', readFlag) ?? true,
    avoidBuggyIPs: field('avoidBuggyIPs', readFlag) ?? false,
    serviceAllocation: field('serviceAllocation', readAllocation),
  };
}

const readPreferred = readObject([], (field) => ({
  weight: field('weight', readInteger(1, 100)) ?? 1,
  preference: field('preference', readSelector) ?? {},
}));

function selectionOf(field: FieldReader): Pick<L2Advertisement, SelectionField> {
  return {
    ipAddressPools: field('ipAddressPools', readTexts) ?? [],
    ipAddressPoolSelectors: field('ipAddressPoolSelectors', readSelectors) ?? [],
    nodeSelectors: field('nodeSelectors', readSelectors) ?? [],
    serviceSelectors: field('serviceSelectors', readSelectors) ?? [],
  };
}

type SelectionField = 'ipAddressPools' | 'ipAddressPoolSelectors' | 'nodeSelectors' | 'serviceSelectors';

function buildL2Advertisement(field: FieldReader, { name }: MetalLbResource['metadata']): L2Advertisement {
  return {
    name,
    ...selectionOf(field),
    interfaces: field('interfaces', readTexts) ?? [],
    preferredNodeSelectors: field('preferredNodeSelectors', readList(readPreferred)) ?? [],
  };
}

function buildBgpAdvertisement(field: FieldReader, { name }: MetalLbResource['metadata']): BgpAdvertisement {
  return {
    name,
    ...selectionOf(field),
    aggregationLength: field('aggregationLength', readInteger(-INT32, INT32)) ?? 32,
    aggregationLengthV6: field('aggregationLengthV6', readInteger(-INT32, INT32)) ?? 128,
    localPref: field('localPref', readInteger(0, UINT32)) ?? 0,
    communities: field('communities', readTexts) ?? [],
    peers: field('peers', readTexts) ?? [],
  };
}

const readSecret = readObject([], (field) => ({
  name: field('name', readText) ?? '',
  namespace: field('namespace', readText),
}));

function buildPeer(field: FieldReader, { name }: MetalLbResource['metadata']): BgpPeer {
  const text = (key: string): string | undefined => field(key, readText) || undefined;
  const flag = (key: string): boolean => field(key, readFlag) ?? false;
  const secret = field('passwordSecret', readSecret);
  return {
    name,
    myASN: field('myASN', readInteger(0, UINT32)) ?? 0,
    peerASN: field('peerASN', readInteger(0, UINT32)) ?? 0,
    dynamicASN: text('dynamicASN'),
    localASN: field('localASN', readInteger(0, UINT32)),
    peerAddress: text('peerAddress'),
    interface: text('interface'),
    sourceAddress: text('sourceAddress'),
    peerPort: field('peerPort', readInteger(0, 16384)),
    holdTime: text('holdTime'),
    keepaliveTime: text('keepaliveTime'),
    connectTime: text('connectTime'),
    routerID: text('routerID'),
    nodeSelectors: field('nodeSelectors', readSelectors) ?? [],
    password: text('password'),
    passwordSecret: secret?.name === '' ? undefined : secret,
    bfdProfile: text('bfdProfile'),
    vrf: text('vrf'),
    enableGracefulRestart: flag('enableGracefulRestart'),
    ebgpMultiHop: flag('ebgpMultiHop'),
    disableMP: flag('disableMP'),
    dualStackAddressFamily: flag('dualStackAddressFamily'),
  };
}

function buildBfdProfile(field: FieldReader, { name }: MetalLbResource['metadata']): BfdProfile {
  const number = (key: string): number | undefined => field(key, readInteger(0, UINT32));
  return {
    name,
    receiveInterval: number('receiveInterval'),
    transmitInterval: number('transmitInterval'),
    detectMultiplier: number('detectMultiplier'),
    echoInterval: number('echoInterval'),
    minimumTtl: number('minimumTtl'),
    echoMode: field('echoMode', readFlag) ?? false,
    passiveMode: field('passiveMode', readFlag) ?? false,
  };
}

const readAlias = readObject([], (field) => ({
  name: field('name', readText) ?? '',
  value: field('value', readText) ?? '',
}));

function buildCommunity(field: FieldReader, { name }: MetalLbResource['metadata']): CommunityList {
  return { name, communities: field('communities', readList(readAlias)) ?? [] };
}
