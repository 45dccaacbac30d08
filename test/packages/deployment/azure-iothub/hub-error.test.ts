import assert from 'node:assert/strict';
import { toHubError } from '../../../../packages/deployment/src/azure-iothub/hub-error.ts';

interface AnswerCase {
  readonly why: string;
  readonly status: number;
  readonly body: string;
  readonly headers?: object;
  readonly message: string;
  readonly code?: string;
  readonly transient?: true;
  readonly retryAfter?: number;
}

const ANSWERS: readonly AnswerCase[] = [
  {
    why: 'the old form: a name inside the message',
    status: 404,
    body: '{"Message":"ErrorCode:DeviceNotFound;Device store-001 not registered","ExceptionMessage":"Tracking ID:1"}',
    message: 'Device store-001 not registered (DeviceNotFound).',
    code: 'DeviceNotFound',
  },
  {
    why: 'the new form: a number beside the message',
    status: 403,
    body: '{"errorCode":403100,"trackingId":"x","message":"properties.desired must be smaller than 32 KB."}',
    message: 'properties.desired must be smaller than 32 KB (403100).',
    code: '403100',
  },
  {
    why: 'a whole document inside the message',
    status: 400,
    body: JSON.stringify({ Message: '{"errorCode":400027,"message":"Newer connection"}' }),
    message: 'Newer connection (400027).',
    code: '400027',
  },
  { why: 'plain text', status: 502, body: 'Bad gateway', message: 'Bad gateway.' },
  { why: 'nothing', status: 500, body: '', message: 'HTTP status 500.' },
  { why: 'JSON that says nothing', status: 500, body: '{}', message: 'HTTP status 500.' },
  {
    why: 'refused credentials',
    status: 401,
    body: '{"Message":"ErrorCode:IotHubUnauthorizedAccess;Unauthorized"}',
    message:
      'Unauthorized (IotHubUnauthorizedAccess). hub.test refused the credentials. Check the connection string, that its policy allows this, and the clock of this machine; with Entra ID, the role IoT Hub Data Contributor.',
    code: 'IotHubUnauthorizedAccess',
  },
  {
    why: 'throttling, with the time to wait',
    status: 429,
    body: '{"errorCode":429001,"message":"Too many"}',
    headers: { 'retry-after': '7' },
    message: 'Too many (429001). The hub is throttling; try again with fewer devices at a time, or a larger hub.',
    code: '429001',
    transient: true,
    retryAfter: 7000,
  },
  {
    why: 'a busy hub, with a date to wait for, which is left to the back-off',
    status: 503,
    body: 'Busy!',
    headers: { 'retry-after': 'Fri, 01 Jan 2027 00:00:00 GMT' },
    message: 'Busy. The hub is busy; try again in a minute.',
    transient: true,
  },
  {
    why: 'another deployment in progress',
    status: 409,
    body: '{"errorCode":409402,"message":"In progress"}',
    message: 'In progress (409402).',
    code: '409402',
    transient: true,
  },
];

const CONNECTIONS: readonly { why: string; error: object; message: RegExp; transient: boolean }[] = [
  {
    why: 'an untrusted certificate',
    error: { code: 'SELF_SIGNED_CERT_IN_CHAIN' },
    message: /certificate of hub\.test is not trusted .*NODE_EXTRA_CA_CERTS/,
    transient: false,
  },
  {
    why: 'an unknown host',
    error: { code: 'ENOTFOUND', message: 'getaddrinfo' },
    message: /There is no host hub\.test\./,
    transient: false,
  },
  {
    why: 'a closed port',
    error: { code: 'ECONNREFUSED', message: '' },
    message: /hub\.test cannot be reached: ECONNREFUSED\./,
    transient: false,
  },
  {
    why: 'a broken connection',
    error: { code: 'ECONNRESET', message: 'socket hang up' },
    message: /cannot be reached: socket hang up\./,
    transient: true,
  },
  { why: 'anything else', error: new Error('odd'), message: /^odd$/, transient: false },
  { why: 'no error at all', error: new String('odd'), message: /^odd$/, transient: false },
];

describe('[unit] hub error', () => {
  for (const { why, status, body, headers, message, code, transient, retryAfter } of ANSWERS)
    it(`reads an answer: ${why}`, () => {
      const error = toHubError({ response: { statusCode: status, headers }, responseBody: body }, 'hub.test');
      assert.deepEqual(
        {
          message: error.message,
          status: error.status,
          code: error.code,
          transient: error.transient,
          retryAfter: error.retryAfter,
        },
        { message, status, code, transient: transient ?? false, retryAfter },
      );
    });

  for (const { why, error, message, transient } of CONNECTIONS)
    it(`reads a failure without answer: ${why}`, () => {
      const found = toHubError(error, 'hub.test');
      assert.match(found.message, message);
      assert.deepEqual([found.transient, found.status, found.cause], [transient, undefined, error]);
    });

  it('leaves a hub error as it is', () => {
    const error = toHubError(new Error('x'), 'hub.test');
    assert.equal(toHubError(error, 'hub.test'), error);
  });
});
