import type { LookupFunction } from 'node:net';

/**
 * What the preloaded pod network of a workload process is told, as JSON in the environment variable POD_NETWORK.
 * Addresses are the real ones of the pod; `dns` is `address:port` on this machine.
 */
export interface PodNetworkSettings {
  readonly podName: string;
  readonly namespace: string;
  readonly podIp: string;
  readonly dns: string;
  readonly clusterDomain: string;
  /** The IPv4 addresses that are carried on loopback: first and last, as unsigned numbers. */
  readonly carried: readonly (readonly [number, number])[];
  /** Ports on the pod's localhost that lead elsewhere on this machine (a sidecar's). */
  readonly localPorts: Readonly<Record<number, { readonly host: string; readonly port: number }>>;
  /** Where the directories mounted into the container are on this machine: mount path, local path. */
  readonly mounts: readonly (readonly [string, string])[];
}

/** The file descriptor of the pipe to the kubelet: the workload ends when it closes, and tells there what it listens on. */
export const lifelineFd = 3;

/** The unsigned number of a dotted quad, or undefined. */
export function ipv4Number(ip: string): number | undefined {
  const parts = ip.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part))) return undefined;
  return parts.reduce((value, part) => value * 256 + Number(part), 0);
}

/** The pod's network inside a workload process. */
export interface PodNetwork {
  /** The pod's address on this machine. */
  readonly ownAddress: string;
  /** The address on this machine that carries an address of the cluster; others come back unchanged. */
  readonly carry: (address: string) => string;
  readonly lookup: LookupFunction;
  readonly localPorts: PodNetworkSettings['localPorts'];
  /** The TCP ports that this process listens on. */
  readonly listening: Set<number>;
  /** Tells the kubelet something, in one line. */
  readonly report: (line: string) => void;
}

/** Whether a host to listen on means every address of the pod. */
export function isUnspecified(host: unknown): boolean {
  return host === undefined || host === null || host === '' || host === '0.0.0.0' || host === '::';
}

/** Whether an argument is a port number, as number or text. */
export function isPort(value: unknown): value is number | string {
  return typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));
}

/** A lookup whose results are the addresses on this machine. `onCarried` is called when that changed the only result. */
export function carriedLookup(
  lookup: LookupFunction,
  carry: (address: string) => string,
  onCarried: () => void,
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, address, family) => {
      if (error !== null) {
        callback(error, address, family);
      } else if (typeof address === 'string') {
        const carried = carry(address);
        if (carried !== address) onCarried();
        callback(null, carried, family);
      } else {
        const carried = address.map((entry) => ({ ...entry, address: carry(entry.address) }));
        if (carried.length === 1 && carried[0]?.address !== address[0]?.address) onCarried();
        callback(null, carried);
      }
    });
  };
}
