import assert from 'node:assert/strict';
import { codesOf, moduleFromManifest, translateDeployment } from '@iotedge-networking/edge-agent';
import type { DeploymentTranslation, DeviceSettings, ModuleInput } from '@iotedge-networking/edge-agent';
import { DEVICE, publishing, web } from './samples.ts';

function deploy(modules: readonly ModuleInput[], settings: Partial<DeviceSettings> = {}): DeploymentTranslation {
  return translateDeployment(modules, { ...DEVICE, ...settings });
}

/** The batches, as `Service: a, b`. */
function batches(translation: DeploymentTranslation): readonly string[] {
  return translation.batches.map(
    ({ kind, objects }) => `${kind}: ${objects.map(({ metadata }) => metadata.name).join(', ')}`,
  );
}

const good = web(publishing({ '80': '80' }), { name: 'Good' });
const quiet = web(undefined, { name: 'quiet' });

describe('[unit] translation of a whole deployment', () => {
  it('sends four batches in order', () => {
    const storing = web(
      { HostConfig: { Mounts: [{ Type: 'volume', Source: 'share', Target: '/a' }] } },
      { name: 'storing' },
    );
    const twice = { ...storing, name: 'twice' };
    const translation = deploy([good, quiet, storing, twice], { storageClassName: 'fast' });
    assert.deepEqual(batches(translation), [
      'ServiceAccount: good, quiet, storing, twice',
      'Service: good',
      'Deployment: good, quiet, storing, twice',
      'PersistentVolumeClaim: share',
    ]);
    assert.deepEqual([translation.failure, translation.hubStatus], [null, 200]);
    assert.deepEqual(
      [translation.crdName, translation.deviceLabel],
      ['myhub.azure-devices.net-ase-dev-1', 'ase-dev-1'],
    );
    assert.ok(translation.findings.some(({ code, path }) => code === 'name-sanitised' && path === 'Good'));
  });

  const stages: readonly (readonly [string, ModuleInput, string, readonly string[]])[] = [
    ['parse', web('{'), 'parse createoptions-invalid-json', []],
    ['combine', web({ Cmd: 5 }), 'combine createoptions-wrong-type', []],
    ['the mapping of Services', web({ Labels: { '': '' } }), 'map label-key-invalid', ['ServiceAccount: good, web']],
    [
      'the mapping of Deployments',
      web({ HostConfig: { Binds: ['/:/x'] } }),
      'map volume-name-invalid',
      ['ServiceAccount: good, web', 'Service: good'],
    ],
  ];
  for (const [stage, module, failure, sent] of stages) {
    it(`a failure in ${stage} of one module stops what comes after, for all`, () => {
      const translation = deploy([good, module]);
      assert.equal(`${String(translation.failure?.stage)} ${String(translation.failure?.code)}`, failure);
      assert.equal(translation.failure?.module, 'web');
      assert.deepEqual(batches(translation), sent);
    });
  }

  it('the earliest stage is what the hub hears', () => {
    assert.equal(deploy([web({ Cmd: 5 }), { ...good, image: '' }]).hubStatus, 400);
  });

  it('names that collide after sanitising, and keys that are there twice, block the plan', () => {
    const collision = deploy([good, web(undefined, { name: 'go_od' })]);
    assert.deepEqual(
      [collision.failure?.code, collision.failure?.at, batches(collision)],
      ['name-collision', ['go_od'], []],
    );
    assert.ok(codesOf(collision.findings).includes('whole-deployment-blocked'));
    const hub = web(undefined, { name: 'edgeHub', system: true });
    const twice = deploy([hub, { ...hub, system: false }]);
    assert.equal(twice.failure?.code, 'duplicate-module-key');
  });

  it('an agent that does not start sends nothing', () => {
    const translation = deploy([good], { deviceId: '-' });
    assert.deepEqual(batches(translation), []);
    assert.deepEqual(
      [translation.failure?.stage, translation.hubStatus, translation.deviceLabel],
      ['startup', null, null],
    );
    assert.ok(codesOf(translation.findings).includes('device-id-label-empty'));
  });
});

describe('[unit] modules of a manifest', () => {
  it('keep what has the right type', () => {
    const entry = {
      status: 'running',
      restartPolicy: 5,
      imagePullPolicy: 'never',
      startupOrder: 1,
      env: { A: { value: '1' } },
      settings: { image: 'nginx', createOptions: '{}', createOptions01: '' },
    };
    assert.deepEqual(moduleFromManifest('web', entry), {
      name: 'web',
      system: false,
      status: 'running',
      imagePullPolicy: 'never',
      startupOrder: 1,
      image: 'nginx',
      env: { A: { value: '1' } },
      createOptionsPieces: { createOptions: '{}', createOptions01: '' },
    });
    assert.deepEqual(moduleFromManifest('web', null, true), { name: 'web', system: true, env: {} });
  });
});
