import assert from 'node:assert/strict';
import { readSettings } from '../../../modules/networking/src/settings.ts';

describe('[unit] settings', () => {
  it('have defaults for everything', () => {
    assert.deepEqual(readSettings({}), {
      instance: 'networking',
      iotEdgeNamespace: 'iotedge',
      metalLbNamespace: 'metallb-system',
      clusterDomain: 'cluster.local',
      hasHub: false,
      stateDir: undefined,
      desiredFile: undefined,
      health: { host: '127.0.0.1', port: 9464 },
      probeMs: 60_000,
      page: { host: '127.0.0.1', port: 9465, device: 'device' },
      logLevel: 'info',
    });
  });

  it('name the instance after device and module', () => {
    const cases: readonly (readonly [Record<string, string>, string])[] = [
      [
        { IOTEDGE_DEVICEID: 'store 1', IOTEDGE_MODULEID: 'edgenet', IOTEDGE_WORKLOADURI: 'unix:///x' },
        'store-1-edgenet',
      ],
      [{ EdgeHubConnectionString: 'HostName=h;DeviceId=d;ModuleId=m;SharedAccessKey=a=b=' }, 'd-m'],
      [{ IotHubConnectionString: 'HostName=h;DeviceId=d' }, 'd-networking'],
      [{ INSTANCE: 'mine', IOTEDGE_DEVICEID: 'd' }, 'mine'],
    ];
    for (const [env, instance] of cases) {
      assert.equal(readSettings(env).instance, instance);
      assert.equal(readSettings(env).hasHub, env.INSTANCE === undefined);
    }
  });

  it('take what is given, and the default for what makes no sense', () => {
    const settings = readSettings({
      IOTEDGE_NAMESPACE: 'edge',
      METALLB_NAMESPACE: 'lb',
      CLUSTER_DOMAIN: 'k8s.example',
      STATE_DIR: '/state',
      DESIRED_FILE: '/desired.json',
      HEALTH_HOST: '0.0.0.0',
      HEALTH_PORT: '0',
      LOG_LEVEL: 'WARN',
    });
    assert.deepEqual(settings.health, { host: '0.0.0.0', port: 0 });
    assert.deepEqual(
      [
        settings.iotEdgeNamespace,
        settings.metalLbNamespace,
        settings.clusterDomain,
        settings.stateDir,
        settings.desiredFile,
        settings.logLevel,
      ],
      ['edge', 'lb', 'k8s.example', '/state', '/desired.json', 'warn'],
    );
    assert.equal(readSettings({ HEALTH_PORT: 'off' }).health, undefined);
    for (const HEALTH_PORT of ['70000', 'x', '-1', '1.5'])
      assert.equal(readSettings({ HEALTH_PORT }).health?.port, 9464);
    const probes = ['off', '5', '0.5', 'x', '-1', '90000'].map((text) => readSettings({ PROBE_SECONDS: text }).probeMs);
    assert.deepEqual(probes, [undefined, 5000, 60_000, 60_000, 60_000, 60_000]);
    assert.equal(readSettings({ LOG_LEVEL: 'loud' }).logLevel, 'info');
  });
});
