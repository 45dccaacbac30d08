import { isTwinObject } from '@iotedge-networking/contract';
import type { TwinObject } from '@iotedge-networking/contract';
import { applied } from './desired-status.ts';
import type { DesiredStatus } from './desired-status.ts';
import type { DeviceHub } from './device-hub.ts';
import { schemaVersionProblem } from './read-agent-desired.ts';
import { twinReporter } from './twin-reporter.ts';
import { withoutVersion } from './without-version.ts';

const moduleId = '$edgeHub';
const highest = { major: 1, minor: 3 };

/** Plays `$edgeHub`'s part in its twin: whether its configuration is taken, and which modules are connected. Returns the end of it. */
export function startEdgeHubModule(hub: DeviceHub, deviceId: string): () => void {
  const report = twinReporter(hub, { deviceId, moduleId });
  const clients = new Map<string, TwinObject>();
  const state = (): TwinObject => {
    const desired = hub.desired(deviceId, moduleId);
    return {
      schemaVersion: '1.1',
      version: { version: '1.1.0', build: 'simulated', commit: 'simulated' },
      lastDesiredVersion: desired['$version'],
      lastDesiredStatus: desiredStatus(desired),
      clients: Object.fromEntries(clients),
    };
  };
  const ends = [
    hub.attach(deviceId, moduleId),
    hub.on('desired', (change) => {
      if (change.deviceId === deviceId && change.moduleId === moduleId) report(state());
    }),
    hub.on('connection', ({ moduleId: client, connected, ...link }) => {
      if (link.deviceId !== deviceId || client === undefined || client.startsWith('$')) return;
      clients.set(`${deviceId}/${client}`, clientState(connected));
      report(state());
    }),
  ];
  report(state());
  return () => {
    for (const end of ends) end();
  };
}

function clientState(connected: boolean): TwinObject {
  const now = new Date().toISOString();
  if (connected) return { status: 'Connected', lastConnectedTimeUtc: now };
  return { status: 'Disconnected', lastDisconnectedTimeUtc: now };
}

function desiredStatus(document: TwinObject): DesiredStatus {
  const desired = withoutVersion(document);
  if (Object.keys(desired).length === 0)
    return { code: 417, description: 'The configuration of the edge hub is empty.' };
  const problem = schemaVersionProblem(desired['schemaVersion'], highest);
  if (problem !== undefined) return { code: 412, description: problem };
  if (!isTwinObject(desired['routes'])) return { code: 400, description: 'The configuration has no "routes" object.' };
  return applied;
}
