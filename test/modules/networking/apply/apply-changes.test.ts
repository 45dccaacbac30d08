import assert from 'node:assert/strict';
import { Applier, type WriteTrouble } from '../../../../modules/networking/src/apply/apply-changes.ts';
import { describeChange, type Change } from '../../../../modules/networking/src/decide/change.ts';
import { SILENT } from '../../../../modules/networking/src/log.ts';

const create = (name: string, early = false): Change => ({
  kind: 'create-service',
  service: `a/${name}`,
  namespace: 'a',
  name,
  fields: {},
  early,
});
const remove = (name: string): Change => ({ kind: 'delete-slice', service: 'a/x', namespace: 'a', name, uid: 'u' });

function world() {
  const state = { now: 0, written: [] as string[], trouble: undefined as WriteTrouble | undefined, applied: 0 };
  const applier = new Applier({
    write: (change) => {
      state.written.push(describeChange(change));
      return Promise.resolve(state.trouble);
    },
    backOff: (tries) => tries * 100,
    now: () => state.now,
    log: SILENT,
    onApplied: () => (state.applied += 1),
  });
  return { state, applier };
}

const refused: WriteTrouble = { reason: 'Refused', message: 'no', outdated: false };

describe('[unit] the applier', () => {
  it('does early changes first, and those of one Service in order', async () => {
    const { state, applier } = world();
    await applier.apply([create('late'), remove('1'), remove('2'), create('early', true)]);
    assert.deepEqual(state.written, [
      'create Service a/early',
      'create Service a/late',
      'delete EndpointSlice a/1',
      'delete EndpointSlice a/2',
    ]);
    assert.equal(state.applied, 4);
  });

  it('leaves the rest of a Service undone when one change fails, and tells why', async () => {
    const { state, applier } = world();
    state.trouble = refused;
    await applier.apply([remove('1'), remove('2')]);
    assert.deepEqual(state.written, ['delete EndpointSlice a/1']);
    assert.deepEqual([...applier.failures], [['a/x', { reason: 'Refused', message: 'no' }]]);
    assert.equal(applier.retryInMs, 100);
  });

  it('tries at once what failed while the API was away, when it is back, and nothing else', async () => {
    const { state, applier } = world();
    state.trouble = { ...refused, reason: 'ApiUnavailable' };
    await applier.apply([create('away')]);
    state.trouble = refused;
    await applier.apply([create('wrong')]);
    applier.retryUnavailable();
    assert.deepEqual([applier.hasDue([create('away')]), applier.hasDue([create('wrong')])], [true, false]);
  });

  it('tries the same change again after a longer and longer time, and another one at once', async () => {
    const { state, applier } = world();
    state.trouble = refused;
    const plan = [create('s')];
    await applier.apply(plan);
    assert.equal(applier.hasDue(plan), false);
    assert.equal(applier.hasDue([{ ...create('s'), early: true }]), true);
    state.now = 100;
    assert.equal(applier.hasDue(plan), true);
    await applier.apply(plan);
    assert.equal(applier.retryInMs, 200);
    state.trouble = { ...refused, retryAfterMs: 5000 };
    state.now = 300;
    await applier.apply(plan);
    assert.equal(applier.retryInMs, 5000);
  });

  it('does not write again what it has just written, until the watch had time to show it', async () => {
    const { state, applier } = world();
    await applier.apply([create('s')]);
    assert.equal(applier.hasDue([create('s')]), false);
    assert.equal(applier.failures.size, 0);
    state.now = 1000;
    assert.equal(applier.hasDue([create('s')]), true);
  });

  it('does not call it a failure when the object had changed meanwhile, unless it goes on', async () => {
    const { state, applier } = world();
    state.trouble = { reason: 'Refused', message: 'conflict', outdated: true };
    for (const failures of [0, 0, 1]) {
      await applier.apply([create('s')]);
      assert.equal(applier.failures.size, failures);
      state.now += 10_000;
    }
  });

  it('forgets outcomes of what is no longer to be changed, and says whether a failure was among them', async () => {
    const { state, applier } = world();
    await applier.apply([create('good')]);
    assert.equal(applier.forgetOthers([]), false);
    state.trouble = refused;
    await applier.apply([create('bad')]);
    assert.equal(applier.forgetOthers([create('bad')]), false);
    assert.equal(applier.forgetOthers([]), true);
    assert.equal(applier.retryInMs, undefined);
  });
});

describe('[unit] describeChange', () => {
  it('says in one line what is done to what', () => {
    const slice = {
      namespace: 'a',
      name: 's',
      service: 'x',
      ownerUid: 'u',
      addressType: 'IPv4' as const,
      ports: [],
      endpoints: [],
    };
    const edit = {
      kind: 'edit-service' as const,
      service: 'a/x',
      namespace: 'a',
      name: 'x',
      uid: 'u',
      edit: { type: 'ClusterIP' as const },
    };
    const cases: readonly (readonly [Change, string])[] = [
      [{ ...edit, drift: false }, 'change Service a/x: type'],
      [{ ...edit, drift: true }, 'put back Service a/x: type'],
      [{ kind: 'delete-service', service: 'a/x', namespace: 'a', name: 'x', uid: 'u' }, 'delete Service a/x'],
      [{ kind: 'create-slice', service: 'a/x', slice }, 'create EndpointSlice a/s: 0 endpoints'],
      [{ kind: 'replace-slice', service: 'a/x', uid: 'u', slice }, 'change EndpointSlice a/s: 0 endpoints'],
    ];
    for (const [change, text] of cases) assert.equal(describeChange(change), text);
  });
});
