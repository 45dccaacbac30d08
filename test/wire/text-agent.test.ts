import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { textAgent } from '../../packages/deployment/src/azure-iothub/text-agent.ts';
import { testCertificates } from '../support/hub-fixture.ts';

const TEXT = JSON.stringify({ site: 'Größe 東京' });

describe('[wire] an agent that reads text', () => {
  let server: Server;
  let inner: Agent;

  before(async () => {
    const { ca, cert, key } = await testCertificates();
    // Byte by byte, so that every character of several bytes lies across two pieces.
    server = createServer({ cert, key }, (_, answer) => {
      const send = (at: number): void => {
        if (at < Buffer.byteLength(TEXT))
          answer.write(Buffer.from(TEXT).subarray(at, at + 1), () => setImmediate(send, at + 1));
        else answer.end();
      };
      send(0);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    inner = new Agent({ keepAlive: true, ca });
  });
  after(() => {
    inner.destroy();
    server.close();
  });

  /** Reads as azure-iothub does. */
  function read(agent: Agent): Promise<string> {
    const { port } = server.address() as AddressInfo;
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', servername: 'localhost', port, agent }, (answer) => {
        let body = '';
        answer.on('data', (piece) => (body += String(piece)));
        answer.on('end', () => resolve(body));
      });
      asked.on('error', reject);
      asked.end();
    });
  }

  it('leaves no character broken, however an answer is cut', async () => {
    assert.notEqual(await read(inner), TEXT);
    assert.equal(await read(textAgent(inner)), TEXT);
  });

  it('shares the connections of the agent', async () => {
    let made = 0;
    server.on('secureConnection', () => (made += 1));
    await read(textAgent(inner));
    await read(inner);
    assert.equal(made, 0);
  });
});
