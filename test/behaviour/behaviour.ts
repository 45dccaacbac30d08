import { randomBytes } from 'node:crypto';
import assert from 'node:assert/strict';
import { openApiSession, type ApiAnswer, type ApiSession, type ApiStatus } from './api-session.ts';
import { addNamespace } from './cluster-objects.ts';

/** A Kubernetes API that the suite is run against. */
export interface ApiTarget {
  readonly name: string;
  /** Text of the kubeconfig of an administrator. */
  readonly kubeconfig: string;
  readonly capabilities: {
    /** The controllers of kube-controller-manager work: endpoints, Deployments, garbage collection, namespaces. */
    readonly controllers: boolean;
    /** RBAC decides: users without rights are refused. */
    readonly accessControl: boolean;
  };
  /** Makes the server forget every older state, so that old lists and watches are Expired; absent where nobody can make it. */
  readonly forgetHistory?: () => Promise<void>;
  /** Ends what was started for the suite. */
  readonly close?: () => Promise<void>;
}

/** What every part of the suite works with; filled before the first test. */
export class Behaviour {
  #target: ApiTarget | undefined;
  #api: ApiSession | undefined;
  #minor = 0;
  /** The suite's own namespace. */
  readonly namespace = `api-behaviour-${randomBytes(3).toString('hex')}`;
  readonly #cleanUp: string[] = [];

  get target(): ApiTarget {
    if (this.#target === undefined) throw new Error('the target is opened before the tests');
    return this.#target;
  }

  get api(): ApiSession {
    if (this.#api === undefined) throw new Error('the session is opened before the tests');
    return this.#api;
  }

  /** The 20 of Kubernetes 1.20. */
  get minor(): number {
    return this.#minor;
  }

  /** Opens the target and makes the namespace. */
  async open(target: ApiTarget): Promise<void> {
    this.#target = target;
    this.#api = await openApiSession(target.kubeconfig);
    const { minor } = await this.#api.ask<{ minor: string }>({ path: '/version' });
    this.#minor = Number.parseInt(minor, 10);
    await this.addNamespace(this.namespace);
  }

  /** Makes a namespace that is deleted after the suite. */
  async addNamespace(name: string): Promise<void> {
    this.removeLater(`/api/v1/namespaces/${name}`);
    await addNamespace(this.api, name, this.target.capabilities.controllers);
  }

  /** Deletes this object after the suite. */
  removeLater(path: string): void {
    this.#cleanUp.push(path);
  }

  /** Removes what the suite made and closes the target. */
  async close(): Promise<void> {
    try {
      for (const path of this.#cleanUp.reverse()) await this.#api?.send({ method: 'DELETE', path });
    } finally {
      this.#api?.close();
      await this.#target?.close?.();
    }
  }

  /** Path of a collection of the suite's namespace: `services`, `apps/v1/deployments`, `discovery.k8s.io/v1beta1/endpointslices`. */
  collection(resource: string, namespace = this.namespace): string {
    const slash = resource.lastIndexOf('/');
    const root = slash === -1 ? '/api/v1' : `/apis/${resource.slice(0, slash)}`;
    return `${root}/namespaces/${namespace}/${resource.slice(slash + 1)}`;
  }

  /** Creates an object in a collection of the suite's namespace. */
  create<T>(resource: string, body: object, query = ''): Promise<T> {
    return this.api.ask<T>({ method: 'POST', path: this.collection(resource) + query, body });
  }

  /** Reads an object of the suite's namespace. */
  read<T>(resource: string, name: string): Promise<T> {
    return this.api.ask<T>({ path: `${this.collection(resource)}/${name}` });
  }

  /** Whether an object of the suite's namespace exists. */
  async exists(resource: string, name: string): Promise<boolean> {
    const { status } = await this.api.send({ path: `${this.collection(resource)}/${name}` });
    assert.ok(status === 200 || status === 404, `reading ${resource}/${name} answered ${status}`);
    return status === 200;
  }

  /** Patches an object of the suite's namespace; the answer is returned whatever it is. `name` may hold a sub-resource and a query. */
  patch<T = ApiStatus>(
    resource: string,
    name: string,
    patch: { readonly type: string; readonly body: unknown },
  ): Promise<ApiAnswer<T>> {
    const { type: contentType, body } = patch;
    return this.api.send<T>({ method: 'PATCH', path: `${this.collection(resource)}/${name}`, contentType, body });
  }

  /** A name that was not used before. */
  unique(prefix: string): string {
    return `${prefix}-${randomBytes(4).toString('hex')}`;
  }
}

/** What a refusal has to say. */
export interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message?: string | RegExp;
  /** Fields of `details` other than the causes. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** Reason and field of every cause, in any order; an update may tell a cause twice. */
  readonly causes?: readonly (readonly [reason: string, field: string])[];
}

/** Asserts that an answer is a Status which refuses the request in this way. */
export function assertRefused({ status, body }: ApiAnswer<ApiStatus>, refusal: Refusal): void {
  const { code, reason, message, details, causes } = refusal;
  const said = `${status} ${JSON.stringify(body)}`;
  assert.equal(status, code, said);
  const { kind, apiVersion, code: stated, reason: why } = body;
  assert.deepEqual(
    { kind, apiVersion, status: body.status, code: stated, reason: why },
    { kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason },
    said,
  );
  if (typeof message === 'string') assert.equal(body.message, message);
  if (message instanceof RegExp) assert.match(body.message, message);
  for (const [key, value] of Object.entries(details ?? {})) {
    assert.deepEqual((body.details as Record<string, unknown> | undefined)?.[key], value, `details.${key} in ${said}`);
  }
  if (causes === undefined) return;
  const found = new Set((body.details?.causes ?? []).map((cause) => `${cause.reason ?? ''} ${cause.field ?? ''}`));
  assert.deepEqual([...found].sort(), causes.map((cause) => cause.join(' ')).sort(), said);
}

/** Asserts a 2xx answer and returns its body. */
export function accepted<T>({ status, body }: ApiAnswer<T | ApiStatus>): T {
  assert.ok(status >= 200 && status < 300, `${status} ${JSON.stringify(body)}`);
  return body as T;
}
