import assert from 'node:assert/strict';
import { receivePatch, receiveSection, UNKNOWN_DESIRED } from '../../../../modules/networking/src/twin/desired-gate.ts';
import { NO_DOCUMENT, receiveDocument } from '../../../../modules/networking/src/twin/desired-document.ts';

const known = { version: 5, document: { a: { b: 1, c: 2 } } };

describe('[unit] the gate of desired versions', () => {
  it('takes a whole section with its version, and also an older one: the twin was made anew', () => {
    assert.deepEqual(receiveSection(UNKNOWN_DESIRED, { a: 1, $version: 4, $metadata: {} }, false), {
      known: { version: 4, document: { a: 1 } },
      outcome: 'taken',
    });
    assert.equal(receiveSection(known, { $version: 1 }, false).known.version, 1);
  });

  it('passes over a section without version, and reads again when a patch came meanwhile', () => {
    assert.deepEqual(receiveSection(known, {}, false), { known, outcome: 'stale' });
    assert.deepEqual(receiveSection(known, { $version: 6 }, true), { known, outcome: 'read-again' });
  });

  it('takes the next patch, passes over old ones, and reads again after a gap', () => {
    assert.deepEqual(receivePatch(known, { a: { b: null }, d: 1, $version: 6 }), {
      known: { version: 6, document: { a: { c: 2 }, d: 1 } },
      outcome: 'taken',
    });
    for (const $version of [4, 5]) assert.deepEqual(receivePatch(known, { $version }), { known, outcome: 'stale' });
    for (const patch of [{ $version: 7 }, { a: 1 }]) assert.equal(receivePatch(known, patch).outcome, 'read-again');
    assert.equal(receivePatch(UNKNOWN_DESIRED, { $version: 1 }).outcome, 'read-again');
  });
});

describe('[unit] the desired document in force', () => {
  const good = { version: 3, document: { schemaVersion: '1' } };
  const accepted = receiveDocument(NO_DOCUMENT, good);

  it('comes into force when it is right', () => {
    assert.deepEqual(accepted.status, { version: 3, state: 'accepted', problems: [] });
    assert.equal(accepted.inForce?.desired.schemaVersion, '1');
  });

  it('stays when a wrong or an empty one is received', () => {
    const refused = receiveDocument(accepted, { version: 4, document: { schemaVersion: '9' } });
    assert.deepEqual([refused.status.state, refused.status.version, refused.status.inForce], ['rejected', 4, 3]);
    assert.ok(refused.status.problems.length > 0);
    assert.equal(refused.inForce, accepted.inForce);
    const empty = receiveDocument(accepted, { version: 5, document: {} });
    assert.deepEqual(empty.status, { version: 5, state: 'waiting', problems: [], inForce: 3 });
    assert.deepEqual(receiveDocument(NO_DOCUMENT, { version: 1, document: {} }).status, {
      version: 1,
      state: 'waiting',
      problems: [],
    });
  });
});
