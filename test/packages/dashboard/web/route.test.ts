import assert from 'node:assert/strict';
import { formatRoute, parseRoute, type Route } from '../../../../packages/dashboard/src/web/route.ts';

describe('[unit] route', () => {
  const routes: readonly [string, Route, string][] = [
    ['the fleet', { page: 'fleet', query: '' }, '#/fleet'],
    ['the fleet, filtered', { page: 'fleet', query: 'role=store & x' }, '#/fleet?q=role%3Dstore+%26+x'],
    ['a page of a device', { page: 'services', device: 'a b/1', chosen: '' }, '#/devices/a%20b%2F1/services'],
    ['with a choice', { page: 'path', device: 'd', chosen: 'n/web' }, '#/devices/d/path?chosen=n%2Fweb'],
  ];
  for (const [name, route, hash] of routes)
    it(`${name} is written and read back`, () => {
      assert.equal(formatRoute(route), hash);
      assert.deepEqual(parseRoute(hash), route);
    });
  for (const hash of ['', '#', '#/', '#/devices', '#/devices/d', '#/devices/d/nothing', '#/devices//path', '#/%'])
    it(`"${hash}" is the fleet`, () => assert.deepEqual(parseRoute(hash), { page: 'fleet', query: '' }));
  it('a device id that is badly escaped stands as it is', () =>
    assert.deepEqual(parseRoute('#/devices/a%zz/path'), { page: 'path', device: 'a%zz', chosen: '' }));
});
