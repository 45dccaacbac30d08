import assert from 'node:assert/strict';
import {
  conditionWithout,
  devicesCondition,
  readTargetCondition,
} from '../../../../packages/deployment/src/generate/target-condition.ts';

const DEVICES = [
  { id: 'store-1', tags: { role: 'store', floor: 3, open: true, place: { region: 'emea' } } },
  { id: 'store-2', tags: { role: 'store', floor: -1, open: false, place: { region: 'apac' } } },
  { id: "o'hare", tags: { role: "it's", note: null } },
  { id: 'bare', tags: {} },
];

describe('[unit] target condition', () => {
  const CASES: readonly (readonly [condition: string, ids: string])[] = [
    ['*', "store-1 store-2 o'hare bare"],
    [' * ', "store-1 store-2 o'hare bare"],
    ["tags.role = 'store'", 'store-1 store-2'],
    ["tags.role='it''s'", "o'hare"],
    ["deviceId = 'bare'", 'bare'],
    ["deviceId IN ['bare', 'store-2']", 'store-2 bare'],
    ["tags.role NOT IN ['store']", "o'hare"],
    ["tags.role != 'store'", "o'hare"],
    ["tags.role <> 'store'", "o'hare"],
    ["NOT (tags.role = 'store')", "o'hare"],
    ['tags.floor > 2', 'store-1'],
    ['tags.floor >= 3 OR tags.floor < 0', 'store-1 store-2'],
    ['tags.floor <= -1', 'store-2'],
    ["tags.floor > '2'", ''],
    ['tags.open = true', 'store-1'],
    ['tags.open = FALSE', 'store-2'],
    ["tags.place.region = 'emea'", 'store-1'],
    ["tags['place']['region'] = 'emea'", 'store-1'],
    ["tags.role.deeper = 'x'", ''],
    ["tags.role = 'store' and not tags.place.region = 'emea' or deviceId = 'bare'", 'store-2 bare'],
    ["tags.missing = 'x' OR deviceId = 'bare'", 'bare'],
    ["tags.missing = 'x' AND deviceId = 'bare'", ''],
    ['tags.note = null', "o'hare"],
    ['tags.role = "store"', 'store-1 store-2'],
    [devicesCondition(["o'hare", 'bare']), "o'hare bare"],
    [conditionWithout("tags.role = 'store'", ['store-2']), 'store-1'],
    [conditionWithout('*', ['store-2', 'bare']), "store-1 o'hare"],
    [conditionWithout('*', []), "store-1 store-2 o'hare bare"],
  ];
  for (const [condition, ids] of CASES)
    it(`${condition} selects ${ids || 'nothing'}`, () => {
      const read = readTargetCondition(condition);
      assert.equal(read?.needsReported, false);
      const selected = DEVICES.filter((device) => read.selects(device)).map(({ id }) => id);
      assert.equal(selected.join(' '), ids);
    });

  it('knows that only the hub knows reported properties', () => {
    const read = readTargetCondition("tags.role = 'store' AND properties.reported.version > 2");
    assert.deepEqual([read?.needsReported, DEVICES.filter((device) => read?.selects(device))], [true, []]);
  });

  for (const condition of [
    '',
    'tags.role',
    "tags = 'x'",
    "role = 'x'",
    "tags.role == 'x'",
    "tags.role = 'x",
    'tags.role = store',
    "tags.role = 'x' tags.role = 'y'",
    "(tags.role = 'x'",
    "tags.role IN ['x'",
    'tags.role IN []',
    "tags.role NOT 'x'",
    "properties.desired.x = 'y'",
    'is_defined(tags.role)',
    "tags.role , 'x'",
  ])
    it(`does not pretend to understand ${condition || 'nothing'}`, () =>
      assert.equal(readTargetCondition(condition), undefined));
});
