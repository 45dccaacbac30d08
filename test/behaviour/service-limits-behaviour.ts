import assert from 'node:assert/strict';
import type { V1Service } from '@kubernetes/client-node';
import { PATCH, type Wire } from './api-session.ts';
import { assertRefused, type Behaviour } from './behaviour.ts';

type Service = Wire<V1Service>;
type Cause = readonly [reason: string, field: string];

/** What may not be done with a Service that exists, and what the release of the server decides. */
export function describeServiceLimits(behaviour: Behaviour): void {
  const create = (spec: object) =>
    behaviour.create<Service>('services', { metadata: { name: behaviour.unique('svc') }, spec });

  describe('refusals of changes', () => {
    const external = { type: 'LoadBalancer', ports: [{ port: 80 }] };
    const cases: readonly (readonly [title: string, spec: object, change: object, cause: Cause])[] = [
      [
        'another health check port',
        { ...external, externalTrafficPolicy: 'Local' },
        { healthCheckNodePort: 31_999 },
        ['FieldValueInvalid', 'spec.healthCheckNodePort'],
      ],
      [
        'no time of affinity',
        { ports: [{ port: 80 }], sessionAffinity: 'ClientIP' },
        { sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } } },
        ['FieldValueInvalid', 'spec.sessionAffinityConfig.clientIP.timeoutSeconds'],
      ],
      [
        'more than a day of affinity',
        { ports: [{ port: 80 }], sessionAffinity: 'ClientIP' },
        { sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } } },
        ['FieldValueInvalid', 'spec.sessionAffinityConfig.clientIP.timeoutSeconds'],
      ],
      ['ports of a wrong type', { ports: [{ port: 80 }] }, { ports: 'x' }, ['FieldValueInvalid', 'patch']],
    ];
    for (const [title, spec, change, cause] of cases) {
      it(title, async () => {
        const { metadata } = await create(spec);
        const patch = { type: PATCH.merge, body: { spec: change } };
        const answer = await behaviour.patch('services', metadata?.name ?? '', patch);
        assertRefused(answer, { code: 422, reason: 'Invalid', causes: [cause] });
      });
    }

    it('a null in the list of ports is a port without anything', async () => {
      const path = behaviour.collection('services');
      const body = { metadata: { name: behaviour.unique('null') }, spec: { ports: [null] } };
      const answer = await behaviour.api.send({ method: 'POST', path, body });
      assert.equal(answer.status, 422, JSON.stringify(answer.body));
      assert.ok(answer.body.details?.causes?.some(({ field }) => field === 'spec.ports[0].port'));
    });
  });

  describe('before Services were stored like everything else (1.23)', () => {
    it('a PUT of an absent Service is 404, later it makes it', async () => {
      const name = behaviour.unique('absent');
      const path = `${behaviour.collection('services')}/${name}`;
      const body = { metadata: { name }, spec: { ports: [{ port: 80 }] } };
      const answer = await behaviour.api.send({ method: 'PUT', path, body });
      if (behaviour.minor >= 23) assert.equal(answer.status, 201);
      else assertRefused(answer, { code: 404, reason: 'NotFound', message: `services "${name}" not found` });
    });

    it('they cannot be deleted as a collection, later they can', async () => {
      const { metadata } = await create({ ports: [{ port: 80 }] });
      const selector = `fieldSelector=metadata.name%3D${metadata?.name ?? ''}`;
      const answer = await behaviour.api.send({
        method: 'DELETE',
        path: `${behaviour.collection('services')}?${selector}`,
      });
      assert.equal(answer.status, behaviour.minor >= 23 ? 200 : 405);
    });
  });

  it('are selected by their type since 1.31, and not before', async () => {
    const path = `${behaviour.collection('services')}?fieldSelector=spec.type%3DLoadBalancer`;
    const { status } = await behaviour.api.send({ path });
    assert.equal(status, behaviour.minor >= 31 ? 200 : 400);
  });
}
