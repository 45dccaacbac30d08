import assert from 'node:assert/strict';
import { diffTwin, reportedSchema, type Reported, type TwinObject } from '@iotedge-networking/contract';
import type { Simulator } from '@iotedge-networking/simulator';
import { startSimulation, type Simulation } from '../../scripts/simulation/start-simulation.ts';
import { visitService } from '../../scripts/simulation/visit-service.ts';
import { eventually } from '../support/eventually.ts';

const WAIT_MS = 15_000;

describe('[journey] desired properties that break a rule, and a killed module', function () {
  this.timeout(60_000);
  let simulation: Simulation;
  let simulator: Simulator;
  let good: TwinObject;
  let address: string;

  const reportedNow = (): Reported =>
    reportedSchema.parse(withoutVersion(simulator.hub.reported(simulator.deviceId, 'networking')));
  const awaitReported = async (what: string, test: (reported: Reported) => boolean): Promise<Reported> => {
    return eventually(what, () => (test(reportedNow()) ? reportedNow() : undefined), WAIT_MS);
  };
  const webserver = (reported: Reported) => reported.services['iotedge']?.['webserver'];

  before(async () => {
    simulation = await startSimulation({ progress: () => undefined, signal: new AbortController().signal });
    simulator = simulation.simulator;
    good = withoutVersion(simulator.hub.desired(simulator.deviceId, 'networking'));
    const reported = await awaitReported(
      'the web server is ready',
      (now) => webserver(now)?.ready === '2/2' && webserver(now)?.ips !== '',
    );
    address = webserver(reported)?.ips ?? '';
  });
  after(() => simulation.close());

  const pinned = {
    expose: 'external',
    address: '127.126.75.212',
    ports: { http: '81/TCP' },
    backends: 'modules:webserver',
  };
  const many = Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [`filler-${index}`, { ...pinned, address: null, pool: 'x'.repeat(3900) }]),
  );
  const cases: readonly [string, TwinObject, string, RegExp][] = [
    [
      'an unknown key',
      { services: { iotedge: { webserver: { adress: '127.126.75.210' } } } },
      'services_iotedge_webserver_adress',
      /Did you mean "address"/,
    ],
    [
      'an address outside the range',
      { services: { iotedge: { webserver: { address: '127.126.80.1' } } } },
      'services_iotedge_webserver_address',
      /outside/,
    ],
    [
      'two owners of one address',
      { services: { iotedge: { a: pinned, b: pinned } } },
      'services_iotedge_b_address',
      /also asked for by iotedge\/a/,
    ],
    [
      'a bad range',
      { computeNetwork: { externalServiceIps: { default: '127.126.75.206-127.126.75.20' } } },
      'computeNetwork_externalServiceIps_default',
      /ends before it starts/,
    ],
  ];
  for (const [title, patch, key, problem] of cases)
    it(`${title} is refused as a whole, says where, keeps the address, and heals`, async () => {
      simulator.hub.patchDesired(simulator.deviceId, 'networking', atItsPlace(patch));
      const version = Number(simulator.hub.desired(simulator.deviceId, 'networking')['$version']);
      const refused = await awaitReported(
        'the document is refused',
        ({ desired }) => desired.version === version && desired.state === 'rejected',
      );
      assert.match(refused.desired.problems[key] ?? '', problem);
      assert.equal(webserver(refused)?.ips, address);
      const visit = await visitService({ address, port: 8080, replicas: 2, timeoutMs: WAIT_MS });
      assert.equal(visit.httpStatus, 200);
      heal();
      const healed = await awaitReported(
        'the corrected document is applied',
        ({ desired }) => desired.version > version && desired.state === 'applied',
      );
      assert.deepEqual(healed.desired.problems, {});
      assert.equal(webserver(healed)?.ips, address);
    });

  it('a document too large is refused by the hub itself and changes nothing', () => {
    const before = simulator.hub.desired(simulator.deviceId, 'networking');
    assert.throws(() => simulator.hub.patchDesired(simulator.deviceId, 'networking', { services: { iotedge: many } }));
    assert.deepEqual(simulator.hub.desired(simulator.deviceId, 'networking'), before);
  });

  it('kill -9 of the module: restarted, no address changes, and the twin becomes right again', async () => {
    const { client } = simulator.cluster;
    const pods = client.list(
      { group: '', version: 'v1', plural: 'pods' },
      { namespace: 'iotedge', labelSelector: 'net.azure-devices.edge.module=networking' },
    );
    const pod = pods[0]?.metadata.name ?? '';
    const pid = simulator.kubelet.pids('iotedge', pod)['networking'];
    assert.ok(pid !== undefined && pid > 1);
    const { startedAt } = reportedNow().module;
    process.kill(pid, 'SIGKILL');
    const services = { group: '', version: 'v1', plural: 'services' };
    const restarted = await eventually(
      'the restarted module reports',
      () => {
        const service = client.get(services, { namespace: 'iotedge', name: 'webserver' });
        const { loadBalancer } = (service?.['status'] ?? {}) as { loadBalancer?: { ingress?: { ip: string }[] } };
        assert.equal(loadBalancer?.ingress?.[0]?.ip, address);
        const now = reportedNow();
        return now.module.startedAt !== startedAt && webserver(now)?.ready === '2/2' ? now : undefined;
      },
      WAIT_MS,
    );
    assert.equal(restarted.desired.state, 'applied');
    assert.equal(webserver(restarted)?.ips, address);
  });

  /** The cases are written for the first place on loopback; another simulator may have it. */
  function atItsPlace(patch: TwinObject): TwinObject {
    const [place = ''] = /^127\.\d+\./.exec(simulator.externalServiceIps[0] ?? '') ?? [];
    return JSON.parse(JSON.stringify(patch).replaceAll('127.126.', place)) as TwinObject;
  }

  /** Puts the good document back, with null for whatever a case added. */
  function heal(): void {
    const present = withoutVersion(simulator.hub.desired(simulator.deviceId, 'networking'));
    simulator.hub.patchDesired(simulator.deviceId, 'networking', diffTwin(present, good) ?? {});
  }
});

function withoutVersion(section: TwinObject): TwinObject {
  return Object.fromEntries(Object.entries(section).filter(([key]) => !key.startsWith('$')));
}
