import { invalid, methodNotAllowed, unknownResource } from '../api-error.ts';
import { invalidValue } from '../field-error.ts';
import { isJsonObject, listAt, objectAt, textAt } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { ApiContext } from './api-context.ts';
import type { User } from './authenticate.ts';
import { readObject, sendJson } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { accessOfReview, rulesOf } from './rbac-authorizer.ts';
import type { ResourcePath } from './request-info.ts';

const reviewKinds: Readonly<Record<string, string>> = {
  selfsubjectaccessreviews: 'SelfSubjectAccessReview',
  selfsubjectrulesreviews: 'SelfSubjectRulesReview',
  subjectaccessreviews: 'SubjectAccessReview',
};

/** Answers the questions "may I?" and "may somebody?" (`authorization.k8s.io/v1`). */
export async function handleReview(context: ApiContext, exchange: Exchange, path: ResourcePath): Promise<void> {
  if (exchange.method !== 'POST') throw methodNotAllowed();
  const review = await readObject(exchange.request);
  const body: JsonObject = isJsonObject(review) ? review : {};
  const kind = reviewKinds[path.plural];
  if (kind === undefined) throw unknownResource();
  const answer = { kind, apiVersion: 'authorization.k8s.io/v1', metadata: {}, spec: withoutEmpty(body['spec'] ?? {}) };
  if (path.plural === 'selfsubjectrulesreviews') {
    sendJson(exchange.response, 201, {
      ...answer,
      status: ownRules(context, exchange.user, textAt(body, 'spec', 'namespace')),
    });
    return;
  }
  const asked = ['resourceAttributes', 'nonResourceAttributes'].filter(
    (name) => objectAt(body, 'spec', name) !== undefined,
  );
  if (asked.length !== 1) {
    const detail = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    throw invalid({ group: path.group, kind }, '', [
      invalidValue('spec.resourceAttributes', objectAt(body, 'spec', 'resourceAttributes'), detail),
    ]);
  }
  const user = path.plural === 'subjectaccessreviews' ? userOfReview(body) : exchange.user;
  const allowed = context.authorize(user, accessOfReview(body));
  sendJson(exchange.response, 201, { ...answer, status: { allowed } });
}

// Go leaves empty texts out.
function withoutEmpty(value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== '');
  return Object.fromEntries(kept.map(([name, item]) => [name, withoutEmpty(item)]));
}

function userOfReview(review: JsonObject): User {
  return { name: textAt(review, 'spec', 'user'), groups: listAt(review, 'spec', 'groups').map(String) };
}

function ownRules(context: ApiContext, user: User, namespace: string): JsonObject {
  const everything = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
  const rules = user.groups.includes('system:masters')
    ? [everything]
    : rulesOf(context.environment.store, user, namespace);
  return {
    resourceRules: rules.filter((rule) => rule['resources'] !== undefined),
    nonResourceRules: rules.filter((rule) => rule['nonResourceURLs'] !== undefined),
    incomplete: false,
  };
}
