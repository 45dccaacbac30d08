import { HubError, type HubGateway } from '../commands/hub-gateway.ts';
import { StoppedError, type HubSession } from './hub-session.ts';
import { formatConfigurationStep, type ConfigurationStep } from './plan-configurations.ts';

/** What became of one write of an automatic deployment. */
export interface ConfigurationResult {
  readonly step: string;
  readonly outcome: 'changed' | 'failed' | 'stopped';
  readonly message?: string;
}

/** Writes automatic deployments one after the other: what comes first is what the later ones rely on, so the first failure ends it. */
export async function runConfigurationSteps(
  session: HubSession,
  steps: readonly ConfigurationStep[],
  onResult: (result: ConfigurationResult) => void,
): Promise<readonly ConfigurationResult[]> {
  const results: ConfigurationResult[] = [];
  for (const step of steps) {
    const result = await runStep(session, step);
    results.push(result);
    onResult(result);
    if (result.outcome !== 'changed') break;
  }
  return results;
}

async function runStep(session: HubSession, step: ConfigurationStep): Promise<ConfigurationResult> {
  const line = formatConfigurationStep(step);
  try {
    await session.call('Configurations', () => write(session.hub, step));
    return { step: line, outcome: 'changed' };
  } catch (error) {
    if (error instanceof StoppedError) return { step: line, outcome: 'stopped', message: error.message };
    if (!(error instanceof HubError)) throw error;
    const again = error.status === 412 ? ' Somebody else changed it meanwhile: apply again.' : '';
    return { step: line, outcome: 'failed', message: `${error.message}${again}` };
  }
}

function write(hub: HubGateway, step: ConfigurationStep): Promise<void> {
  if (step.kind === 'create-configuration') return hub.createConfiguration(step.configuration);
  if (step.kind === 'update-configuration') return hub.updateConfiguration(step.configuration);
  return hub.deleteConfiguration(step.id);
}
