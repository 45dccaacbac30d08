import type { JsonObject } from './sorted-json.ts';

/** A Kubernetes object as kubectl takes it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: JsonObject;
  readonly spec?: JsonObject;
  readonly roleRef?: JsonObject;
  readonly subjects?: readonly JsonObject[];
}
