import { loadKubeClient } from './cluster/load-kube-client.ts';
import { createLogger } from './log.ts';
import { readSettings } from './settings.ts';
import { startModule } from './start-module.ts';

/** A clean end takes no longer than this; IoT Edge kills a container ten seconds after it was asked to stop. */
const STOP_MS = 8_000;

const settings = readSettings(process.env);
const log = createLogger(settings.logLevel);
let claim: (error: Error) => boolean = () => false;

// Also comes for promises that nobody caught. After an error of our own nothing is certain: IoT Edge starts the module anew, and nothing in the cluster is lost.
process.on('uncaughtException', (thrown: unknown) => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  if (claim(error)) return;
  log.error({ cause: error.message, stack: error.stack }, 'unexpected error, restarting');
  process.exit(1);
});

const running = await startModule({ settings, log, client: loadKubeClient() });
claim = (error) => running.claim(error);

let isStopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (isStopping) return;
    isStopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(0), STOP_MS).unref();
    void running.stop().then(() => {
      log.info({}, 'stopped');
      process.exit(0);
    });
  });
}
