import type { Reported } from '../../../packages/contract/src/index.ts';

/** Reported properties of a healthy module with one Service, with some parts replaced. */
export function sampleReported(parts: Partial<Reported> = {}): Reported {
  return {
    schemaVersion: '1',
    module: { version: '0.1.0', startedAt: '2026-01-01T00:00:00.000Z' },
    desired: { version: 1, state: 'applied', problems: {} },
    loadBalancer: { kind: 'metallb', dialect: 'configmap', version: '0.12' },
    pools: { default: { ranges: '10.0.0.10-10.0.0.19', total: 10, used: 2 } },
    nodes: { 'k8s-1': { ip: '10.0.0.1', role: 'master', ready: true, inRange: true } },
    services: {
      iotedge: {
        web: {
          type: 'LoadBalancer',
          ips: '10.0.0.11',
          ports: '80/TCP',
          ready: '2/2',
          state: 'Ready',
          reason: 'Ready',
          owner: 'module',
        },
      },
    },
    addresses: { '10_0_0_11': 'iotedge/web' },
    summary: { services: 1, ready: 1, external: 1, poolFree: 8 },
    ...parts,
  };
}
