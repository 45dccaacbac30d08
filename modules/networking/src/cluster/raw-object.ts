/** The metadata of any Kubernetes object, as far as it is read. */
export interface RawMeta {
  readonly name?: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly { readonly kind?: string; readonly uid?: string }[];
}

/** What tells one object from another. */
export function readIdentity({ namespace = '', name = '', uid = '' }: RawMeta) {
  return { namespace, name, uid };
}

/** A condition in a status. */
export interface RawCondition {
  readonly type?: string;
  readonly status?: string;
}

/** Whether a condition is `True`. */
export function hasCondition(conditions: readonly RawCondition[] | undefined, type: string): boolean {
  return (conditions ?? []).some((condition) => condition.type === type && condition.status === 'True');
}
