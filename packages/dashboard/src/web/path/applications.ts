import type { HopName, ServiceView } from '../../view/index.ts';
import type { MessageKey } from '../../i18n/translation.ts';
import { serviceKey } from '../services/service-rows.ts';

/** What each station is called. */
export const HOP_TEXTS = {
  client: 'hop.client',
  address: 'hop.address',
  announcer: 'hop.announcer',
  service: 'hop.service',
  endpoints: 'hop.endpoints',
  pods: 'hop.pods',
  dns: 'hop.dns',
  clusterIp: 'hop.clusterIp',
} as const satisfies Readonly<Record<HopName, MessageKey>>;

const isExternal = ({ type, ips }: ServiceView): boolean => type === 'LoadBalancer' || ips.length > 0;

/** edgeHub belongs to the device; people mean their own application first. */
const isOwn = ({ name }: ServiceView): boolean => name !== 'edgehub';

/** The Service to draw: the wanted one, else the first that fails, else the first external one of the operator's own. */
export function chosenApplication(services: readonly ServiceView[], wanted: string): ServiceView | undefined {
  const named = services.find((service) => serviceKey(service) === wanted);
  if (named !== undefined) return named;
  const external = services.filter(isExternal);
  return external.find((one) => one.state === 'Failing') ?? external.find(isOwn) ?? external[0] ?? services[0];
}

/** Services of the same namespace that are for the cluster only: what an external application has behind it. */
export function backEnds(services: readonly ServiceView[], front: ServiceView): readonly ServiceView[] {
  if (!isExternal(front)) return [];
  return services.filter((one) => one.namespace === front.namespace && !isExternal(one) && one.ports.length > 0);
}
