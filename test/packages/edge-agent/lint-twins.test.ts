import assert from 'node:assert/strict';
import { lintManifest } from '@iotedge-networking/edge-agent';

type Json = Readonly<Record<string, unknown>>;

const problems = (value: unknown): readonly string[] => lintManifest(value).map(({ code, path }) => `${code} ${path}`);
const layer = (paths: Json): Json => ({ modulesContent: { $edgeAgent: {}, networking: paths } });

const DESIRED = 'modulesContent.networking.properties.desired';

describe('[unit] lint of module twins', () => {
  it('has nothing to say of a patch of a module twin, alone or under properties.desired', () => {
    const patch = { computeNetwork: { nodeIps: '10.0.0.10-10.0.0.11' }, services: { iotedge: { web: {} } } };
    assert.deepEqual(lintManifest(patch), []);
    assert.deepEqual(lintManifest({ properties: { desired: patch } }), []);
  });

  it('leaves twins of other modules alone, whatever they hold', () => {
    assert.deepEqual(problems(layer({ 'properties.desired.services': { a: 1 } })), []);
    assert.deepEqual(problems(layer({ 'properties.desired': { services: { a: 1 }, nodeIps: 7 } })), []);
  });

  it('finds what no twin can hold', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 11; level += 1) deep = { a: deep };
    const found = problems(
      layer({ 'properties.desired.x': { 'a b': 1, big: 2 ** 53 }, 'properties.desired.deep': deep }),
    );
    assert.deepEqual(
      found.map((line) => line.split(' ')[0]),
      ['twin-value-refused', 'twin-value-refused', 'twin-value-refused'],
    );
    assert.equal(found[0], `twin-value-refused ${DESIRED}.x["a b"]`);
  });

  const WHOLE = { schemaVersion: '1', computeNetwork: { externalServiceIps: { default: '10.0.0.20-10.0.0.29' } } };

  it('finds what the networking module would refuse of a whole document, rules about addresses included', () => {
    const services = { iotedge: { web: { expose: 'external', address: '10.0.1.1' } } };
    const whole = { 'properties.desired': { ...WHOLE, services } };
    assert.deepEqual(problems({ modulesContent: { $edgeAgent: {}, networking: whole } }), [
      `networking-desired-refused ${DESIRED}.services.iotedge.web.address`,
    ]);
    assert.deepEqual(problems({ moduleContent: { 'properties.desired': { ...WHOLE, options: 7 } } }), [
      'networking-desired-refused moduleContent.properties.desired.options',
    ]);
  });

  it('finds what is missing of a whole document', () => {
    const networking = { 'properties.desired': { computeNetwork: {} } };
    assert.deepEqual(problems({ modulesContent: { $edgeAgent: {}, networking } }), [
      `networking-desired-refused ${DESIRED}.schemaVersion`,
    ]);
  });

  it('finds what the networking module would refuse of a part, at the key that holds it', () => {
    const paths = {
      'properties.desired.schemaVersion': '1',
      'properties.desired.computeNetwork.announce': 'layer3',
      'properties.desired.services': { iotedge: { web: { expose: 'outside' } } },
      'properties.desired.service': {},
    };
    assert.deepEqual(problems(layer(paths)), [
      `networking-desired-refused ${DESIRED}.computeNetwork.announce`,
      `networking-desired-refused ${DESIRED}.services.iotedge.web.expose`,
      `networking-desired-refused ${DESIRED}.service`,
    ]);
  });

  it('counts bytes once, with the code of sizes', () => {
    const tags = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`k${index}`, 'x'.repeat(4096)]));
    const found = problems({ moduleContent: { 'properties.desired': { ...WHOLE, options: tags } } });
    assert.equal(found.filter((line) => line.includes('too-large')).length, 1);
  });

  it('waits for the values that a template gets later', () => {
    const networking = {
      'properties.desired': { ...WHOLE, services: { iotedge: { web: { expose: 'external', address: '$A' } } } },
    };
    const template = { '$schema-template': '4.0.0', modulesContent: { $edgeAgent: {}, networking } };
    assert.deepEqual(problems(template), []);
    assert.equal(problems({ modulesContent: { $edgeAgent: {}, networking } }).length, 1);
  });
});
