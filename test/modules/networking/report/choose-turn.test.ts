import assert from 'node:assert/strict';
import type { Reported, TwinObject } from '@iotedge-networking/contract';
import { chooseTurn } from '../../../../modules/networking/src/report/choose-turn.ts';
import { reportOf } from '../support/build-report.ts';

type Answer = Reported['desired'];

const held = (desired: Answer): TwinObject => ({ ...reportOf(1, { desired }) });

const applied: Answer = { version: 1, state: 'applied', problems: {} };
const applying: Answer = { version: 2, state: 'applying', problems: {} };
const problem = { 'services.default.shop': 'taken' };

describe('[unit] chooseTurn', () => {
  const rows: readonly [string, TwinObject, Answer, string][] = [
    ['nothing is being written', held(applied), { ...applied, version: 2 }, 'whole'],
    ['what was asked for could not be written', held(applied), { ...applying, state: 'failed' }, 'whole'],
    ['the hub has no report yet', {}, applying, 'whole'],
    ['the hub has nothing but what others wrote', { foreign: 1 }, applying, 'whole'],
    ['a new document is being applied', held(applied), applying, 'answer'],
    ['a document is being applied again', held({ ...applying, state: 'applied' }), applying, 'answer'],
    ['the problems of the document are others', held(applying), { ...applying, problems: problem }, 'answer'],
    ['the hub has the answer', held(applying), applying, 'later'],
    [
      'the hub has the answer with its problems',
      held({ ...applying, problems: problem }),
      { ...applying, problems: problem },
      'later',
    ],
  ];
  for (const [when, confirmed, desired, turn] of rows)
    it(`${turn}: ${when}`, () => assert.equal(chooseTurn(confirmed, reportOf(2, { desired })), turn));

  it('whole: an address came, went or changed hands', () => {
    const others: Reported['addresses'][] = [
      {},
      { '10.0.0.1': 'default/b' },
      { '10.0.0.1': 'default/a', '10.0.0.2': 'default/b' },
    ];
    const confirmed = { ...held(applying), addresses: { '10.0.0.1': 'default/a' } };
    assert.equal(chooseTurn(confirmed, reportOf(2, { desired: applying, addresses: confirmed.addresses })), 'later');
    for (const addresses of others)
      assert.equal(chooseTurn(confirmed, reportOf(2, { desired: applying, addresses })), 'whole');
  });
});
