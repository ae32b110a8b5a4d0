import { sql } from 'kysely';
import type { Clock } from '@amphi/lib/runtime/clock.ts';
import { openInTurn } from '@amphi/lib/runtime/in-turn.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import { checkName } from '../catalogue/lengths.ts';
import type { Database } from '../store/connect.ts';
import { openRhythm, type Rhythm } from './rhythm.ts';
import { json, type AgentDetails, type AgentRow } from '../store/tables.ts';

/** A capture agent as it is now. */
export interface Agent {
  name: string;
  hall: string | null;
  /** One of `AGENT_STATES`. */
  state: string;
  /** URL of the agent's own page. */
  url: string;
  /** Address that its requests come from. */
  address: string;
  configuration: Readonly<Record<string, string>>;
  details: AgentDetails;
  stateSinceMs: number;
  /** Time of the last contact; undefined: none yet. */
  seenMs: number | undefined;
}

/** Interval in ms at which the times of last contact are written, and at which silent agents are looked for. */
const WRITE_EVERY_MS = 5000;

/** Database, clock and log of the roster, and the least silence after which an agent is offline. */
export interface RosterSettings {
  database: Database;
  clock: Clock;
  log: Log;
  offlineAfterMs: number;
}

/** Loads all agents from the database. */
export async function openRoster(settings: RosterSettings): Promise<Roster> {
  const roster = new Roster(settings);
  await roster.load();
  return roster;
}

/**
 * All agents. A change is in the database before the call returns. The time of the last contact, which changes every
 * few seconds, is kept in memory and written at intervals.
 */
export class Roster {
  readonly #settings: RosterSettings;
  readonly #agents = new Map<string, Agent>();
  readonly #heard = new Set<string>();
  readonly #rhythm: Rhythm;
  readonly #timer: NodeJS.Timeout;
  readonly #writes = openInTurn();

  /** For `openRoster` alone. */
  constructor(settings: RosterSettings) {
    this.#settings = settings;
    this.#rhythm = openRhythm(settings.offlineAfterMs);
    this.#timer = setInterval(() => void this.#tick(), WRITE_EVERY_MS);
  }

  async load(): Promise<void> {
    for (const row of await this.#settings.database.selectFrom('agents').selectAll().execute()) {
      this.#agents.set(row.name, agentOf(row));
    }
  }

  all = (): Agent[] => [...this.#agents.values()];
  get = (name: string): Agent | undefined => this.#agents.get(name);

  /** Keeps the state of an agent; an unknown agent is added. Gives whether its state or URL changed. */
  async tellState(name: string, state: string, told: { url?: string | undefined; address: string }): Promise<boolean> {
    const before = this.#agents.get(name);
    const nowMs = this.#settings.clock.nowMs();
    if (state !== 'unknown') this.#rhythm.heard(name, nowMs);
    // The state `unknown` is no contact with the agent.
    const seenMs = state === 'unknown' ? before?.seenMs : nowMs;
    const url = told.url || before?.url || told.address;
    if (before?.state === state && before.url === url && before.address === told.address) {
      before.seenMs = seenMs;
      this.#heard.add(name);
      return false;
    }
    const isSame = before?.state === state && before.url === url;
    const stateSinceMs = before?.state === state ? before.stateSinceMs : nowMs;
    await this.#put({ ...(before ?? newAgent(name)), state, url, address: told.address, stateSinceMs, seenMs });
    return !isSame;
  }

  async tellConfiguration(name: string, configuration: Record<string, string>, address: string): Promise<void> {
    const before = this.#agents.get(name) ?? { ...newAgent(name), url: address };
    await this.#put({ ...before, configuration, address, seenMs: this.#hear(name) });
  }

  async tellDetails(name: string, details: AgentDetails, address: string): Promise<void> {
    const before = this.#agents.get(name) ?? { ...newAgent(name), url: address };
    await this.#put({ ...before, details, address, seenMs: this.#hear(name) });
  }

  #hear(name: string): number {
    const nowMs = this.#settings.clock.nowMs();
    this.#rhythm.heard(name, nowMs);
    return nowMs;
  }

  /** Puts an agent into a hall; null: into none. False: there is no such agent. */
  async setHall(name: string, hall: string | null): Promise<boolean> {
    const before = this.#agents.get(name);
    if (before) await this.#put({ ...before, hall });
    return before !== undefined;
  }

  async remove(name: string): Promise<boolean> {
    const there = this.#agents.delete(name);
    this.#heard.delete(name);
    this.#rhythm.forget(name);
    await this.#settings.database.deleteFrom('agents').where('name', '=', name).execute();
    return there;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#tick();
  }

  async #put(agent: Agent): Promise<void> {
    checkName('the name of the agent', agent.name);
    this.#agents.set(agent.name, agent);
    const { name, hall, state, url, address, seenMs } = agent;
    const values = {
      hall,
      state,
      url,
      address,
      configuration: json(agent.configuration),
      details: json(agent.details),
      state_since: new Date(agent.stateSinceMs),
      seen_at: seenMs === undefined ? null : new Date(seenMs),
    };
    await this.#settings.database
      .insertInto('agents')
      .values({ name, ...values })
      .onConflict((at) => at.column('name').doUpdateSet(values))
      .execute();
  }

  /**
   * Finds silent agents and writes times of last contact. Never throws: what could not be written is written the next
   * time.
   */
  #tick(): Promise<void> {
    return this.#writes.run(async () => {
      try {
        await this.#findSilent();
        await this.#writeHeard();
      } catch (error) {
        this.#settings.log.error({ error }, 'the states of agents could not be written');
      }
    });
  }

  async #findSilent(): Promise<void> {
    const { clock, log } = this.#settings;
    const nowMs = clock.nowMs();
    for (const agent of this.all()) {
      if (agent.state === 'offline' || agent.state === 'unknown') continue;
      if ((agent.seenMs ?? agent.stateSinceMs) > nowMs - this.#rhythm.patienceMs(agent.name, agent.configuration))
        continue;
      log.warn({ agent: agent.name, was: agent.state, seenMs: agent.seenMs }, 'an agent says nothing any more');
      await this.#put({ ...agent, state: 'offline', stateSinceMs: nowMs });
    }
  }

  async #writeHeard(): Promise<void> {
    const heard = [...this.#heard].flatMap((name) => this.#agents.get(name) ?? []);
    this.#heard.clear();
    if (heard.length === 0) return;
    const names = heard.map(({ name }) => name);
    const times = heard.map(({ seenMs }) => (seenMs === undefined ? null : new Date(seenMs).toISOString()));
    await sql`update agents set seen_at = heard.at
      from unnest(${names}::text[], ${times}::timestamptz[]) as heard(name, at)
      where agents.name = heard.name`.execute(this.#settings.database);
  }
}

const newAgent = (name: string): Agent => ({
  name,
  hall: null,
  state: 'unknown',
  url: '',
  address: '',
  configuration: {},
  details: {},
  stateSinceMs: Date.now(),
  seenMs: undefined,
});

const agentOf = (row: AgentRow): Agent => ({
  name: row.name,
  hall: row.hall,
  state: row.state,
  url: row.url ?? '',
  address: row.address ?? '',
  configuration: row.configuration,
  details: row.details,
  stateSinceMs: row.state_since.getTime(),
  seenMs: row.seen_at?.getTime(),
});
