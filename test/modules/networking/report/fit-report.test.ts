import assert from 'node:assert/strict';
import { reportedSchema, twinSize, type Reported, type ReportedService } from '@iotedge-networking/contract';
import fc from 'fast-check';
import { fitReport, REPORT_BYTES } from '../../../../modules/networking/src/report/fit-report.ts';

type Owner = ReportedService['owner'];

function serviceOf(owner: Owner, state: ReportedService['state'] = 'Ready', ips = '10.126.75.206'): ReportedService {
  const reason = state === 'Ready' ? '' : 'NoReadyEndpoints';
  const details = { clusterIp: '172.28.3.4', ports: '8080/TCP', ready: '2/2', node: 'k8s-1', pool: 'default' };
  return {
    type: 'LoadBalancer',
    ips,
    ...details,
    dns: 'a.b.svc.cluster.local',
    state,
    reason,
    since: '2026-01-01T00:00:00Z',
    owner,
  };
}

function reportOf(counts: Partial<Record<'other' | 'edgeAgent' | 'module' | 'failing', number>>): Reported {
  const services: Record<string, Record<string, ReportedService>> = {};
  const addresses: Record<string, string> = {};
  for (const [kind, count] of Object.entries(counts))
    for (let index = 0; index < count; index += 1) {
      const name = `${kind}-${String(index).padStart(5, '0')}`;
      (services[kind] ??= {})[name] =
        kind === 'failing' ? serviceOf('module', 'Failing', '') : serviceOf(kind as Owner);
      addresses[`10_126_75_${kind}_${index}`] = `${kind}/${name}`;
    }
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return {
    schemaVersion: '1',
    module: { version: '1.0.0', startedAt: '2026-01-01T00:00:00Z' },
    desired: { version: 1, state: 'applied', problems: {} },
    loadBalancer: { kind: 'metallb', dialect: 'crd', version: '0.14.9' },
    pools: {},
    nodes: {},
    services,
    addresses,
    summary: { services: total, ready: total, external: total, poolFree: 0 },
  };
}

const isBare = (service: ReportedService | undefined): boolean => service !== undefined && service.since === undefined;
const first = (report: Reported, kind: string): ReportedService | undefined =>
  Object.values(report.services[kind] ?? {})[0];

describe('[unit] fitReport', () => {
  it('returns a report that fits as it is', () => {
    const report = reportOf({ other: 3 });
    assert.equal(fitReport(report), report);
  });

  it('leaves details out in the documented order', () => {
    const cases = [
      {
        counts: { other: 140, edgeAgent: 20, module: 20, failing: 5 },
        bare: ['other'],
        says: 'details of ready Services of others',
      },
      {
        counts: { other: 20, edgeAgent: 140, module: 20, failing: 5 },
        bare: ['other', 'edgeAgent'],
        says: 'details of ready Services of edgeAgent and others',
      },
      {
        counts: { other: 20, edgeAgent: 20, module: 140, failing: 5 },
        bare: ['other', 'edgeAgent', 'module'],
        says: 'details of ready Services',
      },
      {
        counts: { other: 5, edgeAgent: 5, module: 20, failing: 150 },
        bare: ['other', 'edgeAgent', 'module', 'failing'],
        says: 'details of all Services',
      },
    ];
    for (const { counts, bare, says } of cases) {
      const fitted = fitReport(reportOf(counts));
      assert.equal(fitted.summary.truncated, says);
      assert.deepEqual(
        Object.keys(counts).filter((kind) => isBare(first(fitted, kind))),
        bare,
      );
      assert.equal(Object.keys(fitted.addresses).length, Object.keys(reportOf(counts).addresses).length);
    }
  });

  it('then leaves out the addresses, then ready Services of others from the end of the alphabet, then more', () => {
    const withoutAddresses = fitReport(reportOf({ other: 300, module: 100 }));
    assert.equal(withoutAddresses.summary.truncated, 'details of all Services; the table of addresses');
    assert.deepEqual(withoutAddresses.addresses, {});
    const withoutOthers = fitReport(reportOf({ other: 900, module: 100, failing: 10 }));
    assert.match(withoutOthers.summary.truncated ?? '', /; \d+ ready Services of others$/);
    assert.equal(Object.keys(withoutOthers.services.module ?? {}).length, 100);
    assert.ok('other-00000' in (withoutOthers.services.other ?? {}));
    const withoutReady = fitReport(reportOf({ other: 5, module: 900, failing: 100 }));
    assert.match(withoutReady.summary.truncated ?? '', /5 ready Services of others; \d+ ready Services$/);
    assert.equal(Object.keys(withoutReady.services.failing ?? {}).length, 100);
    const withoutAny = fitReport(reportOf({ module: 5, failing: 2000 }));
    assert.match(withoutAny.summary.truncated ?? '', /5 ready Services; \d+ Services$/);
  });

  it('always fits, says so exactly when something is missing, and keeps the shape of the contract', () => {
    const count = fc.integer({ min: 0, max: 1200 });
    fc.assert(
      fc.property(fc.record({ other: count, edgeAgent: count, module: count, failing: count }), (counts) => {
        const report = reportOf(counts);
        const fitted = fitReport(report);
        assert.ok(twinSize(fitted) <= REPORT_BYTES);
        assert.equal(fitted.summary.truncated === undefined, twinSize(report) <= REPORT_BYTES);
        assert.ok(reportedSchema.safeParse(fitted).success);
        assert.equal(fitted.summary.services, report.summary.services);
      }),
      { numRuns: 25 },
    );
  }).timeout(20_000);
});
