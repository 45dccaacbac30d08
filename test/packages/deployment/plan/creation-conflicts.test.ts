import assert from 'node:assert/strict';
import type { DeployedDevice } from '../../../../packages/deployment/src/plan/current-state.ts';
import { formatChange } from '../../../../packages/deployment/src/plan/plan-change.ts';
import { planUpdate, updateFails, type DeviceUpdate } from '../../../../packages/deployment/src/plan/plan-update.ts';
import { sampleNetwork, type NetworkParts } from '../sample-network.ts';
import { appliedDevice, sha256 } from './applied-device.ts';

const app = (parts: object = {}): object => ({ image: 'nginx:1', expose: 'external', ports: { http: 80 }, ...parts });

function update(parts: NetworkParts, deployed: DeployedDevice): DeviceUpdate {
  const { network, device } = sampleNetwork(parts);
  return planUpdate(network, device, deployed, { sha256 });
}

const consequences = ({ changes }: DeviceUpdate): readonly string[] =>
  changes.filter(({ kind }) => /^(pool|address)-/.test(kind)).map(formatChange);

describe('[unit] plan of an update that meets a Service of the same name', () => {
  const computeNetwork = { nodeIps: '10.0.0.2-10.0.0.3', externalServiceIps: '10.0.0.10-10.0.0.19' };
  // edgeHub has .10, web .11, api .12.
  const before = { computeNetwork, apps: { web: app(), api: app({ replicas: 2 }) } };

  it('because it passes from the networking module to edgeAgent', () => {
    const after = { ...before, apps: { web: app(), api: app() } };
    const result = update(after, appliedDevice(before));
    assert.deepEqual(consequences(result), []);
    assert.deepEqual(
      result.warnings.map(({ code, path, level }) => `${code} ${path} ${level ?? ''}`),
      ['service-handover apps.api warning'],
    );
    assert.match(result.warnings[0]?.message ?? '', /iotedge\/api .*409 AlreadyExists.*about 3 minutes/);
    assert.equal(updateFails(result), false);
    const back = update(before, appliedDevice(after));
    assert.deepEqual([consequences(back), back.warnings], [[], []]);
  });

  it('and is not brought back to its address', () => {
    const options = { pinAddresses: false };
    const [one, two] = [app(), app({ replicas: 2 })];
    const moves = [
      { from: { web: two, ant: one }, to: { web: one }, by: 'edgeAgent' },
      { from: { web: one, ant: one }, to: { web: two }, by: 'the networking module' },
    ];
    for (const { from, to, by } of moves) {
      const deployed = appliedDevice({ computeNetwork, apps: from, options });
      const [gone, changed] = consequences(update({ computeNetwork, apps: to, options }, deployed));
      assert.equal(gone, '- address iotedge/ant: 10.0.0.11 (the Service is removed)');
      assert.match(changed ?? '', new RegExp(`web: 10.0.0.12 → 10.0.0.11, .* made anew, by ${by}\\.$`));
    }
  });

  for (const [maker, replicas, says] of [
    ['edgeAgent', 1, /409 AlreadyExists.*no module of the device would be updated/],
    ['the networking module', 2, /does not touch it \(NameTaken\)/],
  ] as const)
    it(`of somebody else, where ${maker} is to make one`, () => {
      const kept = { ...appliedDevice(before).reported?.services.iotedge };
      const zoo = {
        state: 'Ready' as const,
        reason: '' as const,
        type: 'ClusterIP' as const,
        owner: 'other' as const,
      };
      const deployed = appliedDevice(before, { services: { iotedge: { ...kept, zoo } } });
      const result = update({ ...before, apps: { ...before.apps, zoo: app({ replicas }) } }, deployed);
      assert.deepEqual(
        result.warnings.map(({ code, path }) => `${code} ${path}`),
        ['service-exists apps.zoo'],
      );
      assert.match(result.warnings[0]?.message ?? '', says);
      assert.equal(updateFails(result), true);
    });
});
