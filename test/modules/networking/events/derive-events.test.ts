import assert from 'node:assert/strict';
import { networkEventSchema, type NetworkEvent, type Reported } from '@iotedge-networking/contract';
import { baselineOf, deriveEvents, NOTHING_TOLD } from '../../../../modules/networking/src/events/derive-events.ts';
import { EventQueue } from '../../../../modules/networking/src/events/event-queue.ts';
import { SILENT } from '../../../../modules/networking/src/log.ts';
import { eventually } from '../../../support/eventually.ts';

const AT = '2026-01-01T00:00:00.000Z';

function reportOf(ips: Record<string, string>, used = 0, desired: Partial<Reported['desired']> = {}): Reported {
  const services = Object.entries(ips).map(([name, ip]) => [name, { ips: ip, state: 'Ready', reason: '' }]);
  return {
    desired: { version: 1, state: 'applied', problems: {}, ...desired },
    services: { iotedge: Object.fromEntries(services) as Reported['services'][string] },
    pools: { default: { ranges: 'x', total: 20, used } },
  } as unknown as Reported;
}

/** Events between two reports, each in the form of the contract. */
function between(before: Reported, after: Reported): readonly NetworkEvent[] {
  const events = deriveEvents(baselineOf(before), after, AT);
  for (const event of events) assert.deepEqual(networkEventSchema.parse(event), event);
  return events;
}

describe('[unit] deriveEvents', () => {
  it('tells of addresses that were assigned, changed and lost, and of nothing else', () => {
    const before = reportOf({ same: '1', changed: '2', lost: '3' });
    assert.deepEqual(between(before, before), []);
    assert.deepEqual(between(before, reportOf({ same: '1', changed: '9', lost: '', fresh: '4' })), [
      { kind: 'AddressChanged', at: AT, service: 'iotedge/changed', ips: '9', previousIps: '2' },
      { kind: 'AddressLost', at: AT, service: 'iotedge/lost', previousIps: '3' },
      { kind: 'AddressAssigned', at: AT, service: 'iotedge/fresh', ips: '4' },
    ]);
  });

  it('tells once when a pool passes 75, 85, 95 and 100 percent', () => {
    const kinds = (from: number, to: number) =>
      between(reportOf({}, from), reportOf({}, to)).map((event) =>
        'percent' in event ? `${event.kind} ${event.percent}` : event.kind,
      );
    assert.deepEqual(kinds(0, 14), []);
    assert.deepEqual(kinds(14, 15), ['PoolLow 75']);
    assert.deepEqual(kinds(15, 16), []);
    assert.deepEqual(kinds(16, 17), ['PoolLow 85']);
    assert.deepEqual(kinds(17, 19), ['PoolLow 95']);
    assert.deepEqual(kinds(19, 20), ['PoolExhausted 100']);
    assert.deepEqual(kinds(20, 15), []);
    const empty = { ...reportOf({}), pools: { none: { ranges: '', total: 0, used: 0 } } };
    assert.deepEqual(deriveEvents(NOTHING_TOLD, empty, AT), []);
  });

  it('tells once of a refused document', () => {
    const refused = reportOf({}, 0, { version: 8, state: 'rejected', problems: { a: 'is wrong' } });
    assert.deepEqual(between(reportOf({}), refused), [
      { kind: 'DesiredRejected', at: AT, version: 8, problems: { a: 'is wrong' } },
    ]);
    assert.deepEqual(between(refused, refused), []);
    assert.equal(baselineOf({ services: {}, pools: {} }).rejectedVersion, 0);
  });
});

describe('[unit] the event queue', () => {
  const event = (service: string) => ({ kind: 'DriftCorrected' as const, at: AT, service });
  const serviceOf = (sent: NetworkEvent): string => ('service' in sent ? sent.service : '');

  it('holds events while the hub is away and sends them in order when it is back', async () => {
    const sent: string[] = [];
    const queue = new EventQueue((one) => Promise.resolve(void sent.push(serviceOf(one))), SILENT);
    queue.push([event('a'), event('b')]);
    assert.deepEqual(sent, []);
    queue.open();
    queue.push([event('c')]);
    await eventually('all three', () => sent.join() === 'a,b,c');
    queue.close();
    queue.push([event('d')]);
    assert.equal(sent.length, 3);
  });

  it('keeps an event that could not be sent, and drops the oldest beyond its capacity', async () => {
    let failures = 1;
    const sent: string[] = [];
    const queue = new EventQueue((one) => {
      failures -= 1;
      if (failures >= 0) return Promise.reject(new Error('away'));
      sent.push(serviceOf(one));
      return Promise.resolve();
    }, SILENT);
    queue.push(Array.from({ length: 205 }, (_, index) => event(String(index))));
    assert.equal(queue.dropped, 5);
    queue.open();
    await eventually('the failure', () => failures <= 0);
    queue.open();
    await eventually('all', () => sent.length === 200);
    assert.equal(sent[0], '5');
  });
});
