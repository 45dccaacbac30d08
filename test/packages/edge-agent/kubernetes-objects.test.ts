import assert from 'node:assert/strict';
import {
  CREATION_STRING,
  DEVICE_LABEL,
  MODULE_LABEL,
  ORIGINAL_MODULE_ID,
  claimObjects,
  deploymentObject,
  serviceAccountObject,
  serviceObject,
} from '@iotedge-networking/edge-agent';
import type { DeviceSettings, KubernetesObject, ModuleInput } from '@iotedge-networking/edge-agent';
import { DEVICE, codes, failureOf, publishing, translated, web } from './samples.ts';

interface Container {
  readonly name: string;
  readonly env: readonly { readonly name: string; readonly value: string }[];
}
interface PodTemplate {
  readonly metadata: { readonly annotations: object; readonly labels: object };
  readonly spec: Readonly<Record<string, unknown>> & { readonly containers: readonly Container[] };
}

function deployed(module: ModuleInput, settings: Partial<DeviceSettings> = {}): KubernetesObject {
  return deploymentObject(translated(module, settings).deployment!, { ...DEVICE, ...settings });
}

function template(module: ModuleInput, settings: Partial<DeviceSettings> = {}): PodTemplate {
  return deployed(module, settings).spec!['template'] as PodTemplate;
}

function environment(module: ModuleInput, settings: Partial<DeviceSettings> = {}): readonly string[] {
  return template(module, settings).spec.containers[1]!.env.map(({ name, value }) => `${name}=${value}`);
}

const labels = { [MODULE_LABEL]: 'web', [DEVICE_LABEL]: 'ase-dev-1' };

describe('[unit] objects for the Kubernetes API', () => {
  const owner = { apiVersion: 'v1', kind: 'Deployment', name: 'iotedged', uid: '1' };

  it('a Service with the creation string of what is wanted', () => {
    const module = web(publishing({ '80/tcp': '8080' }, { ExposedPorts: { '90': {} }, Labels: { a: '1' } }));
    const service = serviceObject(translated(module).service!, { ...DEVICE, owner });
    const { [CREATION_STRING]: creation, ...annotations } = service.metadata.annotations!;
    assert.deepEqual(annotations, { a: '1' });
    assert.deepEqual(JSON.parse(creation!), { ...service, metadata: { ...service.metadata, annotations } });
    assert.deepEqual(service.metadata.ownerReferences, [{ ...owner, blockOwnerDeletion: true, controller: true }]);
    assert.deepEqual(service.spec, {
      type: 'LoadBalancer',
      ports: [
        { name: 'exposedport-90-tcp', port: 90, protocol: 'TCP' },
        { name: 'hostport-80-tcp', port: 8080, targetPort: 80, protocol: 'TCP' },
      ],
      selector: labels,
    });
  });

  it('a pinned address is sent, an empty one too', () => {
    const options = { 'k8s-experimental': { serviceOptions: { loadBalancerIP: '' } } };
    const service = serviceObject(translated(web(publishing({ '80': '80' }, options))).service!, DEVICE);
    assert.equal(service.spec!['loadBalancerIP'], '');
  });

  it("a ServiceAccount with the module's own name as annotation", () => {
    const account = serviceAccountObject(translated(web(undefined, { name: 'My_Web' })).serviceAccount!, DEVICE);
    assert.deepEqual(account, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: {
        name: 'myweb',
        labels: { [MODULE_LABEL]: 'myweb', [DEVICE_LABEL]: 'ase-dev-1' },
        annotations: { [ORIGINAL_MODULE_ID]: 'My_Web' },
      },
    });
  });

  it('a Deployment: sidecar first, then the module', () => {
    const options = {
      ExposedPorts: { '80': {} },
      Entrypoint: ['/app'],
      cmd: ['-v', 1],
      WorkingDir: '/w',
      Labels: { a: '1' },
    };
    const { metadata, spec } = template(
      web({ ...options, HostConfig: { Privileged: true, IpcMode: 'host', PidMode: 'x' } }),
    );
    assert.deepEqual(metadata.labels, labels);
    assert.deepEqual(metadata.annotations, { a: '1', [ORIGINAL_MODULE_ID]: 'web' });
    const [proxy, module] = spec.containers;
    assert.equal(proxy?.name, 'proxy');
    const { env, ...rest } = module!;
    assert.ok(env.length > 0);
    assert.deepEqual(rest, {
      name: 'web',
      image: 'nginx:1.25',
      volumeMounts: [],
      securityContext: { privileged: true },
      ports: [{ containerPort: 80, protocol: 'TCP' }],
      command: ['/app'],
      args: ['-v', '1'],
      workingDir: '/w',
    });
    assert.deepEqual([spec['hostIPC'], spec['hostPID'], spec['serviceAccountName']], [true, false, 'web']);
  });

  it('host network comes with its DNS policy, since beta11', () => {
    const module = web(publishing({ '80': '80' }, {}), {});
    const hosted = web({ HostConfig: { NetworkMode: 'Host', PortBindings: { '80': [{ HostPort: '80' }] } } });
    assert.deepEqual(
      [module, hosted].map((one) => [template(one).spec['hostNetwork'], template(one).spec['dnsPolicy']]),
      [
        [undefined, undefined],
        [true, 'ClusterFirstWithHostNet'],
      ],
    );
    assert.equal(template(hosted, { agentVersion: 'beta10' }).spec['hostNetwork'], undefined);
    assert.ok(!codes(hosted, { agentVersion: 'beta10' }).includes('hostnetwork-service-still-created'));
    assert.ok(codes(hosted).includes('hostnetwork-service-still-created'));
  });

  it('host PID came with beta14, any case of Cmd with beta12', () => {
    const module = web({ cmd: ['x'], HostConfig: { PidMode: 'host' } });
    assert.equal(template(module, { agentVersion: 'beta13' }).spec['hostPID'], undefined);
    assert.equal(template(module).spec['hostPID'], true);
    assert.equal(translated(module, { agentVersion: 'beta11' }).deployment?.args, null);
  });

  it('pods run as non-root when the device says so and the module does not object', () => {
    assert.deepEqual(template(web(), { runAsNonRoot: true }).spec['securityContext'], {
      runAsNonRoot: true,
      runAsUser: 1000,
    });
    const own = { 'k8s-experimental': { securityContext: { runAsUser: 0 } } };
    assert.deepEqual(template(web(own), { runAsNonRoot: true }).spec['securityContext'], { runAsUser: 0 });
  });

  it('Cmd, Entrypoint and WorkingDir of a wrong type stop the deployment', () => {
    assert.match(failureOf(web({ Cmd: 'run' })), /^combine createoptions-wrong-type .*Cmd$/);
    assert.match(failureOf(web({ Entrypoint: [[]] })), /^combine createoptions-wrong-type .*Entrypoint$/);
    assert.match(failureOf(web({ WorkingDir: {} })), /^combine createoptions-wrong-type .*WorkingDir$/);
    assert.deepEqual(translated(web({ Cmd: '', Entrypoint: [null] })).deployment?.command, [null]);
  });
});

describe('[unit] environment of a module', () => {
  it("the manifest's, then that of createOptions, then the agent's", () => {
    const env = { A: { value: 1 }, B: { value: true }, C: { value: null }, D: {}, E: { value: 'x=y' } };
    const module = web({ Env: ['A=2', 'F=g=h', 'none', '=x', null] }, { env });
    assert.deepEqual(environment(module), [
      'A=1',
      'B=true',
      'C=',
      'D=',
      'E=x=y',
      'A=2',
      'F=g=h',
      'IOTEDGE_IOTHUBHOSTNAME=myhub.azure-devices.net',
      'IOTEDGE_AUTHSCHEME=sasToken',
      'RuntimeLogLevel=Information',
      'IOTEDGE_WORKLOADURI=http://localhost:35001/',
      'IOTEDGE_DEVICEID=ase-dev-1',
      'IOTEDGE_MODULEID=web',
      'IOTEDGE_APIVERSION=2019-01-30',
      'EdgeDeviceHostName=ase-dev-1',
      'IOTEDGE_GATEWAYHOSTNAME=edgehub',
    ]);
  });

  it('a generation id and a log level of its own', () => {
    const own = environment(web({ Env: ['RuntimeLogLevel=debug'] }), {
      generationIds: { web: '42' },
      edgeHostname: 'gw',
    });
    assert.ok(own.includes('IOTEDGE_MODULEGENERATIONID=42') && own.includes('EdgeDeviceHostName=gw'));
    assert.equal(own.filter((one) => one.startsWith('RuntimeLogLevel')).length, 1);
  });

  it('system modules have no gateway; the agent knows its mode', () => {
    const agent = environment(web(undefined, { name: 'edgeAgent', system: true }));
    assert.ok(agent.includes('Mode=kubernetes') && agent.includes('IOTEDGE_MODULEID=$edgeAgent'));
    assert.ok(!agent.includes('IOTEDGE_GATEWAYHOSTNAME=edgehub'));
    assert.ok(!environment(web(), { agentVersion: 'beta13' }).some((one) => one.startsWith('EdgeDeviceHostName')));
  });

  it('a variable that is no object with a value refuses the manifest', () => {
    for (const entry of ['text', { value: {} }, { value: [] }]) {
      assert.equal(failureOf(web(undefined, { env: { A: entry } })), 'parse env-wrong-type env/A');
    }
  });
});

describe('[unit] volumes of a module', () => {
  const host = (fields: object): ModuleInput => web({ HostConfig: fields });

  it('binds become host paths, twice the same source one volume', () => {
    const { deployment } = translated(host({ Binds: ['/var/Data:/data:ro', '/var/Data:/more', 'none'] }));
    const volume = { name: 'vardata', hostPath: { path: '/var/Data', type: 'DirectoryOrCreate' } };
    assert.deepEqual(deployment?.volumes, [volume]);
    assert.deepEqual(deployment.volumeMounts, [
      { mountPath: '/data', name: 'vardata', readOnly: true },
      { mountPath: '/more', name: 'vardata', readOnly: false },
    ]);
  });

  it('mounts of type volume become claims, the writable one wins; binds come first', () => {
    const mount = (Type: string, ReadOnly: boolean, Source = 'share'): object => ({
      Type,
      Source,
      Target: `/${Type}${String(ReadOnly)}`,
      ReadOnly,
    });
    const { deployment } = translated(
      host({
        Mounts: [
          mount('Volume', true),
          mount('volume', false),
          mount('volume', true),
          mount('bind', false, '/x'),
          mount('tmpfs', false),
        ],
      }),
    );
    assert.deepEqual(
      deployment?.volumes.map((volume) => JSON.stringify(volume)),
      [
        '{"name":"x","hostPath":{"path":"/x","type":"DirectoryOrCreate"}}',
        '{"name":"share","persistentVolumeClaim":{"claimName":"share","readOnly":false}}',
      ],
    );
    assert.deepEqual(
      deployment.claims.map(({ readOnly }) => readOnly),
      [true, false, true],
    );
  });

  it('volumes of k8s-experimental come first and stay as they are', () => {
    const volumes = [{ volume: { name: 'v' }, volumeMounts: [{ mountPath: '/v', name: 'v' }] }, { VolumeMounts: null }];
    const { deployment } = translated(web({ 'k8s-experimental': { volumes }, HostConfig: { Binds: ['/a:/b'] } }));
    assert.deepEqual(
      deployment?.volumes.map((volume) => volume['name']),
      ['v', 'a'],
    );
    assert.deepEqual(
      deployment.volumeMounts.map((mount) => mount['mountPath']),
      ['/b', '/v'],
    );
  });

  const wrong: readonly (readonly [string, ModuleInput, string])[] = [
    ['a bind of the root', host({ Binds: ['/:/host'] }), 'volume-name-invalid'],
    ['a source over 63 characters', host({ Binds: [`/${'a'.repeat(64)}:/x`] }), 'volume-name-invalid'],
    ['a null bind', host({ Binds: [null] }), 'bind-null'],
    ['a null mount', host({ Mounts: [null] }), 'mount-incomplete'],
    ['a mount without target', host({ Mounts: [{ Type: 'bind', Source: '/a' }] }), 'mount-incomplete'],
    [
      'a mount without a usable source',
      host({ Mounts: [{ Type: 'volume', Source: '/', Target: '/a' }] }),
      'volume-name-invalid',
    ],
    ['a null volume', web({ 'k8s-experimental': { volumes: [null] } }), 'volume-null'],
  ];
  for (const [title, module, code] of wrong) {
    it(`${title} stops the Deployments`, () => assert.ok(failureOf(module).startsWith(`map ${code} `)));
  }

  it('older agents take a mount without target and begin volume names with a letter', () => {
    const module = host({ Mounts: [{ Type: 'bind', Source: '/1a' }] });
    const { deployment } = translated(module, { agentVersion: 'beta12' });
    assert.deepEqual(deployment?.volumeMounts, [{ mountPath: null, name: 'a', readOnly: false }]);
  });

  it('claims are made only with a storage class', () => {
    const module = host({ Mounts: [{ Type: 'volume', Source: 'share', Target: '/a' }] });
    assert.deepEqual(claimObjects(translated(module).deployment!, DEVICE), []);
    const settings = { ...DEVICE, storageClassName: 'fast', claimSizeMb: 5, useMountSourceForVolumeName: true };
    const [claim] = claimObjects(translated(module).deployment!, settings);
    assert.deepEqual(claim?.metadata, { name: 'share', labels: { [DEVICE_LABEL]: 'ase-dev-1' } });
    assert.deepEqual(claim.spec, {
      accessModes: ['ReadWriteMany'],
      resources: { requests: { storage: '5Mi' } },
      volumeName: 'share',
      storageClassName: 'fast',
    });
    const readOnly = host({ Mounts: [{ Type: 'volume', Source: 'share', Target: '/a', ReadOnly: true }] });
    const [other] = claimObjects(translated(readOnly).deployment!, { ...DEVICE, storageClassName: '' });
    assert.deepEqual(other?.spec?.['accessModes'], ['ReadOnlyMany']);
  });
});

describe('[unit] Docker settings without a place on Kubernetes', () => {
  it('are named', () => {
    const options = { HostConfig: { PublishAllPorts: true, Dns: ['1.1.1.1'], DnsSearch: [] }, NetworkingConfig: {} };
    assert.deepEqual(codes(web(options)), [
      'dns-ignored',
      'networking-config-ignored',
      'no-ports-no-service',
      'publish-all-ports-ignored',
      'silent',
    ]);
  });
});
