import assert from 'node:assert/strict';
import { checkShape, networkSchema } from '@iotedge-networking/contract';

const NETWORK = { apiVersion: 'iotedge-networking/v1', name: 'plant' };

/** What is said of a network with these parts, as `path: message fix`. */
function said(parts: object): readonly string[] {
  const outcome = checkShape(networkSchema, { ...NETWORK, ...parts });
  if (outcome.ok) return [];
  return outcome.problems.map(({ path, message, fix }) => [`${path}:`, message, fix].filter(Boolean).join(' '));
}

const app = (parts: object): object => ({ apps: { web: { image: 'web:1', ...parts } } });

describe('[unit] problems of shape', () => {
  const CASES: readonly [parts: object, said: readonly string[]][] = [
    [{ name: 7 }, ['name: must be a text, not the number 7. Put it in quotes.']],
    [{ name: true }, ['name: must be a text, not true. Put it in quotes.']],
    [{ name: null }, ['name: must be a text, not empty.']],
    [{ name: undefined }, ['name: is required: a text.']],
    [{ apps: [] }, ['apps: must be an object (name: value), not a list.']],
    [{ devices: {} }, ['devices: must be a list, not an object.']],
    [{ devices: [] }, ['devices: may not be empty.']],
    [app({ image: '' }), ['apps.web.image: may not be empty.']],
    [app({ replicas: 0 }), ['apps.web.replicas: must be 1 or more, not 0.']],
    [app({ replicas: 21 }), ['apps.web.replicas: must be 20 or less, not 21.']],
    [app({ replicas: 1.5 }), ['apps.web.replicas: must be a whole number, not the number 1.5.']],
    [app({ replicas: 'two' }), ['apps.web.replicas: must be a number, not a text.']],
    [app({ ports: { http: 99_999 } }), ['apps.web.ports.http: must be a port number, 1 to 65535.']],
    [{ options: { probe: 'yes' } }, ['options.probe: must be true or false, not a text.']],
    [{ profile: 7 }, ['profile: 7 is not one of ase-k8s, vm, kubernetes.']],
  ];
  for (const [parts, lines] of CASES)
    it(`${JSON.stringify(parts)}: ${lines.join()}`, () => {
      assert.deepEqual(said(parts), lines);
    });
});
