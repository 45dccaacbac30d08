import { createHash } from 'node:crypto';
import { encodeTwinKey, type Reported, type ReportedService } from '../../../../packages/contract/src/index.ts';
import { generateManifest } from '../../../../packages/deployment/src/generate/manifest.ts';
import type { JsonObject } from '../../../../packages/deployment/src/generate/sorted-json.ts';
import type { DeployedDevice } from '../../../../packages/deployment/src/plan/current-state.ts';
import type { DevicePlan, PlannedService } from '../../../../packages/deployment/src/plan/device-plan.ts';
import { planDevice, type PlanOptions } from '../../../../packages/deployment/src/plan/plan-device.ts';
import { sampleNetwork, type NetworkParts } from '../sample-network.ts';
import { sampleReported } from '../sample-reported.ts';

/** SHA-256 in hexadecimal. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A device on which a network was applied, and whose module reports what the plan foresaw; `parts` of the report may be replaced. */
export function appliedDevice(
  network: NetworkParts,
  parts: Partial<Reported> = {},
  options: PlanOptions = {},
): DeployedDevice {
  const { network: whole, device } = sampleNetwork(network);
  const plan = planDevice(whole, device, options);
  const twins = Object.entries(generateManifest(whole, device).modulesContent).map(([twin, content]) => [
    twin,
    JSON.parse(JSON.stringify(content['properties.desired'])) as JsonObject,
  ]);
  return {
    exists: true,
    tags: device.tags,
    desired: Object.fromEntries(twins) as Record<string, JsonObject>,
    reported: { ...reportOf(plan), ...parts },
  };
}

/** What the networking module reports when everything went as planned. */
export function reportOf(plan: DevicePlan): Reported {
  const services: Record<string, Record<string, ReportedService>> = {};
  const addresses: Record<string, string> = {};
  for (const one of plan.services) {
    const [namespace = '', name = ''] = one.service.split('/');
    services[encodeTwinKey(namespace)] = {
      ...services[encodeTwinKey(namespace)],
      [encodeTwinKey(name)]: reportedService(one),
    };
    for (const address of one.addresses) {
      const key = encodeTwinKey(address);
      addresses[key] = addresses[key] === undefined ? one.service : `${addresses[key]},${one.service}`;
    }
  }
  const pools = plan.pools.map(({ name, ranges, total, used }) => [
    encodeTwinKey(name),
    { ranges: ranges.join(','), total, used },
  ]);
  return sampleReported({
    loadBalancer: { kind: 'metallb', ...plan.metallb },
    pools: Object.fromEntries(pools) as Reported['pools'],
    nodes: {
      'k8s-1': { ip: '10.0.0.2', role: 'master', ready: true },
      'k8s-2': { ip: '10.0.0.3', role: 'worker', ready: true },
    },
    services,
    addresses,
  });
}

function reportedService({ type, ports, addresses, madeBy, reason }: PlannedService): ReportedService {
  return {
    type: type as 'LoadBalancer',
    ips: addresses.join(','),
    clusterIp: '172.28.1.2',
    ports: ports.map((port) => port.replace(/:\d+/, '')).join(','),
    ready: '1/1',
    state: reason === '' ? 'Ready' : 'Pending',
    reason,
    owner: madeBy === 'networking' ? 'module' : madeBy === 'edgeAgent' ? 'edgeAgent' : 'other',
  };
}

/** The report with further Services, such as those of kubectl; `namespace/name` to address. */
export function withOthers(reported: Reported, others: Readonly<Record<string, ReportedService>>): Reported {
  const services = { ...reported.services };
  for (const [key, service] of Object.entries(others)) {
    const [namespace = '', name = ''] = key.split('/');
    services[namespace] = { ...services[namespace], [name]: service };
  }
  return { ...reported, services };
}
