import type { Reported } from '@iotedge-networking/contract';

/** A report of a device without Services, told from others by the free addresses of its pools. */
export function reportOf(poolFree: number, change: Partial<Reported> = {}): Reported {
  return {
    schemaVersion: '1',
    module: { version: '1', startedAt: '2026-01-01T00:00:00.000Z' },
    desired: { version: 1, state: 'applied', problems: {} },
    loadBalancer: { kind: 'none' },
    pools: {},
    nodes: {},
    services: {},
    addresses: {},
    summary: { services: 0, ready: 0, external: 0, poolFree },
    ...change,
  };
}
