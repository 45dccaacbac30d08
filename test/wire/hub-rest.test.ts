import assert from 'node:assert/strict';
import { text } from 'node:stream/consumers';
import { request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { createSasToken } from '../../packages/simulator/src/hub/sas-token.ts';
import { startHubFixture, type HubFixture } from '../support/hub-fixture.ts';

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

const VERSION = 'api-version=2021-04-12';

describe('[wire] service REST that no SDK call reaches', function () {
  this.timeout(10_000);
  let fixture: HubFixture;

  /** One request, signed with iothubowner unless other headers say otherwise. */
  async function call(line: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const [method, path] = line.split(' ');
    const key = /SharedAccessKey=([^;]*)/.exec(fixture.hub.connectionString())?.[1] ?? '';
    const authorization = createSasToken('localhost', Math.floor(Date.now() / 1000) + 60, key, 'iothubowner');
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = {
        agent: fixture.agent,
        method,
        path,
        headers: { authorization, 'content-type': 'application/json', ...headers },
      };
      const request = httpsRequest(options, resolve).on('error', reject);
      request.end(typeof body === 'string' || body === undefined ? body : JSON.stringify(body));
    });
    const content = await text(response);
    return {
      status: response.statusCode,
      headers: response.headers,
      body: content === '' ? undefined : JSON.parse(content),
    };
  }

  before(async () => {
    fixture = await startHubFixture();
    fixture.hub.ensureDevice({ deviceId: 'edge', iotEdge: true, tags: { a: 1 } });
    for (const moduleId of ['web', 'caller']) fixture.hub.ensureModule('edge', moduleId);
  });
  after(() => fixture.close());

  it('replaces a twin with PUT: tags and desired properties as a whole', async () => {
    fixture.hub.patchDesired('edge', 'web', { old: 1, kept: 2 });
    const changes: unknown[] = [];
    const stop = fixture.hub.on('desired', ({ patch, version }) => changes.push([patch, version]));
    const body = { tags: { b: 2 }, properties: { desired: { kept: 2, fresh: 3 } } };
    const answer = await call(`PUT /twins/edge/modules/web?${VERSION}`, body, { 'if-match': '"*"' });
    stop();
    const { tags } = answer.body as { tags: object };
    assert.deepEqual([answer.status, tags], [200, { b: 2 }]);
    assert.deepEqual(fixture.hub.desired('edge', 'web'), { kept: 2, fresh: 3, $version: 3 });
    assert.deepEqual(changes, [[{ old: null, fresh: 3 }, 3]]);
  });

  it('tries target conditions and metrics without storing them', async () => {
    const queries = { good: 'select deviceId from devices', bad: 'select' };
    const answer = await call(`POST /configurations/testQueries?${VERSION}`, {
      targetCondition: 'tags.a =',
      customMetricQueries: queries,
    });
    assert.deepEqual(answer.body, {
      targetConditionError: "Expected a value but found 'end of query' at column 9",
      customMetricQueryErrors: { bad: "Expected a value but found 'end of query' at column 7" },
    });
  });

  it('lets a module call another with its own token, as through edgeHub', async () => {
    const { hub } = fixture;
    const detach = hub.attach('edge', 'web', (methodName) => ({ status: 200, payload: methodName }));
    const token = (moduleId: string): string =>
      createSasToken(
        `localhost/devices/edge/modules/${moduleId}`,
        Math.floor(Date.now() / 1000) + 60,
        hub.primaryKey('edge', 'caller'),
      );
    const asCaller = { authorization: token('caller'), 'x-ms-edge-moduleid': 'edge/caller' };
    const path = 'POST /twins/edge/modules/web/methods';
    assert.deepEqual((await call(path, { methodName: 'ping' }, asCaller)).body, { status: 200, payload: 'ping' });
    const stranger = { ...asCaller, authorization: token('web') };
    assert.equal((await call(path, { methodName: 'ping' }, stranger)).status, 401);
    assert.equal((await call(`GET /twins/edge?${VERSION}`, undefined, asCaller)).status, 401);
    detach();
  });

  it('answers every kind of bad request with status, code and an error body', async () => {
    const none = { authorization: '' };
    const table: readonly [
      line: string,
      body: unknown,
      headers: Record<string, string>,
      status: number,
      code: string,
    ][] = [
      [`GET /devices/edge?${VERSION}`, undefined, none, 401, 'IotHubUnauthorizedAccess'],
      ['GET /devices/edge?api-version=latest', undefined, {}, 400, 'InvalidProtocolVersion'],
      [`GET /nowhere?${VERSION}`, undefined, {}, 404, 'FeatureNotSupported'],
      [`POST /jobs/create?${VERSION}`, {}, {}, 404, 'FeatureNotSupported'],
      [`PUT /devices/x?${VERSION}`, 'no json', {}, 400, 'ArgumentInvalid'],
      [`PUT /devices/x?${VERSION}`, { deviceId: 'y' }, {}, 400, 'ArgumentInvalid'],
      [`PUT /devices/x?${VERSION}`, { authentication: { type: 'magic' } }, {}, 400, 'ArgumentInvalid'],
      [
        `PUT /devices/x?${VERSION}`,
        { authentication: { symmetricKey: { primaryKey: 'AAAA' } } },
        {},
        400,
        'ArgumentInvalid',
      ],
      [`PUT /devices/x?${VERSION}`, { status: 'asleep' }, {}, 400, 'ArgumentInvalid'],
      [`DELETE /devices/edge?${VERSION}`, undefined, {}, 412, 'PreconditionFailed'],
      [`DELETE /devices/edge?${VERSION}`, undefined, { 'if-match': '"other"' }, 412, 'PreconditionFailed'],
      [`POST /devices?${VERSION}`, [], {}, 400, 'ArgumentInvalid'],
      [`PATCH /twins/edge?${VERSION}`, '', {}, 400, 'ArgumentInvalid'],
      [`POST /twins/edge/methods?${VERSION}`, { methodName: '' }, {}, 400, 'ArgumentInvalid'],
      [
        `POST /twins/edge/methods?${VERSION}`,
        { methodName: 'm', responseTimeoutInSeconds: 1 },
        {},
        400,
        'ArgumentInvalid',
      ],
      [`POST /devices/query?${VERSION}`, { query: 'select *' }, {}, 400, 'ArgumentInvalid'],
      [
        `POST /devices/query?${VERSION}`,
        { query: 'select * from devices' },
        { 'x-ms-max-item-count': '0' },
        400,
        'ArgumentInvalid',
      ],
      [`PUT /jobs/v2/j?${VERSION}`, { type: 'other' }, {}, 400, 'ArgumentInvalid'],
      [`POST /jobs/v2/none/cancel?${VERSION}`, undefined, {}, 404, 'JobNotFound'],
    ];
    for (const [line, body, headers, status, code] of table) {
      const answer = await call(line, body, headers);
      const { Message } = answer.body as { Message: string };
      assert.deepEqual([line, answer.status, answer.headers['iothub-errorcode']], [line, status, code]);
      assert.ok(Message.startsWith(`ErrorCode:${code};`), Message);
    }
  });

  it('answers what it does not know in the ways of the service', async () => {
    assert.deepEqual((await call(`GET /jobs/v2/none?${VERSION}`)).body, {
      jobId: 'none',
      type: 'unknown',
      status: 'unknown',
    });
    assert.deepEqual((await call(`GET /statistics/service?${VERSION}`)).body, { connectedDeviceCount: 0 });
  });

  it('allows 50 modules on a device, system modules included', async () => {
    for (let index = fixture.hub.modules('edge').length; index < 50; index++)
      fixture.hub.ensureModule('edge', `m${index}`);
    const answer = await call(`PUT /devices/edge/modules/one-more?${VERSION}`, {});
    assert.deepEqual([answer.status, answer.headers['iothub-errorcode']], [413, 'TooManyModulesOnDevice']);
  });
});
