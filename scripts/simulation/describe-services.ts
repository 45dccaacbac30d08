import { parsePortMapping, type DeviceApp, type Reported } from '@iotedge-networking/contract';
import { visitService, type Visit } from './visit-service.ts';

/** One Service as the demo shows it: what is reported, and what a client found. */
export interface ServiceResult {
  readonly namespace: string;
  readonly name: string;
  readonly type: string;
  readonly ips: readonly string[];
  readonly url: string | null;
  readonly httpStatus: number | null;
  readonly replicas: readonly string[];
  readonly state: string;
  readonly reason: string;
  readonly page: unknown;
}

/** Visits every reported Service that an external app of the network stands behind, and lists all of them. */
export async function describeServices(
  reported: Reported,
  apps: readonly DeviceApp[],
  timeoutMs: number,
): Promise<readonly ServiceResult[]> {
  const entries = Object.entries(reported.services).flatMap(([namespace, services]) =>
    Object.entries(services).map(([name, service]) => ({ namespace, name, service })),
  );
  return Promise.all(
    entries.map(async ({ namespace, name, service }) => {
      const ips = (service.ips ?? '').split(',').filter((ip) => ip !== '');
      const app = apps.find((one) => one.name === name && one.expose === 'external');
      const visit = await visitIfHttp(ips[0], service.ports, { replicas: app?.replicas, timeoutMs });
      return {
        ...{ namespace, name, ips, type: service.type ?? '', state: service.state, reason: service.reason },
        url: visit?.url ?? null,
        httpStatus: visit?.httpStatus ?? null,
        replicas: visit?.replicas ?? [],
        page: visit?.page ?? null,
      };
    }),
  );
}

function visitIfHttp(
  address: string | undefined,
  ports: string | undefined,
  { replicas, timeoutMs }: { readonly replicas: number | undefined; readonly timeoutMs: number },
): Promise<Visit> | undefined {
  const first = parsePortMapping((ports ?? '').split(',')[0] ?? '');
  if (address === undefined || replicas === undefined || first?.protocol !== 'TCP') return undefined;
  return visitService({ address, port: first.port, replicas, timeoutMs });
}

/** Whether every app that is exposed outside answers 200 from all its replicas. */
export function allAnswer(services: readonly ServiceResult[], apps: readonly DeviceApp[]): boolean {
  return apps
    .filter(({ expose }) => expose === 'external')
    .every(({ name, replicas }) =>
      services.some((one) => one.name === name && one.httpStatus === 200 && one.replicas.length === replicas),
    );
}
