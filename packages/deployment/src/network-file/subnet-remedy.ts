import { parseRange, rangesOverlap, type AddressRange } from '@iotedge-networking/addressing';
import type { Problem } from '@iotedge-networking/contract';
import { isJsonObject, type JsonObject } from '../generate/sorted-json.ts';

/** The device's own subnets inside the cluster where nobody chose others. */
const DEFAULTS = { podSubnet: '172.27.0.0/16', clusterIpSubnet: '172.28.0.0/16' } as const;

/** Where others may be found: the private range that the defaults are from, then 10.0.0.0/8. */
const CANDIDATES: readonly string[] = [
  ...Array.from({ length: 16 }, (_, index) => `172.${31 - index}.0.0/16`),
  ...Array.from({ length: 256 }, (_, index) => `10.${255 - index}.0.0/16`),
];

/**
 * Adds to each N07 problem about the pod or cluster IP subnet the PowerShell line that gives the device subnets which are free. They can be chosen only before compute is
 * configured, so the line has to be at hand then.
 */
export function withSubnetRemedy(problems: readonly Problem[], document: unknown): readonly Problem[] {
  if (!problems.some(({ code }) => code === 'N07')) return problems;
  const line = powerShellLine(document);
  return problems.map((problem) => {
    if (problem.code !== 'N07' || line === undefined) return problem;
    return { ...problem, fix: `${problem.fix ?? ''} On the device, before compute is configured: ${line}` };
  });
}

function powerShellLine(document: unknown): string | undefined {
  const networks = computeNetworks(document);
  const taken = networks.flatMap(landRanges);
  const [first = {}] = networks;
  const pod = freeSubnet(textOf(first.podSubnet) ?? DEFAULTS.podSubnet, taken);
  if (pod === undefined) return undefined;
  const service = freeSubnet(textOf(first.clusterIpSubnet) ?? DEFAULTS.clusterIpSubnet, [...taken, ...rangeOf(pod)]);
  if (service === undefined) return undefined;
  return `Set-HcsKubeClusterNetworkInfo -PodSubnet ${pod} -ServiceSubnet ${service}`;
}

function computeNetworks(document: unknown): readonly JsonObject[] {
  const root = isJsonObject(document) ? document : {};
  const devices: readonly unknown[] = Array.isArray(root.devices) ? root.devices : [];
  return [root, ...devices].flatMap((one) =>
    isJsonObject(one) && isJsonObject(one.computeNetwork) ? [one.computeNetwork] : [],
  );
}

/** What is in use outside the cluster. */
function landRanges({ subnet, gateway, nodeIps, externalServiceIps }: JsonObject): readonly AddressRange[] {
  const pools = isJsonObject(externalServiceIps) ? Object.values(externalServiceIps) : [externalServiceIps];
  return [subnet, gateway, nodeIps, ...pools.flat()].flatMap(rangeOf);
}

function rangeOf(value: unknown): readonly AddressRange[] {
  const parsed = parseRange(textOf(value) ?? '');
  return parsed.ok ? [parsed.range] : [];
}

/** The subnet itself when it is free, otherwise the first candidate that is. */
function freeSubnet(wanted: string, taken: readonly AddressRange[]): string | undefined {
  const isFree = (text: string): boolean =>
    rangeOf(text).some((range) => !taken.some((other) => rangesOverlap(range, other)));
  return [wanted, ...CANDIDATES].find(isFree);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
