import assert from 'node:assert/strict';
import { joinTroubles } from '../../../../modules/networking/src/cluster/join-troubles.ts';

const refusal = (resource: string, group: string, place: string) =>
  `${resource} is forbidden: User "u" cannot list resource "${resource}" in API group "${group}" ${place}`;
const CLUSTER = 'at the cluster scope';

describe('[unit] several troubles with the cluster as one text', () => {
  const cases: readonly (readonly [what: string, messages: readonly string[], text: string])[] = [
    ['nothing', [], ''],
    ['one missing right', [refusal('nodes', '', CLUSTER)], `User "u" cannot list nodes ${CLUSTER}`],
    [
      'rights of one scope together, groups named',
      [refusal('services', '', CLUSTER), refusal('endpointslices', 'discovery.k8s.io', CLUSTER)],
      `User "u" cannot list endpointslices.discovery.k8s.io, services ${CLUSTER}`,
    ],
    [
      'scopes apart',
      [refusal('services', '', 'in the namespace "a"'), refusal('services', '', 'in the namespace "b"')],
      'User "u" cannot list services in the namespace "a"; User "u" cannot list services in the namespace "b"',
    ],
    ['what is no such sentence as it is, once', ['Unauthorized', 'Unauthorized', 'away'], 'Unauthorized; away'],
    [
      'one object by its name',
      [refusal('configmaps', '', CLUSTER).replace('configmaps is', 'configmaps "config" is')],
      `User "u" cannot list configmaps ${CLUSTER}`,
    ],
    [
      'an explanation after the sentence is left out',
      [`${refusal('pods', '', CLUSTER)}: no RBAC policy matched`],
      `User "u" cannot list pods ${CLUSTER}`,
    ],
  ];
  for (const [what, messages, text] of cases) {
    it(what, () => assert.equal(joinTroubles(messages), text));
  }
});
