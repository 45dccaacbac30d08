import assert from 'node:assert/strict';
import { devicePowerShell } from '../../../../packages/deployment/src/generate/device-powershell.ts';
import { sampleNetwork, type NetworkParts } from '../sample-network.ts';

function lines(parts: NetworkParts): readonly string[] {
  const { network, device } = sampleNetwork(parts);
  return devicePowerShell(network, device);
}

describe('[unit] what only the device can do', () => {
  const ranges = { nodeIps: '10.0.0.1-10.0.0.2', externalServiceIps: '10.0.0.10-10.0.0.19' };
  const peer = { peerAddress: '10.0.0.254', peerAsn: 64512, selfAsn: 64513 };
  const CASES: readonly { why: string; parts: NetworkParts; has: readonly RegExp[]; hasNot?: RegExp }[] = [
    {
      why: 'ranges are for the local web UI',
      parts: { computeNetwork: ranges },
      has: [/Kubernetes node IPs: 10\.0\.0\.1-10\.0\.0\.2/, /external service IPs: 10\.0\.0\.10-10\.0\.0\.19/],
      hasNot: /Set-Hcs/,
    },
    {
      why: 'other subnets have a cmdlet',
      parts: { computeNetwork: { podSubnet: '172.30.0.0/16' } },
      has: [/Set-HcsKubeClusterNetworkInfo -PodSubnet 172\.30\.0\.0\/16 -ServiceSubnet 172\.28\.0\.0\/16/],
    },
    {
      why: 'BGP peers have one each, and the router its side',
      parts: {
        computeNetwork: {
          announce: 'bgp',
          bgpPeers: [peer, { ...peer, peerAddress: '10.0.0.253', holdTimeSeconds: 15 }],
        },
      },
      has: [
        /Set-HcsBGPPeer -PeerAddress 10\.0\.0\.254 -PeerAsn 64512 -SelfAsn 64513 -SwitchName \$switch$/m,
        /-PeerAddress 10\.0\.0\.253 .*-HoldTimeInSeconds 15$/m,
        /10\.0\.0\.254, AS 64512: accept AS 64513 from the Kubernetes node IPs/,
      ],
    },
  ];
  for (const { why, parts, has, hasNot = /^[^#]/m } of CASES)
    it(why, () => {
      const text = lines(parts).join('\n');
      for (const pattern of has) assert.match(text, pattern);
      assert.doesNotMatch(text, hasNot);
      for (const line of lines(parts)) assert.match(line, /^#/);
    });

  it('is nothing where nothing is said, and where there is no such device', () => {
    assert.deepEqual(lines({}), []);
    assert.deepEqual(
      lines({ profile: 'kubernetes', computeNetwork: { externalServiceIps: '10.0.0.10-10.0.0.19' } }),
      [],
    );
  });
});
