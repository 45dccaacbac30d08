import { DEFAULT_MODULE_NAME } from '@iotedge-networking/contract';
import { labelValue } from './decide/identity.ts';
import { readPageSettings, type PageSettings } from './page/page-settings.ts';

/** Everything the module takes from its environment. */
export interface Settings {
  /** Label value that marks what this module made; from the device and module names, or INSTANCE. */
  readonly instance: string;
  /** Namespace of the IoT Edge modules (IOTEDGE_NAMESPACE). */
  readonly iotEdgeNamespace: string;
  /** Namespace of MetalLB (METALLB_NAMESPACE). */
  readonly metalLbNamespace: string;
  /** DNS domain of the cluster (CLUSTER_DOMAIN). */
  readonly clusterDomain: string;
  /** Whether IoT Edge or its simulator gave the module an identity. */
  readonly hasHub: boolean;
  /** Folder in which the last good document and the addresses are kept over restarts (STATE_DIR). */
  readonly stateDir?: string;
  /** JSON file with desired properties, for clusters without a hub (DESIRED_FILE). */
  readonly desiredFile?: string;
  /** Where health and metrics are served (HEALTH_HOST, HEALTH_PORT); absent when HEALTH_PORT is `off`. */
  readonly health?: { readonly host: string; readonly port: number };
  /** Milliseconds between two probes of one address or name (PROBE_SECONDS); absent when that is `off`. */
  readonly probeMs?: number;
  /** Where the page is served when the desired properties ask for it (NETWORKING_PAGE_LISTEN, NETWORKING_PAGE_CODE). */
  readonly page: PageSettings;
  /** LOG_LEVEL: debug, info, warn, error or silent. */
  readonly logLevel: string;
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];
const HEALTH_PORT = 9464;
const PROBE_SECONDS = 60;

/** Reads the settings. What makes no sense falls back to its default: a module that does not start helps nobody. */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const level = (env.LOG_LEVEL ?? '').toLowerCase();
  return {
    instance: labelValue(env.INSTANCE ?? identityOf(env)),
    iotEdgeNamespace: env.IOTEDGE_NAMESPACE || 'iotedge',
    metalLbNamespace: env.METALLB_NAMESPACE || 'metallb-system',
    clusterDomain: env.CLUSTER_DOMAIN || 'cluster.local',
    hasHub: [env.EdgeHubConnectionString, env.IotHubConnectionString, env.IOTEDGE_WORKLOADURI].some(isGiven),
    stateDir: env.STATE_DIR || undefined,
    desiredFile: env.DESIRED_FILE || undefined,
    health: healthOf(env),
    probeMs: probeMsOf(env.PROBE_SECONDS),
    page: readPageSettings(env),
    logLevel: LEVELS.includes(level) ? level : 'info',
  };
}

const isGiven = (text: string | undefined): boolean => text !== undefined && text !== '';

function healthOf({
  HEALTH_HOST: host,
  HEALTH_PORT: port = '',
}: Readonly<Record<string, string | undefined>>): Settings['health'] {
  if (port.toLowerCase() === 'off') return undefined;
  const number = port === '' ? HEALTH_PORT : Number(port);
  const isPort = Number.isInteger(number) && number >= 0 && number <= 65535;
  return { host: host || '127.0.0.1', port: isPort ? number : HEALTH_PORT };
}

/** Less than a second would be an attack, not a probe. */
function probeMsOf(text = ''): number | undefined {
  if (text.toLowerCase() === 'off') return undefined;
  const seconds = Number(text);
  return (text !== '' && seconds >= 1 && seconds <= 86_400 ? seconds : PROBE_SECONDS) * 1000;
}

/** `<device>-<module>`, from the variables of IoT Edge or from the connection string. */
function identityOf(env: Readonly<Record<string, string | undefined>>): string {
  const text = env.EdgeHubConnectionString || env.IotHubConnectionString || '';
  const parts = new Map(
    text.split(';').map((part): [string, string] => [part.split('=', 1)[0] ?? '', part.slice(part.indexOf('=') + 1)]),
  );
  const device = env.IOTEDGE_DEVICEID ?? parts.get('DeviceId') ?? '';
  const module = env.IOTEDGE_MODULEID ?? parts.get('ModuleId') ?? DEFAULT_MODULE_NAME;
  return device === '' ? module : `${device}-${module}`;
}
