import assert from 'node:assert/strict';
import type { ObjectClient } from '../../../../packages/simulator/src/cluster/object-client.ts';
import type { Container, Pod } from '../../../../packages/simulator/src/node/pod.ts';
import { containerEnvironment, serviceVariables } from '../../../../packages/simulator/src/node/pod-environment.ts';
import { emptyCluster, podObject, serviceObject } from '../../../support/node-objects.ts';

describe('[unit] environment of a container', () => {
  let client: ObjectClient;
  const pod = podObject('web-1', {}, { serviceAccountName: 'web' }) as Pod;
  const made = (container: Partial<Container>, spec: object = {}) => {
    const placed = { pod: { ...pod, spec: { ...pod.spec, ...spec } }, podIp: '172.27.0.5', hostIp: '10.0.0.1' };
    return containerEnvironment({ name: 'main', image: 'x', ...container }, placed, client);
  };

  before(async () => {
    client = await emptyCluster();
    const at = (name: string) => ({ name, namespace: 'shop' });
    client.create(
      { group: '', version: 'v1', plural: 'configmaps' },
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: at('settings'), data: { COLOUR: 'red' } },
    );
    client.create(
      { group: '', version: 'v1', plural: 'secrets' },
      { apiVersion: 'v1', kind: 'Secret', metadata: at('keys'), data: { KEY: Buffer.from('s3').toString('base64') } },
    );
  });

  const field = (fieldPath: string) => ({ name: 'X', valueFrom: { fieldRef: { fieldPath } } });
  const values: [string, NonNullable<Container['env']>, string | undefined][] = [
    ['a value', [{ name: 'X', value: '1' }], '1'],
    ['no value', [{ name: 'X' }], ''],
    [
      'a reference to an earlier variable',
      [
        { name: 'A', value: 'a' },
        { name: 'X', value: '$(A)$(B)$$(A)' },
      ],
      'a$(B)$(A)',
    ],
    ['the pod name', [field('metadata.name')], 'web-1'],
    ['the pod address', [field('status.podIP')], '172.27.0.5'],
    ['the node address', [field('status.hostIP')], '10.0.0.1'],
    ['the ServiceAccount', [field('spec.serviceAccountName')], 'web'],
    ['a label', [field("metadata.labels['app']")], 'web-1'],
    ['an annotation that is not there', [field("metadata.annotations['x']")], ''],
    ['a ConfigMap key', [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'settings', key: 'COLOUR' } } }], 'red'],
    ['a Secret key', [{ name: 'X', valueFrom: { secretKeyRef: { name: 'keys', key: 'KEY' } } }], 's3'],
    [
      'an optional key that is not there',
      [{ name: 'X', valueFrom: { secretKeyRef: { name: 'keys', key: 'NO', optional: true } } }],
      undefined,
    ],
    ['nothing known', [{ name: 'X', valueFrom: {} }], undefined],
  ];
  for (const [title, env, expected] of values) {
    it(`takes ${title}`, () => {
      const result = made({ env });
      assert.equal('env' in result ? result.env['X'] : result.problem, expected);
    });
  }

  it('takes whole ConfigMaps and Secrets', () => {
    const result = made({
      envFrom: [
        { prefix: 'CFG_', configMapRef: { name: 'settings' } },
        { secretRef: { name: 'keys' } },
        { secretRef: { name: 'none', optional: true } },
        {},
      ],
    });
    assert.deepEqual(result, { env: { CFG_COLOUR: 'red', KEY: 's3' } });
  });

  const problems: [Partial<Container>, RegExp][] = [
    [{ envFrom: [{ configMapRef: { name: 'none' } }] }, /"none" not found/],
    [
      { env: [{ name: 'X', valueFrom: { configMapKeyRef: { name: 'settings', key: 'SIZE' } } }] },
      /key SIZE in shop\/settings/,
    ],
    [{ env: [field('metadata.colour')] }, /unsupported fieldPath: metadata\.colour/],
  ];
  for (const [container, expected] of problems) {
    it(`says ${String(expected)}`, () => {
      const result = made(container);
      assert.match('problem' in result ? result.problem : '', expected);
    });
  }

  it('tells of the Services of the namespace, unless the pod does not want it', () => {
    const service = serviceObject('my-db', { clusterIP: '172.28.0.9', ports: [{ name: 'sql', port: 5432 }] });
    assert.deepEqual(
      serviceVariables([service, serviceObject('headless', { clusterIP: 'None', ports: [{ port: 1 }] })]),
      {
        MY_DB_SERVICE_HOST: '172.28.0.9',
        MY_DB_SERVICE_PORT: '5432',
        MY_DB_SERVICE_PORT_SQL: '5432',
        MY_DB_PORT: 'tcp://172.28.0.9:5432',
        MY_DB_PORT_5432_TCP: 'tcp://172.28.0.9:5432',
        MY_DB_PORT_5432_TCP_PROTO: 'tcp',
        MY_DB_PORT_5432_TCP_PORT: '5432',
        MY_DB_PORT_5432_TCP_ADDR: '172.28.0.9',
      },
    );
    client.create({ group: '', version: 'v1', plural: 'services' }, serviceObject('web', { ports: [{ port: 80 }] }));
    const names = (spec: object) => Object.keys((made({}, spec) as { env: object }).env);
    assert.ok(names({}).includes('WEB_SERVICE_HOST'));
    assert.deepEqual(names({ enableServiceLinks: false }), []);
  });
});
