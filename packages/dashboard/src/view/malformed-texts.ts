import { parseAddress, parseCidr, parseRange } from '@iotedge-networking/addressing';
import type { DeviceComputeNetwork, Problem } from '@iotedge-networking/contract';

/** Rule N01: fields of a draft that are not the range, network or address that they should be. An empty optional field is absent. */
export function malformedTexts(draft: DeviceComputeNetwork): readonly Problem[] {
  const ranges = Object.entries(draft.externalServiceIps).flatMap(([name, texts]) =>
    texts.flatMap((text, index) => asRange(`externalServiceIps.${name}[${index}]`, text)),
  );
  return [
    ...given(draft.subnet, (text) => asNetwork('subnet', text)),
    ...given(draft.gateway, (text) => asAddress('gateway', text)),
    ...given(draft.nodeIps, (text) => asRange('nodeIps', text)),
    ...ranges,
    ...asNetwork('podSubnet', draft.podSubnet),
    ...asNetwork('clusterIpSubnet', draft.clusterIpSubnet),
    ...draft.bgpPeers.flatMap(({ peerAddress }, index) => asAddress(`bgpPeers[${index}].peerAddress`, peerAddress)),
  ];
}

function given(text: string | undefined, check: (text: string) => readonly Problem[]): readonly Problem[] {
  return text === undefined || text === '' ? [] : check(text);
}

function asRange(path: string, text: string): readonly Problem[] {
  const parsed = parseRange(text);
  if (parsed.ok) return [];
  const cut = parsed.problem.indexOf(': write ');
  return [refused(path, parsed.problem.slice(0, cut), parsed.problem.slice(cut + 2))];
}

function asNetwork(path: string, text: string): readonly Problem[] {
  if (parseCidr(text) !== undefined) return [];
  return [refused(path, `"${text}" is not a network`, 'write address/prefix, such as 10.126.72.0/22')];
}

function asAddress(path: string, text: string): readonly Problem[] {
  if (parseAddress(text) !== undefined) return [];
  return [refused(path, `"${text}" is not an address`, 'write four numbers from 0 to 255, such as 10.126.72.1')];
}

function refused(path: string, what: string, fix: string): Problem {
  return { code: 'N01', path, message: `${what}.`, fix: `${fix.charAt(0).toUpperCase()}${fix.slice(1)}.` };
}
