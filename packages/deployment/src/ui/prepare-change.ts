import type { DeviceComputeNetwork, Problem } from '@iotedge-networking/contract';
import { checkDraft, SourceError, type DeviceView } from '@iotedge-networking/dashboard';
import { HubError } from '../commands/hub-gateway.ts';
import { notListed, prepareFileChange } from './prepare-file-change.ts';
import { prepareTwinChange } from './prepare-twin-change.ts';
import type { PreparedChange } from './prepared-change.ts';
import type { UiContext } from './ui-context.ts';

/**
 * Works out a draft: first the rules that the browser knows too, then what the file and the hub would become. Rejects with a {@link SourceError} when the hub
 * does not answer.
 */
export async function prepareChange(
  context: UiContext,
  view: DeviceView,
  draft: DeviceComputeNetwork,
): Promise<PreparedChange> {
  const after = withoutBlanks(draft);
  const known = checkDraft(after, view);
  const prepared = await workOut(context, view, after);
  return { ...prepared, problems: withoutEchoes([...known, ...prepared.problems]) };
}

async function workOut(context: UiContext, view: DeviceView, draft: DeviceComputeNetwork): Promise<PreparedChange> {
  const source = context.network;
  try {
    if (source === undefined) return await prepareTwinChange(context, view, draft);
    const declared = await source.declared(view.id);
    if (declared !== undefined) return await prepareFileChange(context, { source, declared }, draft);
    const prepared = await prepareTwinChange(context, view, draft);
    return { ...prepared, problems: [notListed(view.id, source.file)] };
  } catch (error) {
    if (error instanceof HubError) throw new SourceError('away', error.message);
    throw error;
  }
}

/** A field that was emptied is absent. */
function withoutBlanks(draft: DeviceComputeNetwork): DeviceComputeNetwork {
  const { subnet, gateway, nodeIps, externalServiceIps, ...rest } = draft;
  const pools = Object.entries(externalServiceIps).map(
    ([name, ranges]) => [name, ranges.map(trimmed).filter(isGiven)] as const,
  );
  const given = Object.entries({ subnet, gateway, nodeIps }).flatMap(([field, text]) =>
    text === undefined || trimmed(text) === '' ? [] : [[field, trimmed(text)] as const],
  );
  return {
    ...rest,
    ...Object.fromEntries(given),
    externalServiceIps: Object.fromEntries(pools.filter(([, ranges]) => ranges.length > 0)),
  };
}

const trimmed = (text: string): string => text.trim();
const isGiven = (text: string): boolean => text !== '';

/** The file says with its own paths what was said of the field already. */
function withoutEchoes(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ code, message }) => {
    const key = `${code} ${message}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}
