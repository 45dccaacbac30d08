import assert from 'node:assert/strict';
import type { Reported, ReportedService } from '@iotedge-networking/contract';
import { answerMethod } from '../../../../modules/networking/src/answer-method.ts';
import {
  answerExplain,
  answerServices,
  answerStatus,
} from '../../../../modules/networking/src/report/direct-methods.ts';
import { decide } from '../../../../modules/networking/src/decide/decide.ts';
import { input, service, slice, snapshot } from '../support/build-snapshot.ts';

function reportOf(count: number): Reported {
  const services = Array.from({ length: count }, (_, index) =>
    service(`s${String(index).padStart(4, '0')}`, { ingress: ['10.126.75.206'] }),
  );
  return decide(input({ snapshot: snapshot({ services }) })).report;
}

interface Page {
  readonly services: readonly (ReportedService & { readonly namespace: string; readonly name: string })[];
  readonly total: number;
  readonly next?: number;
}

describe('[unit] direct methods', () => {
  it('getServices gives all Services by pages, in order, each once', () => {
    const report = reportOf(950);
    const names: string[] = [];
    let offset: number | undefined = 0;
    while (offset !== undefined) {
      const page: Page = answerServices(report, { offset, limit: 1000 }).payload as Page;
      assert.equal(page.total, 950);
      assert.ok(JSON.stringify(page).length < 128 * 1024);
      names.push(...page.services.map(({ name }) => name));
      offset = page.next;
    }
    assert.deepEqual(
      names,
      Array.from({ length: 950 }, (_, index) => `s${String(index).padStart(4, '0')}`),
    );
  });

  it('getServices has defaults, can be limited to a namespace, and says what is wrong with a request', () => {
    const report = reportOf(201);
    const page = answerServices(report, null).payload as Page;
    assert.deepEqual([page.services.length, page.next], [200, 200]);
    assert.equal((answerServices(report, { namespace: 'plant' }).payload as Page).total, 0);
    const wrong = answerServices(report, { limit: 0, ofset: 1 });
    assert.equal(wrong.status, 400);
    assert.match((wrong.payload as { readonly message: string }).message, /limit: .*ofset/);
  });

  it('getStatus gives everything but the Services', () => {
    const { status, payload } = answerStatus(reportOf(1));
    assert.equal(status, 200);
    assert.equal('services' in payload, false);
    assert.equal('summary' in payload, true);
  });

  it('explain names the reason, what it means and what mends it, and marks the broken hop', () => {
    const services = [service('ok', { ingress: ['10.126.75.206'] }), service('lame', { ingress: ['10.126.75.207'] })];
    const slices = [slice('ok'), slice('lame', { ready: 0 })];
    const { report } = decide(input({ snapshot: snapshot({ services, slices }) }));
    const explain = (name: string) =>
      answerExplain(report, { namespace: 'iotedge', name }).payload as {
        readonly reason: string;
        readonly mend: string;
        readonly hops: readonly { hop: string; ok: boolean }[];
      };
    assert.equal(explain('ok').reason, 'Ready');
    assert.deepEqual(
      explain('ok').hops.filter(({ ok }) => !ok),
      [],
    );
    assert.equal(explain('lame').reason, 'NoReadyEndpoints');
    assert.match(explain('lame').mend, /pods/);
    assert.deepEqual(
      explain('lame')
        .hops.filter(({ ok }) => !ok)
        .map(({ hop }) => hop),
      ['endpoints'],
    );
    assert.equal(answerExplain(report, { namespace: 'iotedge', name: 'nobody' }).status, 404);
    assert.equal(answerExplain(report, {}).status, 400);
    const internal = decide(
      input({
        snapshot: snapshot({
          services: [service('in', { type: 'ClusterIP', labels: { 'net.azure-devices.edge.deviceid': 'x' } })],
        }),
      }),
    );
    const hops = answerExplain(internal.report, { namespace: 'iotedge', name: 'in' }).payload as {
      readonly hops: readonly { hop: string }[];
    };
    assert.deepEqual(
      hops.hops.map(({ hop }) => hop),
      ['clusterIp', 'endpoints', 'dns'],
    );
  });

  it('are answered by name, and reconcile reads everything again', () => {
    let reconciled = 0;
    const targets = { report: () => reportOf(1), reconcile: () => (reconciled += 1) };
    assert.equal(answerMethod('getServices', {}, targets).status, 200);
    assert.equal(answerMethod('explain', {}, targets).status, 400);
    assert.equal(answerMethod('getStatus', undefined, targets).status, 200);
    assert.equal(answerMethod('reconcile', undefined, targets).status, 202);
    assert.equal(reconciled, 1);
    assert.equal(answerMethod('getStatus', {}, { ...targets, report: () => undefined }).status, 503);
  });
});
