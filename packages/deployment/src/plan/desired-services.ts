import { parseBackends, parsePortMapping, labelsOfSelector, type DesiredInput } from '@iotedge-networking/contract';
import { NEW_PREFIX, OLD_PREFIX, type LoadBalancerService } from '@iotedge-networking/metallb';
import { placeholderClusterIp } from './agent-services.ts';
import type { RequestStyle } from './metallb-settings.ts';
import type { IntendedPort, ServiceIntent } from './service-intent.ts';

type DesiredService = NonNullable<NonNullable<DesiredInput['services']>[string]>[string];

interface Entry {
  readonly namespace: string;
  readonly name: string;
  readonly key: string;
  readonly service: DesiredService;
}

const REQUEST = 'loadBalancerIPs';
const POOL = 'address-pool';
const SHARING = 'allow-shared-ip';

/**
 * Lays the desired properties of the networking module over the Services that edgeAgent makes. The result is in order of creation: Services of others first (they
 * are there already), then edgeAgent's, then the module's own, and among those the ones with an explicit address first, otherwise by name.
 */
export function withDesired(
  made: readonly ServiceIntent[],
  desired: DesiredInput,
  style: RequestStyle,
): readonly ServiceIntent[] {
  const entries = entriesOf(desired);
  const byKey = new Map(entries.map((entry) => [entry.key, entry]));
  const known = new Set(made.map(({ key }) => key));
  const own = entries.filter(({ service }) => service.backends !== undefined);
  const foreign = entries.filter(({ key, service }) => service.backends === undefined && !known.has(key));
  return [
    ...foreign.map((entry) => adopted(foreignIntent(entry), entry.service, style)),
    ...made.map((intent) => {
      const service = byKey.get(intent.key)?.service;
      return service === undefined || service.backends !== undefined ? intent : adopted(intent, service, style);
    }),
    ...own.map((entry) => ownIntent(entry, style)),
  ];
}

function entriesOf({ services = {} }: DesiredInput): readonly Entry[] {
  const entries = Object.entries(services).flatMap(([namespace, inner]) =>
    Object.entries(inner).map(([name, service]) => ({ namespace, name, key: `${namespace}/${name}`, service })),
  );
  const rank = ({ service, key }: Entry): string => `${isPinned(service) ? 0 : 1} ${key}`;
  return entries.sort((one, other) => (rank(one) < rank(other) ? -1 : 1));
}

function isPinned({ expose, address = '' }: DesiredService): boolean {
  return expose === 'external' && address !== '';
}

/** A Service that somebody else made; its ports are not known here. */
function foreignIntent({ namespace, name, key, service }: Entry): ServiceIntent {
  const type = service.expose === 'external' ? 'LoadBalancer' : 'ClusterIP';
  const clusterIPs = [placeholderClusterIp(service.address ?? '')];
  const created: LoadBalancerService = { namespace, name, type, ports: [], clusterIPs };
  return { key, maker: 'existing', ports: [], created, explicitAddress: false };
}

/** The module changes of such a Service what concerns its address, and only while it is external. */
function adopted(intent: ServiceIntent, wish: DesiredService, style: RequestStyle): ServiceIntent {
  const { created } = intent;
  if (wish.expose !== 'external' || created.type !== 'LoadBalancer') return intent;
  const asked = withAddress(withNames(created, wish, style.prefix), wish.address, style);
  const policy = wish.externalTrafficPolicy;
  const edited = policy === undefined ? asked : { ...asked, externalTrafficPolicy: policy };
  const isSame = JSON.stringify(edited) === JSON.stringify(created);
  return { ...intent, ...(isSame ? {} : { edited }), explicitAddress: intent.explicitAddress || isPinned(wish) };
}

function ownIntent({ namespace, name, key, service }: Entry, style: RequestStyle): ServiceIntent {
  const ports = portsOf(service);
  const backends = parseBackends(service.backends ?? '');
  const selector = backends?.kind === 'selector' ? labelsOfSelector(backends.selector) : undefined;
  const external = service.expose === 'external';
  const bare: LoadBalancerService = {
    ...{ namespace, name, type: external ? 'LoadBalancer' : 'ClusterIP' },
    ports: ports.map(({ port, protocol }) => ({ port, protocol })),
    clusterIPs: [placeholderClusterIp(service.address ?? '')],
    ...(selector === undefined ? {} : { selector }),
    ...(external ? { externalTrafficPolicy: service.externalTrafficPolicy ?? 'Cluster' } : {}),
  };
  const created = external ? withAddress(withNames(bare, service, style.prefix), service.address, style) : bare;
  return { key, maker: 'networking', ports, created, explicitAddress: isPinned(service) };
}

function portsOf({ ports = {} }: DesiredService): readonly IntendedPort[] {
  return Object.values(ports).flatMap((text) => parsePortMapping(text) ?? []);
}

/** Pool and sharing key as the wish states them; what it does not state stays. */
function withNames(service: LoadBalancerService, wish: DesiredService, prefix: string): LoadBalancerService {
  const stated = [
    [POOL, wish.pool],
    [SHARING, wish.shareAddress],
  ] as const;
  return stated.reduce<LoadBalancerService>(
    (one, [name, value]) => (value === undefined ? one : withAnnotation(one, name, { value, prefix })),
    service,
  );
}

/** An address is asked for in the way in which the Service asks already: MetalLB refuses field and annotation together (R10). */
function withAddress(
  service: LoadBalancerService,
  address: string | undefined,
  { requestBy, prefix }: RequestStyle,
): LoadBalancerService {
  if (address === undefined || address === '') return service;
  const byField = (service.loadBalancerIP ?? '') !== '' || requestBy === 'field';
  return byField
    ? { ...service, loadBalancerIP: address }
    : withAnnotation(service, REQUEST, { value: address, prefix });
}

function withAnnotation(
  service: LoadBalancerService,
  name: string,
  { value, prefix }: { readonly value: string; readonly prefix: string },
): LoadBalancerService {
  const others = Object.entries(service.annotations ?? {}).filter(
    ([key]) => key !== `${NEW_PREFIX}/${name}` && key !== `${OLD_PREFIX}/${name}`,
  );
  return { ...service, annotations: { ...Object.fromEntries(others), [`${prefix}/${name}`]: value } };
}
