import assert from 'node:assert/strict';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { connect, createServer } from 'node:tls';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createCertificates } from '../../../packages/simulator/src/certificates.ts';

describe('[unit] certificates of the simulator', () => {
  it('name every host and address asked for, and this machine', async () => {
    const { cert } = await createCertificates(['hub.example', '10.0.0.1', 'localhost']);
    assert.equal(
      new X509Certificate(cert).subjectAltName,
      'DNS:hub.example, IP Address:10.0.0.1, DNS:localhost, IP Address:127.0.0.1',
    );
  });

  it('hold a server certificate signed by the authority, with its own key', async () => {
    const { ca, cert, key } = await createCertificates([]);
    const [authority, server] = [new X509Certificate(ca), new X509Certificate(cert)];
    assert.ok(authority.ca && !server.ca);
    assert.ok(server.verify(authority.publicKey) && server.checkIssued(authority));
    assert.ok(server.checkPrivateKey(createPrivateKey(key)));
  });

  it('are valid from an hour before the given clock, for a year', async () => {
    const { cert } = await createCertificates([], () => new Date('2030-05-01T12:00:00Z'));
    const server = new X509Certificate(cert);
    assert.equal(server.validFromDate.toISOString(), '2030-05-01T11:00:00.000Z');
    assert.equal(server.validToDate.toISOString(), '2031-05-01T12:00:00.000Z');
  });

  it('satisfy a verifying TLS client that trusts the authority', async () => {
    const { ca, cert, key } = await createCertificates(['edge.example']);
    const server = createServer({ cert, key }, (socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = connect({
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      ca,
      servername: 'edge.example',
    });
    const [data] = (await once(client, 'data')) as [Buffer];
    assert.equal(data.toString(), 'hello');
    client.destroy();
    server.close();
  });
});
