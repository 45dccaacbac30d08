import { dockerPorts, type DockerPublication, type ModuleInput } from '@iotedge-networking/edge-agent';
import { textTable } from '../text-table.ts';

/** A port of a module on the virtual machine. */
export type HostPort = Omit<DockerPublication, 'at'>;

/** What Docker publishes on the virtual machine (profile `vm`), where no Services are made. */
export function publicationsOf(modules: readonly ModuleInput[]): readonly HostPort[] {
  return dockerPorts(modules).publications.map(
    ({ module, hostIp, hostPorts, containerPort, protocol, hostNetwork }) => ({
      ...{ module, hostIp, hostPorts, containerPort, protocol, hostNetwork },
    }),
  );
}

/** Prints published ports as a table. */
export function formatHostPorts(publications: readonly HostPort[]): readonly string[] {
  if (publications.length === 0) return ['Docker publishes no ports.'];
  const rows = publications.map((one) => [one.module, hostText(one), `${one.containerPort}/${one.protocol}`]);
  return textTable([['MODULE', 'HOST', 'CONTAINER'], ...rows]);
}

function hostText({ hostIp, hostPorts }: HostPort): string {
  if (hostPorts === null) return `${hostIp}:<any>`;
  const [first, last] = hostPorts;
  return first === last ? `${hostIp}:${first}` : `${hostIp}:${first}-${last}`;
}
