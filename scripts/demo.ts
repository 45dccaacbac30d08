import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { reportedSchema, type Reported } from '@iotedge-networking/contract';
import { connectHub, textTable } from '@iotedge-networking/deployment';
import { allAnswer, describeServices, type ServiceResult } from './simulation/describe-services.ts';
import { SimulationRefused, startSimulation, type Simulation } from './simulation/start-simulation.ts';

const USAGE = `Runs the whole path on this machine: network.yaml → IoT Hub → IoT Edge → networking module → Kubernetes → traffic → reported properties.

  npm run demo -- [--once] [--json] [--network FILE]

  --once            stop after the table; exit code 0 when every external app answered from all its replicas
  --json            one JSON document on standard output instead of the table (progress goes to standard error)
  --network FILE    network.yaml to run instead of the two-tier example
`;

const VISIT_MS = 20_000;
const SETTLE_MS = 20_000;
const started = performance.now();
const seconds = (): number => Math.round((performance.now() - started) / 100) / 10;

interface Flags {
  readonly once: boolean;
  readonly json: boolean;
  readonly network?: string;
}

/** What the demo found, as it is printed with --json. */
interface DemoResult {
  readonly ok: boolean;
  readonly seconds: number;
  readonly services: readonly ServiceResult[];
  readonly reported: Reported;
}

const flags = readFlags();
if (flags !== undefined) process.exitCode = await demo(flags);

function readFlags(): Flags | undefined {
  try {
    const { values } = parseArgs({
      options: {
        once: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        network: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (!values.help) return values;
    process.stdout.write(USAGE);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
  }
  return undefined;
}

function progress(line: string): void {
  process.stderr.write(`[${seconds().toFixed(1).padStart(5)} s] ${line}\n`);
}

async function demo({ once: isOnce, json, network }: Flags): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  try {
    const simulation = await startSimulation({ networkFile: network, progress, signal: stop.signal });
    try {
      const result = await observe(simulation);
      process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : table(result));
      if (!isOnce && !stop.signal.aborted) await stay(simulation, result, stop.signal);
      return result.ok ? 0 : 1;
    } finally {
      await simulation.close();
    }
  } catch (error) {
    if (!(error instanceof SimulationRefused)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

/** Keeps everything running with the page "Compute network" in front of it, until somebody stops it. */
async function stay(simulation: Simulation, result: DemoResult, signal: AbortSignal): Promise<void> {
  let shown = 0;
  const onAddress = (url: string): void => {
    if (shown > 0) progress(`another browser: ${url}`);
    shown += 1;
  };
  // Loaded on demand: a demo that only prints its table needs no page.
  const { servePage } = await import('./simulation/serve-page.ts');
  const page = await servePage(simulation, { signal, onAddress });
  process.stderr.write(invitation(simulation, result, page.address()));
  if (!signal.aborted) await once(signal, 'abort');
  progress('stopping');
  await page.close();
}

async function observe(simulation: Simulation): Promise<DemoResult> {
  const { simulator, network } = simulation;
  const [device] = network.devices;
  const apps = device?.apps ?? [];
  progress('waiting until the module reports every Service ready');
  await settled(simulation);
  progress('visiting the external addresses from outside the cluster');
  const reported = await readReported(simulation);
  const services = await describeServices(reported, apps, VISIT_MS);
  for (const { name, page } of services) {
    const row = (page as { row?: unknown } | null)?.row;
    if (row !== undefined) progress(`${name} read from the database by its DNS name: ${JSON.stringify(row)}`);
  }
  progress(`read back from the cloud side: module twin ${simulator.deviceId}/${simulation.moduleId}`);
  return { ok: allAnswer(services, apps), seconds: seconds(), services, reported };
}

/** Waits until all that can be ready is; what stays behind shows in the table. */
async function settled({ simulator, moduleId }: Simulation): Promise<void> {
  const isReady = (reported: unknown): boolean => {
    const parsed = reportedSchema.safeParse(reported);
    return (
      parsed.success && parsed.data.summary.services > 0 && parsed.data.summary.ready === parsed.data.summary.services
    );
  };
  await simulator.hub.awaitReported([simulator.deviceId, moduleId], isReady, SETTLE_MS).catch(() => undefined);
}

/** The module's reported properties as azure-iothub returns them. */
async function readReported({ simulator, moduleId }: Simulation): Promise<Reported> {
  const hub = connectHub(simulator.hub.connectionString());
  const twin = await hub.getModuleTwin(simulator.deviceId, moduleId);
  return reportedSchema.parse(twin?.reported);
}

function table({ services, reported, ok }: DemoResult): string {
  const heading = ['SERVICE', 'TYPE', 'EXTERNAL-IP', 'URL', 'HTTP', 'REPLICAS SEEN', 'TWIN STATE'];
  const rows = services.map((one) => [
    `${one.namespace}/${one.name}`,
    one.type,
    one.ips.join(',') || '<none>',
    one.url ?? '-',
    one.httpStatus === null ? '-' : String(one.httpStatus),
    one.replicas.join(' ') || '-',
    one.reason === '' || one.reason === one.state ? one.state : `${one.state} (${one.reason})`,
  ]);
  const { version, state } = reported.desired;
  const closing = `desired properties version ${version}: ${state}; ${reported.summary.poolFree} external addresses free; ${seconds()} s`;
  const verdict = ok
    ? 'Every external app answered from all its replicas.'
    : 'Not every external app answered from all its replicas.';
  return [...textTable([heading, ...rows]), '', closing, verdict, ''].join('\n');
}

function invitation({ simulator, networkFile }: Simulation, { services }: DemoResult, page: string): string {
  const urls = services.flatMap(({ url }) => (url === null ? [] : [`  ${url}`]));
  return `
The page "Compute network" (the address signs in one browser):
  ${page}

Open in a browser:
${urls.join('\n')}

Try in another terminal:
  export KUBECONFIG=${simulator.kubeconfigFile}
  kubectl get nodes,svc,pods -A -o wide
  kubectl apply -n iotedge -f deployment-templates/kubectl/two-tier.yaml

  export NODE_EXTRA_CA_CERTS=${simulator.caFile}
  export IOTHUB_CONNECTION_STRING='${simulator.hub.connectionString()}'
  npm run -s iotedge-net -- status ${networkFile} --watch

Ctrl-C stops everything.
`;
}
