import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { SimulationRefused, startSimulation, type Simulation } from './simulation/start-simulation.ts';

const USAGE = `Runs an IoT Hub, an IoT Edge device and its Kubernetes cluster on this machine, until SIGTERM or Ctrl-C.

  npm run simulate -- [options]

  --network FILE    network.yaml of the device (first device); default: the two-tier example on loopback addresses
  --rest-port N     port of the hub's REST API; default: a free one (443 needs no extra set-up in the Azure SDKs)
  --mqtt-port N     port of the hub's MQTT endpoint; default: a free one
  --state DIR       keep twins, objects and certificates there across restarts
  --json            print one JSON line when all are ready
`;

interface Flags {
  readonly network?: string;
  readonly restPort?: number;
  readonly mqttPort?: number;
  readonly state?: string;
  readonly json: boolean;
}

const flags = readFlags();
if (flags !== undefined) process.exitCode = await simulate(flags);

function readFlags(): Flags | undefined {
  try {
    const { values } = parseArgs({
      options: {
        network: { type: 'string' },
        'rest-port': { type: 'string' },
        'mqtt-port': { type: 'string' },
        state: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      return undefined;
    }
    const port = (name: 'rest-port' | 'mqtt-port'): number | undefined => readPort(name, values[name]);
    return { ...values, restPort: port('rest-port'), mqttPort: port('mqtt-port') };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

function readPort(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new Error(`--${name} ${text}: expected a port, 0 to 65535.`);
}

async function simulate({ network, restPort, mqttPort, state, json }: Flags): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const options = { networkFile: network, restPort, mqttPort, stateDir: state, signal: stop.signal };
  try {
    const simulation = await startSimulation({ ...options, progress: (line) => process.stderr.write(`${line}\n`) });
    if (!stop.signal.aborted)
      process.stdout.write(json ? `${JSON.stringify(facts(simulation))}\n` : explanation(simulation));
    await aborted(stop.signal);
    await simulation.close();
    return 0;
  } catch (error) {
    if (!(error instanceof SimulationRefused)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

function facts({ simulator, moduleId, networkFile }: Simulation): object {
  return {
    hubConnectionString: simulator.hub.connectionString(),
    hubMqttPort: simulator.hub.mqttPort,
    hubRestPort: simulator.hub.restPort,
    caFile: simulator.caFile,
    kubeconfig: simulator.kubeconfigFile,
    externalServiceIps: simulator.externalServiceIps,
    deviceId: simulator.deviceId,
    moduleId,
    networkFile,
  };
}

function explanation({ simulator, networkFile }: Simulation): string {
  return `Ready. Press Ctrl-C to stop.

  export KUBECONFIG=${simulator.kubeconfigFile}
  kubectl get nodes,svc,pods -A -o wide

  export NODE_EXTRA_CA_CERTS=${simulator.caFile}
  export IOTHUB_CONNECTION_STRING='${simulator.hub.connectionString()}'
  npm run -s iotedge-net -- status ${networkFile}
`;
}

/** Resolves when the signal is aborted. The simulator's own servers keep the process alive until then. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
