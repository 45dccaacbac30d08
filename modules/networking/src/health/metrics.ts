import type { Reported } from '@iotedge-networking/contract';

/** What the metrics are made from at the moment they are asked for. */
export interface MetricsSource {
  readonly report: Reported | undefined;
  readonly online: boolean;
  readonly patches: number;
  readonly patchBytes: number;
  readonly passes: number;
  readonly changes: number;
  readonly droppedEvents: number;
  /** Failures of the Azure SDK that nobody could catch; each made the connection anew. */
  readonly sdkFailures: number;
}

type Metric = readonly [name: string, help: string, labels: readonly string[]];

const GAUGES: readonly Metric[] = [
  ['iotedge_networking_services', 'Reported Services by state.', ['state']],
  ['iotedge_networking_pool_addresses', 'Addresses of a pool.', ['pool']],
  ['iotedge_networking_pool_addresses_in_use', 'Addresses of a pool that Services hold.', ['pool']],
  ['iotedge_networking_condition', 'Device-wide reasons that hold now.', ['reason']],
  ['iotedge_networking_hub_connected', 'Whether the twin was read over the present connection.', []],
];

/** Renders the metrics in Prometheus' text format. prom-client is loaded with the first question: most devices are never asked. */
export async function renderMetrics(
  source: MetricsSource,
): Promise<{ readonly contentType: string; readonly text: string }> {
  const { Counter, Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  const gauges = new Map(
    GAUGES.map(([name, help, labels]) => [
      name,
      new Gauge({ name, help, labelNames: [...labels], registers: [registry] }),
    ]),
  );
  const set = (name: string, labels: Record<string, string>, value: number): void =>
    gauges.get(name)?.set(labels, value);
  const count = (name: string, help: string, value: number): void =>
    new Counter({ name, help, registers: [registry] }).inc(value);
  count('iotedge_networking_patches_total', 'Patches of the reported properties sent.', source.patches);
  count('iotedge_networking_patch_bytes_total', 'Bytes of the patches sent.', source.patchBytes);
  count('iotedge_networking_passes_total', 'Passes of the control loop.', source.passes);
  count('iotedge_networking_changes_total', 'Changes made in the cluster.', source.changes);
  count('iotedge_networking_events_dropped_total', 'Events dropped while the hub was away.', source.droppedEvents);
  count(
    'iotedge_networking_sdk_failures_total',
    'Failures of the Azure SDK that cost the connection.',
    source.sdkFailures,
  );
  set('iotedge_networking_hub_connected', {}, source.online ? 1 : 0);
  setReport(source.report, set);
  return { contentType: registry.contentType, text: await registry.metrics() };
}

function setReport(
  report: Reported | undefined,
  set: (name: string, labels: Record<string, string>, value: number) => void,
): void {
  const states = { Ready: 0, Pending: 0, Failing: 0 };
  for (const named of Object.values(report?.services ?? {}))
    for (const { state } of Object.values(named)) states[state] += 1;
  for (const [state, number] of Object.entries(states)) set('iotedge_networking_services', { state }, number);
  for (const [pool, { total, used }] of Object.entries(report?.pools ?? {})) {
    set('iotedge_networking_pool_addresses', { pool }, total);
    set('iotedge_networking_pool_addresses_in_use', { pool }, used);
  }
  for (const reason of Object.keys(report?.conditions ?? {})) set('iotedge_networking_condition', { reason }, 1);
}
