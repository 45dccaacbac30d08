import assert from 'node:assert/strict';
import { kubeClient, type KubeClient } from '../../modules/networking/src/cluster/kube-client.ts';
import type { KubeError } from '../../modules/networking/src/cluster/kube-error.ts';
import { Reflector, type ReflectorTiming } from '../../modules/networking/src/cluster/reflector.ts';
import { KubeServer } from '../modules/networking/support/kube-server.ts';
import { eventually } from '../support/eventually.ts';

const SERVICES = '/api/v1/services';
const FAST: Partial<ReflectorTiming> = { backOff: { baseMs: 10, capMs: 40 }, slowMs: 40 };

const object = (name: string) => ({ metadata: { namespace: 'a', name } });

describe('[wire] the reflector of the networking module', () => {
  let server: KubeServer;
  let client: KubeClient;
  let reflector: Reflector<string> | undefined;
  let troubles: (KubeError | undefined)[] = [];

  beforeEach(async () => {
    server = await KubeServer.start();
    client = kubeClient(server.kubeConfig);
    troubles = [];
  });
  afterEach(async () => {
    await reflector?.stop();
    client.close();
    await server.close();
  });

  async function follow(timing: Partial<ReflectorTiming> = {}): Promise<Reflector<string>> {
    const made = new Reflector({
      client,
      path: SERVICES,
      read: (raw) => (raw as { readonly metadata: { readonly name: string } }).metadata.name,
      onChange: () => undefined,
      onTrouble: (trouble) => troubles.push(trouble),
      random: () => 0.5,
      timing: { ...FAST, ...timing },
    });
    reflector = made;
    made.start();
    await eventually('the first listing', () => made.synced && server.watches(SERVICES) === 1);
    return made;
  }

  const names = (one: Reflector<string>): readonly string[] => [...one.items.values()].sort();
  const lists = (): number =>
    server.requests.filter((request) => request.startsWith('GET') && !request.includes('watch=true')).length;

  it('lists, then follows additions, changes and removals', async () => {
    server.put(SERVICES, object('one'));
    const made = await follow();
    server.put(SERVICES, object('two'));
    await eventually('the second', () => names(made).length === 2);
    server.remove(SERVICES, 'a', 'one');
    await eventually('the removal', () => names(made).join() === 'two');
    assert.equal(lists(), 1);
  });

  for (const how of ['abruptly', 'orderly'] as const) {
    it(`resumes without a new listing when the watch ends ${how}, and misses nothing meanwhile`, async () => {
      const made = await follow();
      server.cutWatches(how);
      server.put(SERVICES, object('meanwhile'));
      await eventually('what happened meanwhile', () => names(made).join() === 'meanwhile');
      assert.equal(lists(), 1);
    });
  }

  it('lists anew when a running watch is told 410', async () => {
    const made = await follow();
    server.forgetVersionsBelow = 1000;
    server.say(SERVICES, { type: 'ERROR', object: { kind: 'Status', code: 410, message: 'too old' } });
    await eventually('the second listing', () => lists() >= 2);
    server.forgetVersionsBelow = 0;
    server.put(SERVICES, object('after'));
    await eventually('what came after', () => names(made).join() === 'after');
  });

  it('takes a watch that says nothing beyond the agreed time as broken', async () => {
    const made = await follow({ watchMs: 500, graceMs: 50 });
    server.silenceWatches();
    server.put(SERVICES, object('unheard'));
    await eventually('what the silent watch did not say', () => names(made).join() === 'unheard');
  });

  it('takes silence as broken sooner where the server has sent bookmarks', async () => {
    const made = await follow({ bookmarkMs: 60 });
    server.say(SERVICES, { type: 'BOOKMARK', object: { metadata: { resourceVersion: '100' } } });
    server.silenceWatches();
    server.put(SERVICES, object('unheard'));
    await eventually('what the silent watch did not say', () => names(made).join() === 'unheard');
  });

  it('tells of missing rights with the server’s words, and recovers when they are granted', async () => {
    server.refusals.set(SERVICES, 403);
    const made = new Reflector({
      client,
      path: SERVICES,
      read: () => 'x',
      onChange: () => undefined,
      onTrouble: (trouble) => troubles.push(trouble),
      random: () => 0.5,
      timing: FAST,
    });
    reflector = made;
    made.start();
    const trouble = await eventually('the trouble', () => troubles[0]);
    assert.deepEqual([trouble.reason, trouble.status, trouble.message], ['Forbidden', 403, `${SERVICES} refused`]);
    server.refusals.clear();
    await eventually('the recovery', () => made.synced && troubles.at(-1) === undefined);
  });

  for (const status of [403, 404]) {
    it(`keeps what it has while a starting server answers ${status}, and tells of it when that lasts`, async () => {
      server.put(SERVICES, object('kept'));
      const made = await follow();
      const attempts = (): number => server.requests.filter((request) => request.startsWith('GET')).length;
      const before = attempts();
      server.refusals.set(SERVICES, status);
      server.cutWatches('abruptly');
      await eventually('several attempts', () => attempts() > before + 3);
      assert.deepEqual([names(made), troubles.filter((trouble) => trouble !== undefined)], [['kept'], []]);
      await eventually('the trouble', () => troubles.at(-1)?.status === status);
      server.refusals.clear();
      await eventually('the recovery', () => names(made).join() === 'kept' && troubles.at(-1) === undefined);
    });
  }

  it('goes on after 429, 500 and a server that is away', async () => {
    const made = await follow();
    server.refusals.set(SERVICES, 429);
    server.cutWatches('abruptly');
    await eventually('a report of the trouble', () => troubles.at(-1)?.status === 429);
    server.refusals.set(SERVICES, 500);
    await eventually('a report of the trouble', () => troubles.at(-1)?.status === 500);
    server.refusals.clear();
    server.put(SERVICES, object('later'));
    await eventually('what came later', () => names(made).join() === 'later' && troubles.at(-1) === undefined);
  });

  it('empties itself when the resource goes away', async () => {
    server.put(SERVICES, object('one'));
    const made = await follow();
    server.refusals.set(SERVICES, 404);
    server.cutWatches('abruptly');
    await eventually('nothing left', () => names(made).length === 0);
  });

  it('stops while it waits, and while it watches', async () => {
    const made = await follow();
    await made.stop();
    await eventually('no watch left', () => server.watches(SERVICES) === 0);
  });
});
