import type { CommandIo, ExitCode } from './command-io.ts';
import type { PlanCommandOptions, PlannedFile } from './plan-command.ts';
export async function planUpdateCommand(_io: CommandIo, _p: PlannedFile, _o: PlanCommandOptions): Promise<ExitCode> {
  await Promise.resolve();
  return 0;
}
