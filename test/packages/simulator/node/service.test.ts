import assert from 'node:assert/strict';
import { backendsOf } from '../../../../packages/simulator/src/node/service.ts';
import type { SliceEndpoint } from '../../../../packages/simulator/src/node/service.ts';
import { sliceObject } from '../../../support/node-objects.ts';

describe('[unit] endpoints of a Service port', () => {
  const port = { name: 'http', port: 80, protocol: 'TCP' };
  const slicePorts = [
    { name: 'http', port: 8080, protocol: 'TCP' },
    { name: 'dns', port: 53, protocol: 'UDP' },
  ];
  const ready: SliceEndpoint = { addresses: ['172.27.0.1'] };
  const notReady: SliceEndpoint = { addresses: ['172.27.0.2'], conditions: { ready: false } };
  const leaving: SliceEndpoint = {
    addresses: ['172.27.0.3'],
    conditions: { ready: false, serving: true, terminating: true },
  };
  const ips = (endpoints: SliceEndpoint[], asked: { name?: string; port: number; protocol?: string } = port) =>
    backendsOf(asked, [sliceObject('web', endpoints, slicePorts)]).map(({ ip, port: target }) => `${ip}:${target}`);

  it('are the ready ones, with the port of the slice that has the same name and protocol', () => {
    assert.deepEqual(ips([ready, notReady, leaving]), ['172.27.0.1:8080']);
    assert.deepEqual(ips([ready], { name: 'dns', port: 5353, protocol: 'UDP' }), ['172.27.0.1:53']);
    assert.deepEqual(ips([ready], { name: 'dns', port: 5353 }), []);
  });

  it('are those on their way out that still serve, when there is no other', () => {
    assert.deepEqual(ips([notReady, leaving]), ['172.27.0.3:8080']);
  });

  it('count once when two slices hold them', () => {
    const slices = [sliceObject('web', [ready], slicePorts), sliceObject('web', [ready], slicePorts)];
    assert.equal(backendsOf(port, slices).length, 1);
  });

  it('come from IPv4 slices with ports and endpoints only', () => {
    const slices = [
      { ...sliceObject('web', [ready], slicePorts), addressType: 'IPv6' },
      sliceObject('web', [ready], null),
      { ...sliceObject('web', [], slicePorts), endpoints: null },
    ];
    assert.deepEqual(backendsOf(port, slices), []);
  });
});
