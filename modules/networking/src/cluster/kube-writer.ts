import type { WriteTrouble } from '../apply/apply-changes.ts';
import type { Change } from '../decide/change.ts';
import type { KubeClient } from './kube-client.ts';
import { asKubeError, type KubeError } from './kube-error.ts';
import { writeChange, type WriteStyle } from './write-change.ts';

/** Does one change through the API; resolves with what went wrong, or undefined. */
export async function writeToCluster(
  client: KubeClient,
  change: Change,
  style: WriteStyle,
): Promise<WriteTrouble | undefined> {
  try {
    await client.request(writeChange(change, style));
    return undefined;
  } catch (error) {
    return troubleOf(change, asKubeError(error));
  }
}

function troubleOf(change: Change, { reason, status, message, retryAfterMs }: KubeError): WriteTrouble | undefined {
  const isRemoval = change.kind.startsWith('delete-');
  if (status === 404 && isRemoval) return undefined;
  if (status === 404 && change.kind === 'create-service')
    return { reason: 'NamespaceNotFound', message, outdated: false };
  return {
    reason,
    message,
    outdated: status === 404 || status === 409 || isAnotherObject(status, message),
    retryAfterMs,
  };
}

/** A merge patch that names the uid of an object which was replaced meanwhile is 422 on `metadata.uid`, not 409 (seen on a real 1.20). */
function isAnotherObject(status: number, message: string): boolean {
  return status === 422 && message.includes('metadata.uid');
}
