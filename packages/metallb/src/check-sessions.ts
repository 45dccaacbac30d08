import type { Problem } from '@iotedge-networking/contract';
import { brokenRules, selectorListProblems } from './check-lists.ts';
import type { BfdProfile, BgpPeer, MetalLbConfig } from './config.ts';
import { placeOf } from './config-place.ts';
import type { Dialect, Place } from './config-place.ts';
import { parseGoDuration } from './go-duration.ts';
import { parseIp } from './ip-number.ts';

type BfdRange = readonly [
  field: 'detectMultiplier' | 'receiveInterval' | 'transmitInterval' | 'minimumTtl' | 'echoInterval',
  name: string,
  min: number,
  max: number,
];

const bfdRanges: readonly BfdRange[] = [
  ['detectMultiplier', 'detect multiplier', 2, 255],
  ['receiveInterval', 'receive interval', 10, 60000],
  ['transmitInterval', 'transmit interval', 10, 60000],
  ['minimumTtl', 'minimum ttl', 1, 254],
  ['echoInterval', 'echo interval', 10, 60000],
];

/** Everything wrong with BFD profiles. Source: MetalLB internal/config bfdProfilesFor. */
export function bfdProblems(profiles: readonly BfdProfile[], dialect: Dialect): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, profile] of profiles.entries()) {
    const place = placeOf(dialect, 'bfd', index, profile.name);
    const report = (code: string, message: string): number => problems.push({ code, path: place.path, message });
    if (profile.name === '') report('missing-name', `${place.parsing}missing bfd profile name`);
    for (const [field, name, min, max] of bfdRanges) {
      const value = profile[field] ?? min;
      if (value >= min && value <= max) continue;
      report(
        'invalid-bfd',
        `${place.parsing}invalid ${name} value: invalid value ${value}, must be in ${min}-${max} range`,
      );
    }
    if (seen.has(profile.name)) report('duplicate-bfd-profile', `found duplicate bfd profile name ${profile.name}`);
    seen.add(profile.name);
  }
  return problems;
}

/** Everything wrong with BGP peers. Source: MetalLB internal/config peersFor and peerFromCR; v0.12.1 parsePeer. */
export function peerProblems({ peers, bfdProfiles }: MetalLbConfig, dialect: Dialect): Problem[] {
  const profiles = new Set(bfdProfiles.map(({ name }) => name));
  const seen = new Set<string>();
  return peers.flatMap((peer, index) => {
    const place = placeOf(dialect, 'peer', index, peer.name);
    const shown = dialect === 'crd' ? peer.name : `#${index + 1}`;
    const problems = singlePeerProblems(peer, place, dialect);
    if (peer.bfdProfile !== undefined && !profiles.has(peer.bfdProfile)) {
      const message = `peer ${shown} referencing non existing bfd profile ${peer.bfdProfile}`;
      problems.push({
        code: 'unknown-bfd-profile',
        path: place.path,
        message,
        fix: 'Add the profile or drop the reference.',
      });
    }
    const text = peerText(peer, dialect);
    if (seen.has(text))
      problems.push({ code: 'duplicate-peer', path: place.path, message: `peer ${shown} already exists` });
    seen.add(text);
    return problems;
  });
}

function singlePeerProblems(peer: BgpPeer, place: Place, dialect: Dialect): Problem[] {
  const messages = [
    ...asnProblems(peer, dialect),
    ...endpointProblems(peer, dialect),
    ...timerProblems(peer, dialect).map((message) =>
      dialect === 'crd' ? `invalid BGPPeer timers: ${message}` : message,
    ),
    ...addressProblems(peer),
    ...selectorListProblems(peer.nodeSelectors, 'nodeSelectors', `failed to convert peer ${peer.name} node selector`),
    ...(peer.password !== undefined && peer.passwordSecret !== undefined
      ? [`can not have both password and secret ref set in peer config "${peer.name}"`]
      : []),
  ];
  return messages.map((message) => ({ code: 'invalid-peer', path: place.path, message: place.parsing + message }));
}

function asnProblems({ myASN, peerASN, dynamicASN = '', ebgpMultiHop }: BgpPeer, dialect: Dialect): string[] {
  const isKnownMode = ['', 'internal', 'external'].includes(dynamicASN);
  return brokenRules([
    [myASN === 0, 'missing local ASN'],
    [peerASN === 0 && dynamicASN === '', `missing peer ASN${dialect === 'crd' ? ' and dynamicASN' : ''}`],
    [peerASN !== 0 && dynamicASN !== '', 'both peer ASN and dynamicASN specified'],
    [!isKnownMode, `invalid dynamicASN ${dynamicASN}`],
    [peerASN === myASN && ebgpMultiHop, 'invalid ebgp-multihop parameter set for an ibgp peer'],
  ]);
}

function endpointProblems({ peerAddress = '', interface: device = '' }: BgpPeer, dialect: Dialect): string[] {
  const isReadable = parseIp(peerAddress) !== undefined;
  if (dialect === 'configmap') return brokenRules([[!isReadable, `invalid peer IP "${peerAddress}"`]]);
  return brokenRules([
    [peerAddress === '' && device === '', 'peer has no Address or Interface specified'],
    [peerAddress !== '' && device !== '', 'peer has both Address and Interface specified'],
    [peerAddress !== '' && !isReadable, `invalid BGPPeer address "${peerAddress}"`],
  ]);
}

function addressProblems({ routerID, sourceAddress }: BgpPeer): string[] {
  const isBad = (text: string | undefined): text is string => text !== undefined && parseIp(text) === undefined;
  return [
    ...(isBad(routerID) ? [`invalid router ID "${routerID}"`] : []),
    ...(isBad(sourceAddress) ? [`invalid source IP "${sourceAddress}"`] : []),
  ];
}

/** Durations have to be readable, hold time 0 or at least 3 s, keepalive not above it. */
function timerProblems({ holdTime, keepaliveTime }: BgpPeer, dialect: Dialect): string[] {
  const [hold, keepalive = 0] = [secondsOf(holdTime), secondsOf(keepaliveTime)];
  if (Number.isNaN(hold)) return [`invalid hold time "${String(holdTime)}"`];
  if (Number.isNaN(keepalive)) return [`invalid keepalive time "${String(keepaliveTime)}"`];
  const effective = hold ?? impliedHoldTime(keepalive, dialect);
  const rounded = Math.trunc(effective);
  const isAbove = dialect === 'crd' ? keepalive > effective : Math.trunc(keepalive) > rounded;
  return [
    ...(rounded !== 0 && rounded < 3 ? [`invalid hold time "${effective}s": must be 0 or >=3s`] : []),
    ...(isAbove ? [`invalid keepaliveTime "${keepalive}s", must be lower than holdTime "${effective}s"`] : []),
  ];
}

/** In the resources keepalive alone gives the hold time, three times it; in the ConfigMap it is 90 s. */
function impliedHoldTime(keepalive: number, dialect: Dialect): number {
  return dialect === 'crd' && keepalive !== 0 ? 3 * keepalive : 90;
}

/** A duration in seconds; NaN when it cannot be read. */
function secondsOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : (parseGoDuration(text) ?? Number.NaN);
}

/** Two peers are the same when everything but the name is; before 0.13 peers have no names at all. */
function peerText(peer: BgpPeer, dialect: Dialect): string {
  return JSON.stringify({ ...peer, name: dialect === 'crd' ? peer.name : '' });
}
