import assert from 'node:assert/strict';
import type { Reported } from '../../../../packages/contract/src/index.ts';
import { runCli } from '../../../../packages/deployment/src/cli.ts';
import type { MethodAnswer, MethodCall } from '../../../../packages/deployment/src/commands/hub-gateway.ts';
import { answerExplain } from '../../../../modules/networking/src/report/direct-methods.ts';
import { memoryHub, type MemoryHub } from '../memory-hub.ts';
import { recordedIo } from '../recorded-io.ts';
import { sampleReported } from '../sample-reported.ts';

type Answer = (deviceId: string, moduleId: string, call: MethodCall) => MethodAnswer;

async function hubWith(reported: object = sampleReported(), onMethod?: Answer): Promise<MemoryHub> {
  const hub = memoryHub();
  await hub.createDevices(['store-001'], '');
  hub.reportFrom('store-001', 'networking', reported as Record<string, unknown>);
  hub.onMethod = onMethod;
  return hub;
}

async function explain(hub: MemoryHub | undefined, ...flags: string[]) {
  const io = recordedIo({ hub });
  return { code: await runCli(['explain', ...flags], io), out: io.out(), err: io.err() };
}

/** The networking module itself answers. */
const moduleAnswers =
  (reported: Reported): Answer =>
  (_device, _module, { payload }) =>
    answerExplain(reported, payload);

describe('[unit] explain command', () => {
  it('asks the networking module', async () => {
    const calls: string[] = [];
    const hub = await hubWith(sampleReported(), (device, module, call) => {
      calls.push(`${device} ${module} ${call.name} ${JSON.stringify(call.payload)}`);
      return moduleAnswers(sampleReported())(device, module, call);
    });
    const { code, out } = await explain(hub, 'store-001', 'iotedge/web');
    assert.deepEqual(calls, ['store-001 networking explain {"namespace":"iotedge","name":"web"}']);
    assert.equal(code, 0, out);
    assert.match(out, /^iotedge\/web on store-001 \(as its networking module answers\): Ready\n {2}client +unknown/);
  });

  it('falls back on what was reported', async () => {
    const { code, out } = await explain(await hubWith(), 'store-001', 'iotedge/web');
    assert.equal(code, 0);
    assert.match(
      out,
      /\(as last reported\): Ready\n {2}Note: The networking module cannot be asked: The module is not connected/,
    );
  });

  it('claims nothing about the type of a Service that is not there', async () => {
    const { out } = await explain(await hubWith(), 'store-001', 'iotedge/none');
    assert.match(out, /^ {2}address +unknown +There is no Service to ask about\.$/m);
    assert.match(out, /^First broken hop: service$/m);
  });

  it('says that edgeAgent could not apply the deployment, where that may be the cause', async () => {
    const hub = await hubWith(sampleReported(), moduleAnswers(sampleReported()));
    const description = 'Service web: services "web" already exists';
    hub.reportFrom('store-001', '$edgeAgent', { lastDesiredStatus: { code: 500, description } });
    const { code, out } = await explain(hub, 'store-001', 'iotedge/none');
    assert.equal(code, 1);
    assert.match(out, /Note: edgeAgent could not apply .*\(code 500: Service web: .*already exists\); .*3 minutes/);
    assert.doesNotMatch((await explain(hub, 'store-001', 'iotedge/web')).out, /edgeAgent could not/);
    hub.reportFrom('store-001', '$edgeAgent', { lastDesiredStatus: { code: 200, description: '' } });
    assert.doesNotMatch((await explain(hub, 'store-001', 'iotedge/none')).out, /edgeAgent could not/);
    hub.reportFrom('store-001', '$edgeAgent', { lastDesiredStatus: { code: 412 } });
    const json = await explain(hub, 'store-001', 'iotedge/none', '--json');
    assert.match((JSON.parse(json.out) as { note: string }).note, /as a whole \(code 412\)/);
  });

  it('names the first broken hop and exits with 1', async () => {
    const report = sampleReported();
    const web = {
      ...report.services.iotedge?.web,
      ready: '0/2',
      state: 'Failing' as const,
      reason: 'NoReadyEndpoints' as const,
    };
    const broken = { ...report, services: { iotedge: { web } } };
    const { code, out } = await explain(await hubWith(broken, moduleAnswers(broken)), 'store-001', 'iotedge/web');
    assert.equal(code, 1);
    assert.match(out, /\nFirst broken hop: endpoints\nWhy: /);
    const json = await explain(await hubWith(broken, moduleAnswers(broken)), 'store-001', 'iotedge/web', '--json');
    const document = JSON.parse(json.out) as { ok: boolean; broken: string; hops: { hop: string; state: string }[] };
    assert.deepEqual([json.code, document.ok, document.broken], [1, false, 'endpoints']);
    assert.deepEqual(
      document.hops.map(({ hop, state }) => `${hop} ${state}`),
      ['client unknown', 'address ok', 'announcer unknown', 'service unknown', 'endpoints broken', 'dns unknown'],
    );
  });

  it('knows a Service that is not there, from the module and from the report', async () => {
    for (const answers of [moduleAnswers(sampleReported()), undefined]) {
      const { code, out } = await explain(await hubWith(sampleReported(), answers), 'store-001', 'iotedge/nobody');
      assert.equal(code, 1);
      assert.match(out, /Failing, ServiceNotFound\n/);
      assert.match(out, /\nFirst broken hop: service\nWhy: iotedge\/nobody is not reported/);
    }
  });

  const UNREADABLE: readonly { why: string; answer: MethodAnswer; note: RegExp }[] = [
    { why: 'a refusal', answer: { status: 400, payload: { message: 'no' } }, note: /it answered with status 400\./ },
    { why: 'another shape', answer: { status: 200, payload: { state: 7 } }, note: /its answer has another shape\./ },
    { why: 'no object', answer: { status: 200, payload: 'yes' }, note: /it answered with status 200\./ },
  ];
  for (const { why, answer, note } of UNREADABLE)
    it(`does without an answer that it cannot read: ${why}`, async () => {
      const { code, out } = await explain(await hubWith(sampleReported(), () => answer), 'store-001', 'iotedge/web');
      assert.equal(code, 0);
      assert.match(out, note);
    });

  it('passes over what a later module adds', async () => {
    const later: Answer = () => ({
      status: 200,
      payload: { state: 'Ready', reason: '', type: 'ClusterIP', novelty: {} },
    });
    assert.equal((await explain(await hubWith({}, later), 'store-001', 'iotedge/web')).code, 0);
  });

  it('tells what a cut report left out', async () => {
    const report = sampleReported();
    const cut = { ...report, summary: { ...report.summary, truncated: 'details' } };
    assert.match(
      (await explain(await hubWith(cut), 'store-001', 'iotedge/web')).out,
      /The report leaves out: details\./,
    );
  });

  it('finds names that a twin cannot hold as they are', async () => {
    const report = sampleReported({ services: { a_b: { c_d: { state: 'Ready', reason: '', type: 'ClusterIP' } } } });
    assert.equal((await explain(await hubWith(report), 'store-001', 'a.b/c.d')).code, 0);
  });

  const WRONG: readonly { why: string; flags: readonly string[]; code: number; said: RegExp }[] = [
    {
      why: 'no namespace',
      flags: ['store-001', 'web'],
      code: 2,
      said: /"web" is no Service\. Write NAMESPACE\/SERVICE/,
    },
    { why: 'too many parts', flags: ['store-001', 'a/b/c'], code: 2, said: /is no Service/ },
    { why: 'no Service', flags: ['store-001'], code: 2, said: /missing required argument 'service'/ },
    {
      why: 'a device without the module',
      flags: ['nobody', 'a/b'],
      code: 1,
      said: /There is no device nobody, or it has no module networking\./,
    },
    {
      why: 'another module',
      flags: ['store-001', 'a/b', '--module', 'net'],
      code: 1,
      said: /no device store-001, or it has no module net\. .*--module/,
    },
  ];
  for (const { why, flags, code, said } of WRONG)
    it(`refuses ${why}`, async () => {
      const result = await explain(await hubWith(), ...flags);
      assert.equal(result.code, code);
      assert.match(result.err, said);
    });

  it('cannot say anything where nothing answers and nothing was reported', async () => {
    const { code, err } = await explain(await hubWith({}), 'store-001', 'iotedge/web');
    assert.equal(code, 1);
    assert.match(err, /The networking module cannot be asked: .* Nor has it reported anything readable\./);
  });

  it('throws what is no failure of the hub', async () => {
    const hub = await hubWith(sampleReported(), () => {
      throw new TypeError('a bug');
    });
    await assert.rejects(explain(hub, 'store-001', 'iotedge/web'), /a bug/);
  });
});
