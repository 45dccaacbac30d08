import assert from 'node:assert/strict';
import protobuf from 'protobufjs';
import { decodeProtobuf } from '../../../../../packages/simulator/src/cluster/protobuf/decode-protobuf.ts';
import { kubernetesProto } from '../../../../../packages/simulator/src/cluster/protobuf/kubernetes-proto.ts';

const { root } = protobuf.parse(kubernetesProto, { keepCase: true });

function body(kind: string, object: object): Buffer {
  const encode = (type: string, value: object): Uint8Array => {
    const message = root.lookupType(`k8s.${type}`);
    return message.encode(message.fromObject(value)).finish();
  };
  const envelope = encode('Unknown', {
    typeMeta: { apiVersion: 'v1', kind },
    raw: Buffer.from(encode(kind, object)).toString('base64'),
  });
  return Buffer.concat([Buffer.from('k8s\u0000', 'latin1'), envelope]);
}

describe('[unit] protobuf bodies', () => {
  it('become the JSON form of the API', () => {
    const metadata = {
      name: 'web',
      labels: { a: 'b' },
      creationTimestamp: {},
      ownerReferences: [{ name: 'o', controller: true }],
    };
    const ports = [
      { port: 80, targetPort: { type: 1, strVal: 'http' } },
      { port: 81, targetPort: { type: 0, intVal: 8081 } },
    ];
    assert.deepEqual(decodeProtobuf(body('Service', { metadata, spec: { ports, selector: { app: 'web' } } })), {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'web', labels: { a: 'b' }, ownerReferences: [{ name: 'o', controller: true }] },
      spec: {
        ports: [
          { port: 80, targetPort: 'http' },
          { port: 81, targetPort: 8081 },
        ],
        selector: { app: 'web' },
      },
    });
  });

  it('keep quantities, times and bytes', () => {
    const containers = [{ name: 'c', resources: { limits: { cpu: { string: '1' } } } }];
    const pod = decodeProtobuf(
      body('Pod', { metadata: { creationTimestamp: { seconds: 1_704_067_200 } }, spec: { containers } }),
    );
    assert.deepEqual(
      [pod['metadata'], pod['spec']],
      [
        { creationTimestamp: '2024-01-01T00:00:00Z' },
        { containers: [{ name: 'c', resources: { limits: { cpu: '1' } } }] },
      ],
    );
    assert.deepEqual(decodeProtobuf(body('Secret', { data: { a: Buffer.from('b').toString('base64') } }))['data'], {
      a: 'Yg==',
    });
  });

  it('of an unknown kind, or that are none, are refused', () => {
    const unknown = root.lookupType('k8s.Unknown');
    const envelope = unknown.encode(unknown.fromObject({ typeMeta: { kind: 'Mystery' } })).finish();
    assert.throws(
      () => decodeProtobuf(Buffer.concat([Buffer.from('k8s\u0000', 'latin1'), envelope])),
      /does not read Mystery from protobuf: send it as JSON or YAML/,
    );
    assert.throws(() => decodeProtobuf(Buffer.from('{}')), /does not appear to be a protobuf message/);
  });
});
