import { describe, expect, it } from 'vitest';
import { AisopodError } from '../../../src/base/errors/index.js';
import { Lifecycle, type LifecycleChange } from '../../../src/host/plugins/lifecycle.js';
import { isFailure, nextPhases, PHASES, type Phase } from '../../../src/host/plugins/phases.js';

const reason = new AisopodError('INIT_FAILED', 'on_init answered an error');

function plugin() {
  const changes: LifecycleChange[] = [];
  return {
    changes,
    life: new Lifecycle(
      'demo',
      () => 'start',
      (change) => changes.push(change),
    ),
  };
}

function walk(life: Lifecycle, ...phases: Phase[]) {
  for (const phase of phases) life.to(phase, isFailure(phase) ? reason : null);
}

describe('the table of phases', () => {
  it('has every phase of the requirements, the way up first', () => {
    const wayUp = 'discovered validated downloaded loaded registered initialised active';
    expect(PHASES.slice(0, 7).join(' ')).toBe(wayUp);
    const others =
      'disabled unloaded failed_manifest shadowed refused incompatible ' +
      'failed_dependency skipped_dependency failed_config ' +
      'failed_load failed_register failed_restore failed_init stuck crashed restarting ' +
      'quarantined abandoned draining';
    expect([...PHASES].sort()).toEqual(`${wayUp} ${others}`.split(' ').sort());
  });

  it('leads to every phase from discovered', () => {
    const reached = new Set<Phase>(['discovered']);
    for (const phase of reached) for (const next of nextPhases(phase)) reached.add(next);
    expect([...reached].sort()).toEqual([...PHASES].sort());
  });

  it('lets every phase but abandoned come back to discovered', () => {
    for (const start of PHASES) {
      const reached = new Set<Phase>([start]);
      for (const phase of reached) for (const next of nextPhases(phase)) reached.add(next);
      expect([start, reached.has('discovered')]).toEqual([start, start !== 'abandoned']);
    }
  });

  it('calls failures what went wrong, and nothing that a user asked for', () => {
    const fine = PHASES.filter((phase) => !isFailure(phase));
    expect(fine.sort()).toEqual(
      [
        ...['active', 'disabled', 'discovered', 'downloaded', 'draining', 'initialised', 'loaded'],
        ...['registered', 'restarting', 'shadowed', 'unloaded', 'validated'],
      ].sort(),
    );
  });
});

describe('Lifecycle', () => {
  it('begins as discovered, without a reason', () => {
    const { life } = plugin();
    expect([life.phase, life.reason, life.history]).toEqual(['discovered', null, []]);
  });

  it('goes the way up and tells each step after it was made', () => {
    const seen: string[] = [];
    const life: Lifecycle = new Lifecycle(
      'demo',
      () => 'start',
      ({ from, to }) => seen.push(`${from}>${to} now ${life.phase}`),
    );
    walk(life, 'validated', 'loaded');
    expect(seen).toEqual(['discovered>validated now validated', 'validated>loaded now loaded']);
  });

  it('keeps the reason of a failure and drops it on the next step', () => {
    const { life, changes } = plugin();
    walk(life, 'validated', 'loaded', 'registered', 'failed_init');
    expect([life.phase, life.reason]).toEqual(['failed_init', reason]);
    expect(changes.at(-1)).toMatchObject({
      id: 'demo',
      from: 'registered',
      to: 'failed_init',
      reason,
      cause: 'start',
      at: life.since,
    });
    life.to('discovered');
    expect(life.reason).toBeNull();
  });

  it('gives each change the cause that it receives, or else the one of all changes now', () => {
    const { life, changes } = plugin();
    life.to('validated');
    life.to('unloaded', null, 'close');
    expect(changes.map(({ cause }) => cause)).toEqual(['start', 'close']);
  });

  it('refuses a step that the table does not have, naming both phases, and stays', () => {
    const { life, changes } = plugin();
    expect(() => life.to('active')).toThrow(/from discovered to active/);
    expect(() => life.to('active')).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    expect([life.phase, life.can('active'), changes]).toEqual(['discovered', false, []]);
  });

  it('refuses a failure without a reason', () => {
    const { life } = plugin();
    expect(() => life.to('failed_manifest')).toThrow(/without a reason/);
    expect(life.phase).toBe('discovered');
  });

  it('remembers the newest 64 changes only', () => {
    const { life, changes } = plugin();
    walk(life, 'validated', 'loaded', 'registered', 'initialised', 'active');
    for (let i = 0; i < 50; i++) walk(life, 'stuck', 'active');
    expect(changes).toHaveLength(105);
    expect(life.history).toEqual(changes.slice(-64));
  });

  it('hands out a history that later changes do not touch', () => {
    const { life } = plugin();
    const before = life.history;
    life.to('validated');
    expect(before).toEqual([]);
  });
});
