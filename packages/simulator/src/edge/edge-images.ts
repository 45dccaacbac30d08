import type { ImageTableEntry } from '../node/image-table.ts';

/** Where the parts of the runtime that live in the simulator listen on this machine. */
export interface RuntimePorts {
  readonly workload: number;
  readonly mqtt: number;
  /** HTTPS of the gateway, when the hub serves it. */
  readonly https?: number;
}

const host = '127.0.0.1';

/**
 * Rows of the image table for the system containers: the sidecar offers the workload API on each pod's localhost:35001, edgeHub's pod leads to
 * the hub's MQTT port, and the daemon's pod to the workload API.
 */
export function edgeImages({ workload, mqtt, https }: RuntimePorts): ImageTableEntry[] {
  const api = { host, port: workload };
  const gateway: Record<number, typeof api> = { 8883: { host, port: mqtt } };
  if (https !== undefined) gateway[443] = { host, port: https };
  return [
    {
      image: '*azureiotedge-proxy',
      standIn: { kind: 'forward', local: true, ports: { 35001: api } },
      note: "edgeAgent's sidecar: the workload API on the pod's localhost",
    },
    {
      image: '*azureiotedge-hub',
      standIn: { kind: 'forward', ports: gateway },
      note: 'edgeHub: leads to the local hub',
    },
    {
      image: '*azureiotedge-iotedged',
      standIn: { kind: 'forward', ports: { 35001: api } },
      note: 'the security daemon: leads to the workload API',
    },
  ];
}
