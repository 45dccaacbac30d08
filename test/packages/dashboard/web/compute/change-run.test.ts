import assert from 'node:assert/strict';
import type { ApplyRequest, ApplyStep, PreviewView } from '../../../../../packages/dashboard/src/view/index.ts';
import { changeRun, type ChangeStage } from '../../../../../packages/dashboard/src/web/compute/change-run.ts';
import { draftState } from '../../../../../packages/dashboard/src/web/compute/draft-state.ts';
import { ApiError, type ApiClient } from '../../../../../packages/dashboard/src/web/live/api-client.ts';
import { sampleDevice } from '../sample-device.ts';

const preview: PreviewView = { problems: [], applicable: true, changes: [], losers: [], powershell: [] };
const end = (ok: boolean): ApplyStep => ({ kind: 'end', ok, text: '', at: '' });

function setUp(change: Partial<ApiClient> = {}) {
  const requests: ApplyRequest[] = [];
  const api = {
    preview: () => Promise.resolve(preview),
    apply: (_id: string, request: ApplyRequest, onStep: (step: ApplyStep) => void) => {
      requests.push(request);
      onStep({ kind: 'step', stage: 'check', state: 'done', text: '', at: '' });
      onStep(end(true));
      return Promise.resolve();
    },
    undo: (_id: string, _entry: string, onStep: (step: ApplyStep) => void) => {
      onStep(end(false));
      return Promise.resolve();
    },
    ...change,
  } as unknown as ApiClient;
  const draft = draftState(sampleDevice());
  return { draft, requests, run: changeRun(api, draft) };
}

describe('[unit] draftState', () => {
  it('follows the device until something is typed', () => {
    const { draft } = setUp();
    const { computeNetwork } = sampleDevice();
    draft.device.value = { ...sampleDevice(), computeNetwork: { ...computeNetwork, gateway: '10.126.72.9' } };
    assert.equal(draft.form.value.gateway, '10.126.72.9');
    assert.deepEqual([draft.changed.value, draft.isOvertaken.value], [[], false]);
  });
  it('keeps what was typed when the device changes, and says so', () => {
    const { draft } = setUp();
    draft.edit({ gateway: '10.126.72.2' });
    draft.edit({ nodeIps: '10.126.75.200' });
    assert.deepEqual(draft.changed.value, ['gateway', 'nodeIps']);
    assert.ok(draft.problems.value.some(({ code }) => code === 'N02'));
    assert.equal(draft.balance.value.has, 10n);
    assert.equal(draft.isOvertaken.value, false);
    const { computeNetwork } = sampleDevice();
    draft.device.value = { ...sampleDevice(), computeNetwork: { ...computeNetwork, deviceNodes: 2 } };
    assert.equal(draft.form.value.gateway, '10.126.72.2');
    assert.equal(draft.isOvertaken.value, true);
    draft.discard();
    assert.deepEqual([draft.changed.value, draft.isOvertaken.value], [[], false]);
  });
});

describe('[unit] changeRun', () => {
  it('shows a preview, applies what was previewed and lets the form follow the device again', async () => {
    const { draft, run, requests } = setUp();
    draft.edit({ gateway: '10.126.72.2' });
    await run.preview();
    assert.deepEqual(run.stage.value, { kind: 'preview', preview, revision: '1' });
    await run.apply(true);
    assert.deepEqual(
      requests.map(({ revision, acceptLosses, computeNetwork }) => [revision, acceptLosses, computeNetwork.gateway]),
      [['1', true, '10.126.72.2']],
    );
    const stage: ChangeStage = run.stage.peek();
    assert.equal(stage.kind, 'running');
    assert.equal(stage.steps.length, 2);
    assert.deepEqual(draft.changed.value, []);
    run.close();
    assert.equal(run.stage.value.kind, 'closed');
  });
  it('applies nothing that was not previewed', async () => {
    const { run, requests } = setUp();
    await run.apply(true);
    assert.deepEqual([run.stage.value.kind, requests.length], ['closed', 0]);
  });
  it('keeps the draft when an undo or an apply ends badly', async () => {
    const { draft, run } = setUp();
    draft.edit({ gateway: '10.126.72.2' });
    await run.undo('e1');
    const stage = run.stage.value;
    assert.equal(stage.kind === 'running' && stage.undo, true);
    assert.deepEqual(draft.changed.value, ['gateway']);
  });
  it('shows the preview again when the device has something new', async () => {
    const conflict = new ApiError({ code: 'conflict', message: '' });
    const { run } = setUp({ apply: () => Promise.reject(conflict), undo: () => Promise.reject(conflict) });
    await run.preview();
    await run.apply(false);
    assert.equal(run.stage.value.kind, 'preview');
    await run.undo('e1');
    assert.equal(run.stage.value.kind, 'failed');
  });
  for (const failure of [new Error('No.'), 'No.' as unknown as Error])
    it(`says why the server refused (${typeof failure})`, async () => {
      const { run } = setUp({ preview: () => Promise.reject(failure) });
      await run.preview();
      assert.deepEqual(run.stage.value, { kind: 'failed', message: 'No.' });
    });
  it('does not open again when it was closed meanwhile', async () => {
    const { run } = setUp();
    const reading = run.preview();
    run.close();
    await reading;
    assert.equal(run.stage.value.kind, 'closed');
  });
});
