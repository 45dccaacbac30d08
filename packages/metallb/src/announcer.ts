import { behaviourOf, compareVersions } from './metallb-version.ts';
import type { Behaviour, MetalLbVersion } from './metallb-version.ts';
import type { L2Advertisement, MetalLbConfig, PoolConfig } from './config.ts';
import { ipText, parseIps } from './ip-number.ts';
import { anySelectorMatches } from './label-selector.ts';
import { PoolTable } from './pool-table.ts';
import { selectsNode, selectsPool } from './pool-selection.ts';
import type { Node } from './pool-selection.ts';
import type { ExplainReason } from './refusal.ts';
import { serviceKey } from './service.ts';
import type { LoadBalancerService } from './service.ts';
import { serviceEvent } from './service-event.ts';
import type { ServiceEvent } from './service-event.ts';

/** The label that keeps a node out of announcing (since 0.14). */
export const EXCLUDE_LABEL = 'node.kubernetes.io/exclude-from-external-load-balancers';

/** A node as far as announcing goes. */
export interface SpeakerNode extends Node {
  /** Whether a speaker runs on it and is a live member; true when absent. */
  readonly hasSpeaker?: boolean;
  /** The node's condition NetworkUnavailable. */
  readonly networkUnavailable?: boolean;
  /** The names of its interfaces; left out, every interface an advertisement names is taken to exist. */
  readonly interfaces?: readonly string[];
}

/** One endpoint of a Service that can serve (ready, or serving while it terminates). */
export interface ReadyEndpoint {
  readonly node?: string;
}

/** What decides who announces. */
export interface Surroundings {
  readonly config: MetalLbConfig;
  readonly nodes: readonly SpeakerNode[];
  /** Left out, the Service is taken to have a ready endpoint on every node. */
  readonly endpoints?: readonly ReadyEndpoint[];
  /** SHA-256 of a text's UTF-8 bytes in lower-case hexadecimal; a parameter because this package computes, and imports, nothing of the platform. */
  readonly sha256: (text: string) => string;
  /** `main` when absent. */
  readonly version?: MetalLbVersion;
  /** The speakers' `--ignore-exclude-lb` (since 0.14.4). */
  readonly ignoreExcludeLabel?: boolean;
}

/** Who announces a Service's address, or why nobody does. */
export type Announcement =
  | {
      readonly announced: true;
      readonly protocol: 'layer2';
      readonly node: string;
      readonly successors: readonly string[];
    }
  | { readonly announced: true; readonly protocol: 'bgp'; readonly nodes: readonly string[] }
  | {
      readonly announced: false;
      readonly reason: ExplainReason;
      readonly message: string;
      /** What the speakers record on the Service; nothing at all in most cases, which is why people search so long. */
      readonly events: readonly ServiceEvent[];
    };

/** The Service whose announcer is asked for, with the addresses in its status, first address first. */
export type AnnouncedService = Pick<
  LoadBalancerService,
  'namespace' | 'name' | 'labels' | 'annotations' | 'externalTrafficPolicy'
> & { readonly addresses: readonly string[] };

/**
 * The order in which nodes would announce an address when none is preferred: the lowest SHA-256 of `node#address` first (R39).
 * A node that drops out moves nothing but its own addresses.
 */
export function electionOrder(nodes: readonly string[], address: string, sha256: (text: string) => string): string[] {
  const candidates = nodes.map((name) => ({ name }));
  return rank(candidates, address, { sha256, preference: () => 0 }).map(({ name }) => name);
}

interface Ranking {
  readonly sha256: (text: string) => string;
  readonly preference: (node: Node) => number;
}

function rank(nodes: readonly SpeakerNode[], address: string, { sha256, preference }: Ranking): SpeakerNode[] {
  const keyed = nodes.map((node) => ({ node, wish: preference(node), hash: sha256(`${node.name}#${address}`) }));
  keyed.sort((a, b) => b.wish - a.wish || (a.hash < b.hash ? -1 : 1));
  return keyed.map(({ node }) => node);
}

/** Tells which node answers for a Service's addresses, and when nobody does why (R38–R42). Source: speaker/layer2_controller.go. */
export function announcer(service: AnnouncedService, surroundings: Surroundings): Announcement {
  const { config, endpoints } = surroundings;
  const ips = parseIps(service.addresses);
  const pool = new PoolTable(config, [], behaviourOf('main')).holderOf(ips)?.config;
  const [first] = ips;
  if (pool === undefined || first === undefined) {
    return nobody(
      'AddressOutsidePools',
      `no pool holds ${service.addresses.join(', ')}, so the speakers leave it alone`,
    );
  }
  if (endpoints?.length === 0)
    return nobody('NoReadyEndpoints', 'no endpoint of the Service is ready, so no node announces it');
  const advertisements = config.l2Advertisements.filter((advertisement) => selectsPool(advertisement, pool));
  if (advertisements.length === 0) return announcedByBgp(service, pool, surroundings);
  return announcedByLayer2({ ...service, address: ipText(first) }, advertisements, surroundings);
}

/** The first address decides over the election for all. */
type Elected = AnnouncedService & { readonly address: string };

function announcedByLayer2(
  service: Elected,
  advertisements: readonly L2Advertisement[],
  surroundings: Surroundings,
): Announcement {
  const behaviour = behaviourOf(surroundings.version ?? 'main');
  const matching = behaviour.refusesSharingWithServiceSelectors
    ? advertisements.filter(({ serviceSelectors }) => matchesService(serviceSelectors, service))
    : advertisements;
  if (matching.length === 0) {
    return nobody('NotAnnounced', 'every L2Advertisement of the pool selects other Services by label');
  }
  if (behaviour.refusesSharingWithServiceSelectors && sharesAddress(service) && matching.some(selectsServices)) {
    const cause = 'allow-shared-ip is incompatible with serviceSelectors on L2 advertisements';
    return nobody('NotAnnounced', `sharedIPWithServiceSelector: ${cause}`);
  }
  const isSelected = (node: SpeakerNode): boolean =>
    matching.some(({ nodeSelectors }) => selectsNode(nodeSelectors, node));
  const candidates = candidateNodes(service, surroundings, behaviour, isSelected);
  if ('announced' in candidates) return candidates;
  return elect(service, matching, candidates, surroundings);
}

function elect(
  service: Elected,
  advertisements: readonly L2Advertisement[],
  candidates: readonly SpeakerNode[],
  { sha256, version = 'main' }: Surroundings,
): Announcement {
  const { prefersNodes } = behaviourOf(version);
  const preference = (node: Node): number => (prefersNodes ? preferenceFor(node, advertisements) : 0);
  const [winner, ...successors] = rank(candidates, service.address, { sha256, preference });
  if (winner === undefined) return nobodyServes;
  if (hasInterface(winner, advertisements, version)) {
    return { announced: true, protocol: 'layer2', node: winner.name, successors: successors.map(({ name }) => name) };
  }
  const message =
    `the interfaces specified by LB IP "${service.address}" doesn't exist in assigned node "${winner.name}" with protocol ` +
    '"layer2"';
  const event = serviceEvent('Warning', 'announceFailed', serviceKey(service), message);
  return { announced: false, reason: 'NotAnnounced', message, events: [event] };
}

/** Nodes with a speaker that may announce (R38), or which condition leaves none; empty when only endpoints are missing. */
function candidateNodes(
  service: AnnouncedService,
  { nodes, endpoints, ignoreExcludeLabel = false }: Surroundings,
  behaviour: Behaviour,
  isSelected: (node: SpeakerNode) => boolean,
): readonly SpeakerNode[] | Announcement {
  const speaking = nodes.filter(
    ({ hasSpeaker = true, networkUnavailable = false }) => hasSpeaker && !networkUnavailable,
  );
  if (speaking.length === 0) return nobody('NotAnnounced', 'no node runs a live speaker with its network available');
  const excludes = behaviour.honoursExcludeLabel && !ignoreExcludeLabel;
  const allowed = speaking.filter(({ labels = {} }) => !(excludes && EXCLUDE_LABEL in labels));
  if (allowed.length === 0) {
    return nobody('NodeExcluded', `every node carries the label ${EXCLUDE_LABEL}, so no speaker announces the address`);
  }
  const selected = allowed.filter(isSelected);
  if (selected.length === 0)
    return nobody('NotAnnounced', 'the advertisements of the pool select no node that could announce');
  if (service.externalTrafficPolicy !== 'Local' || endpoints === undefined) return selected;
  return selected.filter(({ name }) => endpoints.some(({ node }) => node === name));
}

const nobodyServes = nobody(
  'NoReadyEndpoints',
  'externalTrafficPolicy is Local and no node that could announce has a ready endpoint',
);

function announcedByBgp(service: AnnouncedService, pool: PoolConfig, surroundings: Surroundings): Announcement {
  const behaviour = behaviourOf(surroundings.version ?? 'main');
  const advertisements = surroundings.config.bgpAdvertisements.filter((advertisement) =>
    selectsPool(advertisement, pool),
  );
  if (advertisements.length === 0) {
    return nobody(
      'NotAnnounced',
      `no L2Advertisement or BGPAdvertisement selects pool ${pool.name}, so nobody answers`,
    );
  }
  const isSelected = (node: SpeakerNode): boolean =>
    advertisements.some(({ nodeSelectors }) => selectsNode(nodeSelectors, node));
  const candidates = candidateNodes(service, surroundings, behaviour, isSelected);
  if ('announced' in candidates) return candidates;
  if (candidates.length === 0) return nobodyServes;
  return { announced: true, protocol: 'bgp', nodes: candidates.map(({ name }) => name) };
}

function nobody(reason: ExplainReason, message: string): Announcement {
  return { announced: false, reason, message, events: [] };
}

function matchesService(selectors: L2Advertisement['serviceSelectors'], { labels = {} }: AnnouncedService): boolean {
  return selectors.length === 0 || anySelectorMatches(selectors, labels);
}

function selectsServices({ serviceSelectors }: L2Advertisement): boolean {
  return serviceSelectors.length > 0;
}

function sharesAddress({ annotations = {} }: AnnouncedService): boolean {
  return 'metallb.io/allow-shared-ip' in annotations || 'metallb.universe.tf/allow-shared-ip' in annotations;
}

function preferenceFor(node: Node, advertisements: readonly L2Advertisement[]): number {
  return advertisements
    .filter(({ nodeSelectors }) => selectsNode(nodeSelectors, node))
    .flatMap(({ preferredNodeSelectors }) => preferredNodeSelectors)
    .filter(({ preference }) => anySelectorMatches([preference], node.labels ?? {}))
    .reduce((sum, { weight }) => sum + weight, 0);
}

/** The election does not look at interfaces (R41); the winner does. */
function hasInterface(node: SpeakerNode, advertisements: readonly L2Advertisement[], version: MetalLbVersion): boolean {
  if (node.interfaces === undefined || compareVersions(version, '0.13.6') < 0) return true;
  const own = advertisements.filter(({ nodeSelectors }) => selectsNode(nodeSelectors, node));
  return own.some(
    ({ interfaces }) => interfaces.length === 0 || interfaces.some((name) => node.interfaces?.includes(name)),
  );
}
