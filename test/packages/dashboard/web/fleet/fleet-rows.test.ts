import assert from 'node:assert/strict';
import type { FleetRow } from '../../../../../packages/dashboard/src/view/index.ts';
import {
  fleetCounts,
  fleetRows,
  mergeFleet,
  type FleetColumn,
} from '../../../../../packages/dashboard/src/web/fleet/fleet-rows.ts';
import { rowWindow } from '../../../../../packages/dashboard/src/web/fleet/row-window.ts';

const rows: readonly FleetRow[] = [
  {
    id: 'b',
    state: 'ready',
    problems: 0,
    services: 3,
    ready: 3,
    poolUsed: 2,
    poolTotal: 10,
    version: '1',
    lastSeen: '2',
  },
  {
    id: 'a',
    state: 'ready',
    problems: 0,
    services: 3,
    ready: 1,
    poolUsed: 9,
    poolTotal: 10,
    version: '2',
    lastSeen: '1',
  },
  { id: 'd', state: 'unknown', problems: 0 },
  { id: 'c', state: 'failing', problems: 1, reason: 'PoolExhausted', tags: { role: 'Store' } },
  { id: 'e', state: 'pending', problems: 1, reason: 'WaitingForAddress' },
];
const ids = (list: readonly FleetRow[]): string => list.map(({ id }) => id).join('');

describe('[unit] fleetRows', () => {
  const orders: readonly [FleetColumn, boolean, string][] = [
    ['state', false, 'cedab'],
    ['state', true, 'abdec'],
    ['id', false, 'abcde'],
    ['pool', true, 'abced'],
    ['services', true, 'acedb'],
    ['version', true, 'abced'],
    ['lastSeen', false, 'cedab'],
  ];
  for (const [column, descending, expected] of orders)
    it(`by ${column}${descending ? ', descending' : ''}`, () =>
      assert.equal(ids(fleetRows(rows, { text: '' }, { column, descending })), expected));
  const filters: readonly [string, string][] = [
    ['pool', 'c'],
    ['role=store', 'c'],
    ['EXHAUSTED store', 'c'],
    ['nothing', ''],
  ];
  for (const [text, expected] of filters)
    it(`with "${text}"`, () =>
      assert.equal(ids(fleetRows(rows, { text }, { column: 'id', descending: false })), expected));
  it('of one state', () =>
    assert.equal(ids(fleetRows(rows, { text: '', state: 'ready' }, { column: 'id', descending: false })), 'ab'));
});

describe('[unit] the fleet follows events', () => {
  it('rows are replaced, added and removed', () => {
    const before = new Map(rows.map((row) => [row.id, row]));
    const after = mergeFleet(
      before,
      [
        { id: 'a', state: 'failing', problems: 2 },
        { id: 'x', state: 'ready', problems: 0 },
      ],
      ['b'],
    );
    assert.equal(ids([...after.values()]), 'adcex');
    assert.deepEqual(fleetCounts(after.values()), { failing: 2, pending: 1, unknown: 1, ready: 1 });
    assert.equal(before.size, 5);
  });
});

describe('[unit] rowWindow', () => {
  it('draws what can be seen and a margin, and keeps the height of the rest', () => {
    assert.deepEqual(rowWindow(10_000, 40, 40_000, 400), { first: 988, end: 1022, before: 39_520, after: 359_120 });
  });
  it('begins and ends with the list', () => {
    assert.deepEqual(rowWindow(3, 40, 0, 400), { first: 0, end: 3, before: 0, after: 0 });
    assert.deepEqual(rowWindow(3, 40, 9000, 400), { first: 2, end: 3, before: 80, after: 0 });
    assert.deepEqual(rowWindow(0, 40, 0, 400), { first: 0, end: 0, before: 0, after: 0 });
  });
});
