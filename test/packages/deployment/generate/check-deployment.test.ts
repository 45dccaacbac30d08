import assert from 'node:assert/strict';
import { checkDeployment } from '../../../../packages/deployment/src/generate/check-deployment.ts';
import { checkedNetwork, type NetworkParts } from '../sample-network.ts';

const app = { image: 'nginx:1' };
const web = { ...app, expose: 'external', ports: { http: '80' } };
const pool = (text: string): NetworkParts => ({ computeNetwork: { externalServiceIps: text } });

const CASES: readonly { why: string; parts: NetworkParts; expect: readonly string[] }[] = [
  { why: 'nothing is wrong with nothing', parts: {}, expect: [] },
  {
    why: 'a file without devices is checked as for any device',
    parts: { devices: undefined, apps: { networking: app } },
    expect: ['module-name-taken apps.networking'],
  },
  {
    why: 'a replica that runs into an application is at fault, whichever name sorts first',
    parts: { apps: { a2: app, a: { ...app, replicas: 2 } } },
    expect: ['module-name-taken apps.a.replicas'],
  },
  {
    why: 'two replicas may meet as well',
    parts: { apps: { a: { ...app, replicas: 12 }, a1: { ...app, replicas: 2 } } },
    expect: ['module-name-taken apps.a1.replicas'],
  },
  {
    why: 'an override is to be mended in the override',
    parts: { apps: { a: app, a2: app }, devices: [{ id: 'store-001', apps: { a: { replicas: 2 } } }] },
    expect: ['module-name-taken devices[0].apps.a.replicas'],
  },
  {
    why: 'one Service adopted twice',
    parts: { services: { one: { adopt: 'hmi' }, two: { adopt: 'hmi' } } },
    expect: ['service-claimed-twice services.two'],
  },
  {
    why: 'the same name in another namespace is another Service',
    parts: { apps: { web }, services: { web: { namespace: 'plant', selector: 'app=web', ports: { http: '80' } } } },
    expect: [],
  },
  {
    why: 'exposed ports beside replicas',
    parts: { apps: { web: { ...web, replicas: 2, createOptions: { ExposedPorts: { '80/tcp': {} } } } } },
    expect: ['ports-in-create-options apps.web.createOptions.ExposedPorts'],
  },
  {
    why: 'the pool holds edgeHub and one application',
    parts: { ...pool('10.0.0.1-10.0.0.2'), apps: { web } },
    expect: [],
  },
  {
    why: 'a shared address is needed once',
    parts: {
      ...pool('10.0.0.1-10.0.0.2'),
      apps: { a: { ...web, shareAddress: 'x' }, b: { ...web, ports: { http: '81' }, shareAddress: 'x' } },
    },
    expect: [],
  },
  {
    why: 'an adopted edgeHub is counted once',
    parts: { ...pool('10.0.0.1'), services: { hub: { adopt: 'edgehub' } } },
    expect: [],
  },
  {
    why: 'plain Kubernetes has no edgeHub Service',
    parts: { ...pool('10.0.0.1'), profile: 'kubernetes', apps: { web } },
    expect: [],
  },
  {
    why: 'a named pool is counted by itself',
    parts: {
      computeNetwork: { externalServiceIps: { default: '10.0.0.1-10.0.0.9', plant: '10.0.0.11' } },
      apps: { a: { ...web, pool: 'plant' }, b: { ...web, pool: 'plant' } },
    },
    expect: ['N06 computeNetwork.externalServiceIps'],
  },
  {
    why: 'a device that shrinks its range is told so',
    parts: {
      ...pool('10.0.0.1-10.0.0.9'),
      apps: { web },
      devices: [{ id: 'one' }, { id: 'two', computeNetwork: { externalServiceIps: '10.0.0.1' } }],
    },
    expect: ['N06 devices[1].computeNetwork.externalServiceIps'],
  },
  {
    why: 'a virtual machine without kubeconfig is warned',
    parts: { profile: 'vm' },
    expect: ['missing networkingModule.env'],
  },
  {
    why: 'on a virtual machine modules meet at the target port',
    parts: {
      profile: 'vm',
      networkingModule: { env: { KUBECONFIG: '/k/config' } },
      apps: { db: { ...app, expose: 'internal', ports: { sql: '5432:15432', plain: '1' } } },
    },
    expect: ['not-in-profile apps.db.ports.sql'],
  },
  {
    why: 'create options mean nothing on plain Kubernetes',
    parts: { profile: 'kubernetes', apps: { web: { ...web, createOptions: { Tty: true } }, api: app } },
    expect: ['not-in-profile apps.web.createOptions'],
  },
  {
    why: 'a variable of the networking module that the schema refuses',
    parts: { networkingModule: { env: { 'A+B': '1' } } },
    expect: ['env-name-refused networkingModule.env.A+B'],
  },
  {
    why: 'texts of the twins are limited, each where it comes from',
    parts: {
      networkingModule: { image: 'x'.repeat(4097) },
      apps: { web: { image: 'y'.repeat(4097) } },
      services: { hmi: { selector: `app in (${'z'.repeat(2048)},${'z'.repeat(2048)})`, ports: { http: '80' } } },
    },
    expect: ['value-too-long apps.web.image', 'value-too-long networkingModule.image', 'string-too-long services.hmi'],
  },
  {
    why: 'a port of the sidecar, named where it is written',
    parts: { apps: { web: { ...web, ports: { http: '80', proxy: '35000' } } } },
    expect: ['reserved-sidecar-port apps.web.createOptions'],
  },
  {
    why: 'a name that is taken in every namespace; what follows from it is not repeated',
    parts: { apps: { default: web } },
    expect: ['reserved-name apps.default'],
  },
  {
    why: 'more modules than a device has identities for',
    parts: { apps: { a: { ...app, replicas: 20 }, b: { ...app, replicas: 20 }, c: { ...app, replicas: 8 } } },
    expect: ['too-many-modules apps'],
  },
  {
    why: 'something like a secret is warned of',
    parts: { apps: { web: { ...app, env: { PASSWORD: 'hunter2' } } } },
    expect: ['secret-in-env apps.web.env.PASSWORD'],
  },
  {
    why: 'create options of a wrong type, at the place where they are written',
    parts: { apps: { web: { ...app, createOptions: { HostConfig: { Memory: '512m' } } } } },
    expect: ['createoptions-wrong-type apps.web.createOptions.HostConfig.Memory'],
  },
];

describe('[unit] deployment checks', () => {
  for (const { why, parts, expect } of CASES)
    it(why, () => {
      const { network, file } = checkedNetwork(parts);
      assert.deepEqual(
        checkDeployment(network, file).map((problem) => `${problem.code} ${problem.path}`),
        expect,
      );
    });
});
