import {
  agentModules,
  translateDeployment,
  type DeviceSettings,
  type ModuleTranslation,
  type ServiceOutline,
} from '@iotedge-networking/edge-agent';
import { serviceKey, type LoadBalancerService } from '@iotedge-networking/metallb';
import type { JsonObject } from '../generate/sorted-json.ts';
import type { ServiceIntent } from './service-intent.ts';

/** The Services that edgeAgent makes of a deployment, or why it makes none. */
export interface AgentServices {
  readonly intents: readonly ServiceIntent[];
  readonly failure?: string;
}

/** Translates desired properties of $edgeAgent; Services come in the order in which edgeAgent looks at the modules, system modules first. */
export function agentServices(agent: JsonObject, settings: DeviceSettings): AgentServices {
  const { modules, failure, batches } = translateDeployment(agentModules(agent), settings);
  if (!batches.some(({ kind }) => kind === 'Service'))
    return { intents: [], failure: failure?.message ?? 'The deployment is blocked.' };
  return { intents: modules.flatMap(intentOf) };
}

function intentOf({ service, rejections }: ModuleTranslation): readonly ServiceIntent[] {
  if (service === null) return [];
  const refused = rejections.find(({ object }) => object === 'Service');
  const created = modelService(service);
  const ports = service.ports.map(({ port, targetPort, protocol }) => ({
    ...{ port, targetPort: targetPort ?? port, protocol },
  }));
  return [
    {
      ...{ key: serviceKey(service), maker: 'edgeAgent' as const, ports, created },
      explicitAddress: (created.loadBalancerIP ?? '') !== '',
      rejection: refused === undefined ? undefined : `Kubernetes refuses ${refused.field}: ${refused.reason}.`,
    },
  ];
}

function modelService(service: ServiceOutline): LoadBalancerService {
  const { namespace, name, type, labels, selector, loadBalancerIP } = service;
  const annotations = Object.entries(service.annotations).flatMap(([key, value]) =>
    value === null ? [] : [[key, value] as const],
  );
  return {
    ...{ namespace, name, type, labels, selector },
    annotations: Object.fromEntries(annotations),
    ports: service.ports.map(({ port, protocol }) => ({ port, protocol })),
    clusterIPs: [placeholderClusterIp(loadBalancerIP ?? '')],
    ...(loadBalancerIP === null || loadBalancerIP === '' ? {} : { loadBalancerIP }),
  };
}

/** Which cluster IP a Service will have is unknown; for the model only its family counts. */
export function placeholderClusterIp(address: string): string {
  return address.includes(':') ? '::1' : '127.0.0.1';
}
