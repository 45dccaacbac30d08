/** Whether the source of the data answers. */
export interface SourceState {
  /** `connecting`: nothing was read yet. `away`: what is shown is as old as `since`. */
  readonly state: 'connecting' | 'connected' | 'away';
  /** When the state began, ISO 8601 in UTC. */
  readonly since: string;
  /** One sentence: why it is away, and that it is asked again. */
  readonly message?: string;
}
