#!/usr/bin/env node
import { createInterface } from 'node:readline/promises';
import { runCli } from './cli.ts';
import type { CommandIo } from './commands/command-io.ts';
import { contactAddress } from './probe/contact-address.ts';
import { processClock, processFiles } from './process-access.ts';

const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort());
process.once('SIGTERM', () => stopping.abort());

// A reader that has seen enough (`| head`) closes the pipe; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const io: CommandIo = {
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  files: processFiles,
  clock: processClock,
  random: Math.random,
  signal: stopping.signal,
  // Loaded on demand: the Azure SDK takes longer to load than `validate` and `generate` take to run.
  connect: async (connectionString) =>
    (await import('./azure-iothub/azure-hub-gateway.ts')).connectHub(connectionString),
  connectWithEntra: async (hostName) => {
    const { DefaultAzureCredential } = await import('@azure/identity');
    const { connectHubAs } = await import('./azure-iothub/azure-hub-gateway.ts');
    return connectHubAs(hostName, new DefaultAzureCredential());
  },
  contact: contactAddress,
  ask: async (question) => {
    if (!process.stdin.isTTY) return undefined;
    const prompt = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await prompt.question(question, { signal: stopping.signal }).catch(() => '');
    prompt.close();
    return /^y(es)?$/i.test(answer.trim());
  },
};

process.exitCode = await runCli(process.argv.slice(2), io);
