import assert from 'node:assert/strict';
import { parseQuery, parseTargetCondition } from '../../../../packages/simulator/src/hub/query/parse-query.ts';
import { runQuery } from '../../../../packages/simulator/src/hub/query/run-query.ts';

const ROWS = [
  {
    deviceId: 'a',
    tags: { role: 'store', n: 3, on: true, list: [1], none: null },
    configurations: { 'x y': { status: 'Applied' } },
  },
  {
    deviceId: 'b',
    tags: { role: "it's", n: 5, on: false },
    properties: { desired: { $version: 4 }, reported: { seen: 4 } },
  },
  { deviceId: 'c' },
];

const idsWhere = (condition: string): string =>
  runQuery(parseQuery(`select * from devices where ${condition}`), ROWS)
    .map(({ deviceId }) => String(deviceId))
    .join('');

describe('[unit] the query language', () => {
  const conditions: readonly [condition: string, ids: string][] = [
    ["tags.role = 'store'", 'a'],
    ['tags.role = "store"', 'a'],
    ["tags.role = 'it''s'", 'b'],
    ["tags.role != 'store'", 'b'],
    ["tags.role <> 'store'", 'b'],
    ["NOT tags.role = 'store'", 'b'],
    ["NOT (tags.role = 'store' OR tags.n > 4)", ''],
    ['tags.n > 3', 'b'],
    ['tags.n >= 3 AND tags.n <= 3', 'a'],
    ['tags.n < 3.5', 'a'],
    ['tags.n > -1e3', 'ab'],
    ["tags.role > 'iz'", 'a'],
    ["tags.role >= 'store'", 'a'],
    ["tags.n > '3'", ''],
    ["deviceId IN ['a', 'c']", 'ac'],
    ["deviceId NOT IN ['a', 'c']", 'b'],
    ['deviceId in []', ''],
    ['tags.on', 'a'],
    ['tags.on = false', 'b'],
    ['true', 'abc'],
    ['false or tags.n = 5', 'b'],
    ['tags.none = null', 'a'],
    ['is_defined(tags.role)', 'ab'],
    ['not is_defined(tags)', 'c'],
    ['is_null(tags.none)', 'a'],
    ['is_bool(tags.on) and is_number(tags.n) and is_string(tags.role) and is_object(tags)', 'ab'],
    ['is_array(tags.list)', 'a'],
    ['is_primitive(tags.n)', 'ab'],
    ["startswith(deviceId, 'a') or endswith(tags.role, 's')", 'ab'],
    ["startswith(tags.n, '3')", ''],
    ["configurations.[[x y]].status = 'Applied'", 'a'],
    ['properties.desired.$version = properties.reported.seen', 'b'],
    ["tags.role = 'store' or deviceId = 'c' and tags.n = 9", 'a'],
    ['tags.role.deeper = 1', ''],
  ];
  for (const [condition, ids] of conditions)
    it(`selects '${ids}' where ${condition}`, () => assert.equal(idsWhere(condition), ids));

  const projections: readonly [query: string, answer: object[]][] = [
    ['select deviceId, tags.n as count from devices where tags.n < 4', [{ deviceId: 'a', count: 3 }]],
    ['select deviceId, tags.n from devices where not is_defined(tags)', [{ deviceId: 'c' }]],
    ['select top 1 deviceId from devices', [{ deviceId: 'a' }]],
    ['select count() as total from devices', [{ total: 3 }]],
    [
      'select count(tags.n), sum(tags.n), avg(tags.n), min(tags.n), max(tags.n) from devices',
      [{ $1: 2, $2: 8, $3: 4, $4: 3, $5: 5 }],
    ],
    ["select avg(tags.n) from devices where deviceId = 'c'", [{}]],
    [
      'select tags.on as state, count() as n from devices group by tags.on',
      [{ state: true, n: 1 }, { state: false, n: 1 }, { n: 1 }],
    ],
    [
      'SELECT deviceId FROM devices GROUP BY deviceId, tags.n',
      [{ deviceId: 'a' }, { deviceId: 'b' }, { deviceId: 'c' }],
    ],
    ['select count from devices where is_defined(count)', []],
  ];
  for (const [query, answer] of projections)
    it(query, () => assert.deepEqual(runQuery(parseQuery(query), ROWS), answer));

  const mistakes: readonly [query: string, message: string][] = [
    ['', "Expected SELECT but found 'end of query' at column 1"],
    ['select * from houses', "Expected DEVICES but found 'houses' at column 15"],
    ['select * from devices.twins', "Expected devices, devices.modules or devices.jobs but found 'twins' at column 23"],
    ['select * from devices where tags.a ==1', "Expected a value but found '=' at column 37"],
    ['select * from devices where (a = 1', "Expected ) but found 'end of query' at column 35"],
    ['select * from devices where a = 1 b', "Expected the end of the query but found 'b' at column 35"],
    ['select * from devices where a.where = 1', "Expected a property name but found 'where' at column 31"],
    ["select * from devices where 'text'", "Expected a comparison but found 'end of query' at column 35"],
    ['select * from devices where nosuch(a)', "Expected a known function but found 'nosuch' at column 29"],
    ['select * from devices where a in (1)', "Expected [ but found '(' at column 34"],
    ["select * from devices where a = 'open", "Unexpected character ''' at column 33"],
    ['select top x * from devices', "Expected a number after TOP but found 'x' at column 12"],
  ];
  for (const [query, message] of mistakes)
    it(`refuses: ${query}`, () => assert.throws(() => parseQuery(query), { message }));

  it('reads target conditions', () => {
    assert.deepEqual(parseTargetCondition('*'), { source: 'devices' });
    assert.equal(parseTargetCondition("tags.a = 'x'").source, 'devices');
    assert.deepEqual(parseTargetCondition('from devices.modules'), { source: 'devices.modules', where: undefined });
    assert.equal(parseTargetCondition("FROM devices.modules WHERE moduleId = 'x'").where?.kind, 'compare');
    assert.equal(parseQuery('select * from devices.jobs').source, 'devices.jobs');
    for (const text of ['', '* and', 'tags.a', "from devices where a = 'x' 1"].filter((text) => text !== 'tags.a'))
      assert.throws(() => parseTargetCondition(text), { name: 'QuerySyntaxError' });
  });
});
