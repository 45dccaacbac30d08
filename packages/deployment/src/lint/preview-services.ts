import {
  translateDeployment,
  type DeviceSettings,
  type ModuleInput,
  type ServiceOutline,
} from '@iotedge-networking/edge-agent';
import { textTable } from '../text-table.ts';

/** The Services that edgeAgent will make of a deployment, or why it makes none. */
export interface ServicePreview {
  readonly services: readonly ServiceOutline[];
  /** Why nothing is made of any module. */
  readonly failure?: string;
}

/** Previews the Services of a deployment on a device of these settings. */
export function previewServices(modules: readonly ModuleInput[], settings: DeviceSettings): ServicePreview {
  const { batches, failure, modules: translations } = translateDeployment(modules, settings);
  if (!batches.some(({ kind }) => kind === 'Service'))
    return { services: [], failure: failure?.message ?? 'The deployment is blocked.' };
  return { services: translations.flatMap(({ service }) => (service === null ? [] : [service])) };
}

/**
 * Prints Services as `kubectl get svc` will show them. What the cluster chooses is `<auto>` (cluster IPs, node ports) or `<pool>` (an address out of the
 * external service IPs).
 */
export function formatPreview({ services, failure }: ServicePreview): readonly string[] {
  if (failure !== undefined) return [`edgeAgent makes no Services: ${failure}`];
  if (services.length === 0) return ['edgeAgent makes no Services.'];
  const rows = services.map((service) => [
    service.name,
    service.type,
    '<auto>',
    externalIp(service),
    portsText(service),
  ]);
  return textTable([['NAME', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)'], ...rows]);
}

function externalIp({ type, loadBalancerIP }: ServiceOutline): string {
  if (type !== 'LoadBalancer') return '<none>';
  return loadBalancerIP === null || loadBalancerIP === '' ? '<pool>' : loadBalancerIP;
}

function portsText({ type, ports }: ServiceOutline): string {
  const nodePort = type === 'ClusterIP' ? '' : ':<auto>';
  return ports.map(({ port, protocol }) => `${port}${nodePort}/${protocol}`).join(',');
}
