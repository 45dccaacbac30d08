import assert from 'node:assert/strict';
import type {
  ApplyStep,
  DashboardEvent,
  FleetRow,
  SessionView,
} from '../../../../../packages/dashboard/src/view/index.ts';
import { ApiError, type ApiClient } from '../../../../../packages/dashboard/src/web/live/api-client.ts';
import { addStep, LiveState, type EventStream } from '../../../../../packages/dashboard/src/web/live/live-state.ts';
import { sampleDevice } from '../sample-device.ts';

class FakeStream implements EventStream {
  readonly url: string;
  readyState = 1;
  isClosed = false;
  readonly #listeners = new Map<string, Parameters<EventStream['addEventListener']>[1]>();

  constructor(url: string) {
    this.url = url;
  }

  addEventListener(kind: string, listener: Parameters<EventStream['addEventListener']>[1]): void {
    this.#listeners.set(kind, listener);
  }

  close(): void {
    this.isClosed = true;
  }

  emit(event: DashboardEvent, lastEventId = ''): void {
    this.#listeners.get(event.kind)?.({ data: JSON.stringify(event), lastEventId });
  }

  tell(kind: 'open' | 'error', readyState = 1): void {
    this.readyState = readyState;
    this.#listeners.get(kind)?.({});
  }
}

const row = (id: string, state: FleetRow['state'] = 'ready'): FleetRow => ({ id, state, problems: 0 });
const session: SessionView = { csrfToken: 't', readOnly: false, source: 'hub', name: 'hub', version: '1' };

function world() {
  const streams: FakeStream[] = [];
  const waiting: (() => void)[] = [];
  const failures: ApiError[] = [];
  let time = 0;
  const answer = <T>(value: T): Promise<T> => {
    const failure = failures.shift();
    return failure === undefined ? Promise.resolve(value) : Promise.reject(failure);
  };
  const api = {
    session: () => answer(session),
    fleet: () => Promise.resolve({ rows: [row('a')], total: 1, counts: {}, lastEventId: 'e5' }),
  } as unknown as ApiClient;
  const live = new LiveState({
    api,
    openEvents: (url) => {
      const stream = new FakeStream(url);
      streams.push(stream);
      return stream;
    },
    now: () => (time += 1),
    later: (_milliseconds, callback) => {
      waiting.push(callback);
      return () => waiting.splice(waiting.indexOf(callback), 1);
    },
  });
  return { live, streams, waiting, failures };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('[unit] LiveState', () => {
  it('reads session and fleet, then follows the events after them', async () => {
    const { live, streams } = world();
    await live.start();
    assert.equal(live.session.value?.name, 'hub');
    assert.deepEqual([...(live.fleet.value?.keys() ?? [])], ['a']);
    assert.equal(streams[0]?.url, '/api/events?after=e5');
    streams[0].tell('open');
    assert.equal(live.link.value.state, 'open');
    streams[0].emit({ kind: 'source', state: 'away', since: 's' }, 'e6');
    streams[0].emit({ kind: 'fleet', changed: [row('b')], removed: ['a'] });
    assert.equal(live.source.value?.state, 'away');
    assert.deepEqual([...(live.fleet.value?.keys() ?? [])], ['b']);
    live.close();
    assert.equal(streams[0].isClosed, true);
  });
  it('watches one device, from the last event on', async () => {
    const { live, streams } = world();
    live.watch('a');
    await live.start();
    streams[0]?.emit({ kind: 'source', state: 'connected', since: '' }, 'e7');
    streams[0]?.emit({ kind: 'device', id: 'a', device: sampleDevice() });
    streams[0]?.emit({ kind: 'device', id: 'b', device: null });
    assert.equal(live.device.value?.id, 'store-001');
    live.watch('a');
    live.watch('b');
    assert.equal(live.device.value, undefined);
    assert.equal(streams[1]?.url, '/api/events?device=b&after=e7');
    streams[0]?.emit({ kind: 'device', id: 'b', device: sampleDevice() });
    assert.equal(live.device.value, undefined, 'the old stream is not listened to any more');
    streams[1].emit({ kind: 'device', id: 'b', device: null });
    assert.equal(live.device.value, null);
  });
  it('collects the steps of an apply and counts histories', async () => {
    const { live, streams } = world();
    await live.start();
    streams[0]?.emit({ kind: 'apply', device: 'a', step: { kind: 'end', ok: true, text: '', at: '' } });
    streams[0]?.emit({ kind: 'history', device: 'a' });
    assert.equal(live.applies.value.get('a')?.length, 1);
    assert.equal(live.historyTick.value, 1);
  });
  it('reads everything again after a reset', async () => {
    const { live, streams } = world();
    await live.start();
    streams[0]?.emit({ kind: 'fleet', changed: [], removed: ['a'] });
    streams[0]?.emit({ kind: 'reset' });
    await settled();
    assert.equal(live.fleet.value?.size, 1);
    assert.equal(streams.length, 2);
  });
  it('says that the server is away, and tries until it is back', async () => {
    const { live, streams, waiting, failures } = world();
    failures.push(new ApiError({ code: 'away', message: '' }));
    await live.start();
    assert.equal(live.link.value.state, 'lost');
    waiting.shift()?.();
    await settled();
    streams[0]?.tell('open');
    assert.equal(live.link.value.state, 'open');
  });
  it('opens anew when the browser has given up', async () => {
    const { live, streams, waiting } = world();
    await live.start();
    streams[0]?.tell('error', 2);
    assert.deepEqual([live.link.value.state, waiting.length], ['lost', 1]);
    waiting.shift()?.();
    await settled();
    assert.equal(streams.length, 2);
    streams[0]?.tell('error', 2);
    assert.equal(waiting.length, 0, 'the old stream is not listened to any more');
  });
  it('asks for a new session when the browser connects again by itself', async () => {
    const { live, streams, failures } = world();
    await live.start();
    failures.push(new ApiError({ code: 'away', message: '' }));
    streams[0]?.tell('error', 0);
    await settled();
    assert.deepEqual([live.link.value.state, live.refusal.value], ['lost', undefined]);
    failures.push(new ApiError({ code: 'no-session', message: '' }));
    streams[0]?.tell('error', 0);
    await settled();
    assert.equal(live.refusal.value, 'no-session');
  });
  it('asks no more when it is refused, or closed', async () => {
    const { live, failures, waiting } = world();
    failures.push(new ApiError({ code: 'no-session', message: '' }));
    await live.start();
    assert.deepEqual([live.refusal.value, waiting.length], ['no-session', 0]);
    live.close();
    failures.push(new ApiError({ code: 'away', message: '' }));
    await live.start();
    assert.equal(waiting.length, 0);
  });
});

describe('[unit] addStep', () => {
  const step = (stage: 'check' | 'twin', state: 'running' | 'done'): ApplyStep => ({
    kind: 'step',
    stage,
    state,
    text: '',
    at: '',
  });
  const end: ApplyStep = { kind: 'end', ok: true, text: '', at: '' };
  const all = (...steps: ApplyStep[]): readonly ApplyStep[] => steps.reduce<readonly ApplyStep[]>(addStep, []);
  it('keeps the newest of each stage, in order', () =>
    assert.deepEqual(all(step('check', 'running'), step('twin', 'running'), step('check', 'done')), [
      step('check', 'done'),
      step('twin', 'running'),
    ]));
  it('begins anew after an end', () =>
    assert.deepEqual(all(step('check', 'done'), end, step('twin', 'running')), [step('twin', 'running')]));
});
