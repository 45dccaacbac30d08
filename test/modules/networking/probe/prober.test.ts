import assert from 'node:assert/strict';
import type { ProbeTarget } from '../../../../modules/networking/src/decide/plan-probes.ts';
import { nextState, UNASKED, type ProbeOutcome } from '../../../../modules/networking/src/probe/probe-state.ts';
import { Prober } from '../../../../modules/networking/src/probe/prober.ts';
import { eventually } from '../../../support/eventually.ts';

const right: ProbeOutcome = { kind: 'right' };
const wrong: ProbeOutcome = { kind: 'wrong', message: '10.0.0.1:80 refuses connections.' };
const silent: ProbeOutcome = { kind: 'silent', message: '10.0.0.1:80 does not answer.' };
const unable: ProbeOutcome = { kind: 'unable' };

describe('[unit] what is believed of a probed target', () => {
  const cases: readonly (readonly [what: string, outcomes: readonly ProbeOutcome[], belief: string, doubts: number])[] =
    [
      ['nothing at first', [], 'unknown', 0],
      ['the first success', [right], 'right', 0],
      ['not a single failure', [right, wrong], 'right', 1],
      ['not even the very first', [wrong], 'unknown', 1],
      ['two failures in a row', [right, wrong, wrong], 'wrong', 0],
      ['no alternation', [right, wrong, right, silent, right, wrong], 'right', 1],
      ['a failure until two successes', [wrong, wrong, right], 'wrong', 1],
      ['two successes after a failure', [wrong, wrong, right, right], 'right', 0],
      ['a failure that fails otherwise', [wrong, wrong, silent], 'silent', 0],
      ['nothing of what could not be asked', [right, wrong, unable], 'right', 1],
    ];
  for (const [what, outcomes, belief, doubts] of cases)
    it(`is ${what}`, () => {
      const state = outcomes.reduce(nextState, UNASKED);
      assert.deepEqual([state.belief, state.doubts], [belief, doubts]);
    });
});

const tcp = (service: string, address = '10.0.0.1'): ProbeTarget => {
  return { kind: 'tcp', id: `tcp://${address}:80 ${service}`, service, address, port: 80 };
};
const dns = (service: string): ProbeTarget => {
  const common = { server: { address: '172.28.0.10', port: 53 }, name: `${service}.svc`, expected: '172.28.0.5' };
  return { kind: 'dns', id: `dns://${service}`, service, ...common };
};

const FAST = { intervalMs: 4, confirmMs: 2, confirmNameMs: 2, timeoutMs: 50, gapMs: 0, concurrency: 2, patienceMs: 0 };

describe('[unit] prober', () => {
  let prober: Prober;
  let changes = 0;
  let asked: ProbeTarget[] = [];
  afterEach(() => prober.stop());

  function start(answer: (target: ProbeTarget) => ProbeOutcome | Promise<ProbeOutcome>, timing: object = {}): Prober {
    changes = 0;
    asked = [];
    prober = new Prober({
      ask: (target) => {
        asked.push(target);
        return Promise.resolve(answer(target));
      },
      now: () => performance.now(),
      random: () => 0.5,
      onChange: () => (changes += 1),
      timing: { ...FAST, ...timing },
    });
    return prober;
  }
  const asks = (count: number) => eventually(`${count} probes`, () => (asked.length >= count ? true : undefined));
  const trouble = (service: string) => prober.findings.troubles.get(service);

  it('tells of an address that refuses, and of its recovery, once each', async () => {
    let answer: ProbeOutcome = wrong;
    start(() => answer).watch([tcp('a/b')]);
    await eventually('the trouble', () => trouble('a/b'));
    assert.deepEqual(trouble('a/b'), { reason: 'Unreachable', message: '10.0.0.1:80 refuses connections.' });
    await asks(asked.length + 3);
    assert.equal(changes, 1);
    answer = right;
    await eventually('the recovery', () => (trouble('a/b') === undefined ? true : undefined));
    assert.equal(changes, 2);
  });

  it('blames nobody as long as no address has ever answered, and says so', async () => {
    let answer: ProbeOutcome = silent;
    start((target) => (target.service === 'a/one' ? answer : silent)).watch([tcp('a/one', '10.0.0.2'), tcp('a/two')]);
    await eventually('the condition', () => prober.findings.conditions.Unreachable);
    assert.match(prober.findings.conditions.Unreachable ?? '', /10\.0\.0\.1:80 does not answer\); it may have no path/);
    assert.equal(prober.findings.troubles.size, 0);
    answer = right;
    await eventually('a path', () => trouble('a/two'));
    assert.deepEqual([...prober.findings.troubles.keys()], ['a/two']);
    assert.deepEqual(prober.findings.conditions, {});
  });

  it('takes a DNS server that answers as proof of a path', async () => {
    start(({ kind }) => (kind === 'dns' ? right : silent)).watch([tcp('a/b'), dns('a/b')]);
    await eventually('the trouble', () => trouble('a/b'));
  });

  it('tells of a name that leads elsewhere, after the addresses', async () => {
    start(({ kind }) => (kind === 'dns' ? { kind: 'wrong', message: 'other' } : right)).watch([tcp('a/b'), dns('a/b')]);
    await eventually('the trouble', () => trouble('a/b'));
    assert.deepEqual(trouble('a/b'), { reason: 'DnsMismatch', message: 'other' });
  });

  it('does not blame Services for a DNS server that is silent, and says so after a while', async () => {
    start(({ kind }) => (kind === 'dns' ? silent : right)).watch([tcp('a/b'), dns('a/b'), dns('a/c')]);
    await eventually('the condition', () => prober.findings.conditions.DnsUnreachable);
    assert.equal(prober.findings.troubles.size, 0);
    assert.match(prober.findings.conditions.DnsUnreachable ?? '', /172\.28\.0\.10/);
    prober.watch([tcp('a/b')]);
    assert.deepEqual(prober.findings.conditions, {});
  });

  it('is patient with a DNS server that has just begun to be silent', async () => {
    start(() => silent, { patienceMs: 60_000 }).watch([dns('a/b')]);
    await asks(5);
    assert.deepEqual(prober.findings.conditions, {});
  });

  it('counts further addresses of one Service that fail', async () => {
    start(() => wrong).watch([tcp('a/b'), tcp('a/b', '10.0.0.2'), tcp('a/b', '10.0.0.3')]);
    await eventually('all', () => (/2 more/.test(trouble('a/b')?.message ?? '') ? true : undefined));
  });

  it('forgets what is not wanted any more, together with its trouble', async () => {
    start(() => wrong).watch([tcp('a/b')]);
    await eventually('the trouble', () => trouble('a/b'));
    prober.watch([]);
    assert.equal(prober.findings.troubles.size, 0);
    const count = asked.length;
    prober.watch([]);
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(asked.length <= count + 1);
  });

  it('has no more than so many probes under way, none of them twice', async () => {
    const ends: (() => void)[] = [];
    start(() => new Promise((resolve) => ends.push(() => resolve(right))));
    prober.watch(['1', '2', '3', '4'].map((name) => tcp(`a/${name}`)));
    await asks(2);
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(
      asked.map(({ service }) => service),
      ['a/1', 'a/2'],
    );
    ends.forEach((end) => end());
    await asks(4);
    assert.deepEqual(
      asked.map(({ service }) => service),
      ['a/1', 'a/2', 'a/3', 'a/4'],
    );
    prober.stop();
    ends.forEach((end) => end());
  });

  it('begins one probe at a time, a gap apart, and repeats it only after the interval', async () => {
    start(() => right, { gapMs: 60_000 }).watch([tcp('a/1'), tcp('a/2')]);
    await asks(1);
    prober.stop();
    start(() => right, { intervalMs: 60_000 }).watch([tcp('a/1'), tcp('a/2')]);
    await asks(2);
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.equal(asked.length, 2);
  });
});
