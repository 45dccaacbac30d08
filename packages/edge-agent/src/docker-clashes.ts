import { finding } from './finding.ts';
import type { Finding, PathStep } from './finding.ts';

/** One port of a container on the host. */
export interface DockerPublication {
  readonly module: string;
  /** Address of the host; `0.0.0.0` stands for all, IPv6 included. */
  readonly hostIp: string;
  /** First and last port Docker may choose from; null when it chooses any free one. */
  readonly hostPorts: readonly [number, number] | null;
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  /** The module is on the host's network: nothing is published, the port is simply the host's. */
  readonly hostNetwork: boolean;
  readonly at: readonly PathStep[];
}

const ALL = '0.0.0.0';

/**
 * Host ports that two publications both insist on: same protocol, overlapping addresses, no other port to choose. A module on the
 * host's network that exposes the port takes part, but only as a warning, since exposing does not prove listening.
 */
export function clashFindings(publications: readonly DockerPublication[]): readonly Finding[] {
  return publications.flatMap((one, index) => {
    const other = publications.slice(0, index).find((before) => clash(before, one));
    if (other === undefined) return [];
    const message = `Host port ${String(one.hostPorts?.[0])}/${one.protocol} is already taken by module ${other.module}.`;
    const sure = !one.hostNetwork && !other.hostNetwork;
    return [finding(sure ? 'docker-hostport-clash' : 'docker-host-network-clash', one.at, message)];
  });
}

function clash(a: DockerPublication, b: DockerPublication): boolean {
  const sameAddress = a.hostIp === b.hostIp || a.hostIp === ALL || b.hostIp === ALL;
  return a.protocol === b.protocol && sameAddress && fixedPort(a) !== undefined && fixedPort(a) === fixedPort(b);
}

function fixedPort({ hostPorts }: DockerPublication): number | undefined {
  return hostPorts !== null && hostPorts[0] === hostPorts[1] ? hostPorts[0] : undefined;
}
