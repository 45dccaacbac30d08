import assert from 'node:assert/strict';
import { dockerPorts } from '@iotedge-networking/edge-agent';
import type { DockerPorts, ModuleInput } from '@iotedge-networking/edge-agent';
import { lines, publishing, web } from './samples.ts';

function printed({ publications }: DockerPorts): readonly string[] {
  return publications.map(({ module, hostIp, hostPorts, containerPort, protocol }) => {
    const host = hostPorts === null ? 'any' : [...new Set(hostPorts)].join('-');
    return `${module} ${hostIp}:${host}->${containerPort}/${protocol}`;
  });
}

const ports = (options: unknown): readonly string[] => printed(dockerPorts([web(options)]));
const codes = (...modules: readonly ModuleInput[]): readonly string[] =>
  dockerPorts(modules).findings.map(({ code }) => code);
const binding = (fields: object, key = '80'): object => ({ HostConfig: { PortBindings: { [key]: [fields] } } });

describe('[unit] what Docker does with ports', () => {
  it('publishes on all addresses, or on the one given', () => {
    assert.deepEqual(ports(publishing({ '80/tcp': '8080', '53/UDP': 53 })), [
      'web 0.0.0.0:8080->80/tcp',
      'web 0.0.0.0:53->53/udp',
    ]);
    assert.deepEqual(ports(binding({ HostIp: '10.0.0.1', HostPort: '80' })), ['web 10.0.0.1:80->80/tcp']);
    assert.deepEqual(ports(binding({ HostIp: '::', HostPort: '80' })), ['web 0.0.0.0:80->80/tcp']);
  });

  it('takes ranges, and any port where none is given', () => {
    assert.deepEqual(ports(publishing({ '80': '8000-8010' })), ['web 0.0.0.0:8000-8010->80/tcp']);
    assert.deepEqual(ports(publishing({ '80': '0' })), ['web 0.0.0.0:any->80/tcp']);
    assert.deepEqual(ports(binding({})), ['web 0.0.0.0:any->80/tcp']);
    assert.deepEqual(ports({ HostConfig: { PortBindings: { '80': [null], '81': null } } }), [
      'web 0.0.0.0:any->80/tcp',
    ]);
  });

  it('keeps several host ports of one container port', () => {
    const options = { HostConfig: { PortBindings: { '80': [{ HostPort: '1' }, { HostPort: '2' }] } } };
    assert.deepEqual(ports(options), ['web 0.0.0.0:1->80/tcp', 'web 0.0.0.0:2->80/tcp']);
  });

  it('publishes the exposed ports that are not bound when it is told to', () => {
    const options = (all: boolean): object => ({
      ExposedPorts: { '80/tcp': {}, '81/tcp': {}, 'x/tcp': {} },
      HostConfig: { PublishAllPorts: all, PortBindings: { '80': [{ HostPort: '80' }] } },
    });
    assert.deepEqual(ports(options(true)), ['web 0.0.0.0:80->80/tcp', 'web 0.0.0.0:any->81/tcp']);
    assert.deepEqual(ports(options(false)), ['web 0.0.0.0:80->80/tcp']);
    assert.deepEqual(ports({ HostConfig: { PublishAllPorts: true } }), []);
  });

  it('on the host network nothing is published, the ports are simply there', () => {
    const options = {
      ExposedPorts: { '80': {}, x: {} },
      HostConfig: { NetworkMode: 'host', PortBindings: { '80': [{ HostPort: '1' }] } },
    };
    const result = dockerPorts([web(options)]);
    assert.deepEqual(printed(result), ['web 0.0.0.0:80->80/tcp']);
    assert.deepEqual(lines(result.findings), [
      'docker-host-network-discards-ports web.settings.createOptions.HostConfig',
    ]);
    assert.deepEqual(codes(web({ HostConfig: { NetworkMode: 'host' } })), []);
  });

  const refused: readonly (readonly [string, object, string])[] = [
    ['a range of container ports', publishing({ '80-81/tcp': '80' }), 'docker-port-key-invalid'],
    ['an unknown protocol', publishing({ '80/http': '80' }), 'docker-port-key-invalid'],
    ['a container port beyond 65535', publishing({ '70000': '80' }), 'docker-port-key-invalid'],
    ['a host port beyond 65535', publishing({ '80': '70000' }), 'docker-hostport-invalid'],
    ['a range backwards', publishing({ '80': '9-8' }), 'docker-hostport-invalid'],
    ['a word', publishing({ '80': 'http' }), 'docker-hostport-invalid'],
    ['a host name as HostIp', binding({ HostIp: 'localhost', HostPort: '80' }), 'docker-hostip-invalid'],
  ];
  for (const [title, options, code] of refused) {
    it(`refuses ${title}`, () => assert.deepEqual(codes(web(options)), [code]));
  }

  it('ignores k8s-experimental', () => {
    assert.deepEqual(codes(web({ 'k8s-experimental': { serviceOptions: 5 } })), ['k8s-experimental-ignored-by-docker']);
  });

  it('says what it cannot read', () => {
    assert.deepEqual(codes(web('{')), ['createoptions-invalid-json']);
  });
});

describe('[unit] host ports that two modules want', () => {
  const other = (options: unknown): ModuleInput => web(options, { name: 'other' });
  const first = web(publishing({ '80': '8080' }));
  const at = (hostIp: string): object => binding({ HostIp: hostIp, HostPort: '8080' });

  it('clash on one protocol and one address', () => {
    const { findings } = dockerPorts([first, other(publishing({ '81': '8080' }))]);
    assert.deepEqual(lines(findings), [
      'docker-hostport-clash other.settings.createOptions.HostConfig.PortBindings["81"][0]',
    ]);
    assert.deepEqual(codes(web(at('10.0.0.1')), other(at('0.0.0.0'))), ['docker-hostport-clash']);
    assert.deepEqual(codes(web(at('0.0.0.0')), other(at('10.0.0.1'))), ['docker-hostport-clash']);
  });

  it('do not clash on other addresses, protocols or with a choice of ports', () => {
    assert.deepEqual(codes(web(at('10.0.0.1')), other(at('10.0.0.2'))), []);
    assert.deepEqual(codes(first, other(publishing({ '80/udp': '8080' }))), []);
    assert.deepEqual(codes(first, other(publishing({ '80': '8080-8081' }))), []);
    assert.deepEqual(codes(first, other(publishing({ '80': '' }))), []);
  });

  it('are only a warning where a module is on the host network', () => {
    const hosted = other({ ExposedPorts: { '8080': {} }, HostConfig: { NetworkMode: 'host' } });
    assert.deepEqual(codes(first, hosted), ['docker-host-network-clash']);
    assert.deepEqual(codes(hosted, first), ['docker-host-network-clash']);
  });
});
