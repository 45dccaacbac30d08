import assert from 'node:assert/strict';
import type { AddressUse } from '../../../../../packages/dashboard/src/view/index.ts';
import { addressGrid, moveInGrid } from '../../../../../packages/dashboard/src/web/map/address-grid.ts';
import { poolLevel } from '../../../../../packages/dashboard/src/web/map/pool-level.ts';

const use = (address: string, kind: AddressUse['kind'] = 'held', ...holders: string[]): AddressUse => ({
  address,
  kind,
  holders,
});

describe('[unit] addressGrid', () => {
  it('has one cell for each address of a small range', () => {
    const grid = addressGrid('10.0.0.254-10.0.1.1', [use('10.0.0.255', 'pinned', 'a/b'), use('10.9.9.9')], 1024);
    assert.deepEqual(
      grid?.cells.map(({ first, label, kind, used }) => [first, label, kind, used]),
      [
        ['10.0.0.254', '254', 'free', 0],
        ['10.0.0.255', '255', 'pinned', 1],
        ['10.0.1.0', '0', 'free', 0],
        ['10.0.1.1', '1', 'free', 0],
      ],
    );
    assert.deepEqual([grid.total, grid.used, grid.perCell], [4, 1, 1]);
  });
  it('lets neighbours share a cell in a large one, and says how full it is', () => {
    const uses = [use('10.1.0.0'), use('10.1.0.63'), use('10.1.0.64', 'conflict'), use('nonsense')];
    const grid = addressGrid('10.1.0.0/16', uses, 1024);
    assert.equal(grid?.cells.length, 1024);
    assert.equal(grid.perCell, 64);
    assert.deepEqual(
      grid.cells.slice(0, 3).map(({ last, kind, used, eighths, label }) => [last, kind, used, eighths, label]),
      [
        ['10.1.0.63', 'several', 2, 1, ''],
        ['10.1.0.127', 'conflict', 1, 1, ''],
        ['10.1.0.191', 'free', 0, 0, ''],
      ],
    );
  });
  it('cuts the last cell at the end of the range', () => {
    const last = addressGrid('10.0.0.0-10.0.0.4', [], 4)?.cells.at(-1);
    assert.deepEqual([last?.first, last?.last, last?.size], ['10.0.0.4', '10.0.0.4', 1]);
  });
  it('holds IPv6 ranges of any size', () =>
    assert.equal(addressGrid('fd00::/64', [use('fd00::1')], 16)?.cells.length, 16));
  it('shows the end of an IPv6 address', () =>
    assert.equal(addressGrid('fd00::a-fd00::b', [], 16)?.cells[0]?.label, 'a'));
  it('is nothing for a text that is no range', () => assert.equal(addressGrid('x', [], 16), undefined));
});

describe('[unit] moveInGrid', () => {
  const moves: readonly [string, number, number | undefined][] = [
    ['ArrowRight', 5, 6],
    ['ArrowLeft', 5, 4],
    ['ArrowDown', 5, 9],
    ['ArrowUp', 5, 1],
    ['ArrowUp', 2, 2],
    ['ArrowRight', 19, 19],
    ['ArrowLeft', 0, 0],
    ['Home', 7, 0],
    ['End', 7, 19],
    ['PageDown', 7, 19],
    ['PageUp', 7, 0],
    ['a', 7, undefined],
  ];
  for (const [key, from, to] of moves)
    it(`${key} from ${from}`, () => assert.equal(moveInGrid(key, from, { count: 20, columns: 4 }), to));
});

describe('[unit] poolLevel', () => {
  const levels: readonly [number, number, string][] = [
    [0, 10, 'plenty'],
    [74, 100, 'plenty'],
    [75, 100, 'low'],
    [85, 100, 'very-low'],
    [95, 100, 'nearly-full'],
    [100, 100, 'full'],
    [0, 0, 'full'],
  ];
  for (const [used, total, level] of levels)
    it(`${used} of ${total} is ${level}`, () => assert.equal(poolLevel(used, total), level));
});
