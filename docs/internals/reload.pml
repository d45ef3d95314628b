/*
 * The protocol of a reload, for spin. docs/internals/reload.md says what it models and how to run it.
 *
 * An atomic block is one turn of the event loop; between two of them any other process may run. The
 * states of the reload have the names that the comments "In the model" of reload-plugin.ts give.
 *
 * Variants: SINGLE, the plugin allows one instance; CLOSE, close() is called at any time; THREAD, the
 * plugin has a thread that calls; NO_LIMIT, a drain has no limit of time; ALONE, one caller instead of
 * three. Each BUG_... is a mistake, which spin must find.
 */
#ifndef RELOADS
#define RELOADS 2
#endif
#ifndef CALLS
#define CALLS 2
#endif
#ifndef EVENTS
#define EVENTS 2
#endif
#define CHUNKS 2
#define GENERATIONS (2 + 2 * RELOADS) /* counted from 1; a reload of a SINGLE may make two */

/* Who calls. The first three are embedders; the others act for the plugin itself. */
#define CALLER 0  /* its handler calls another tool of the same plugin */
#define READER 1  /* reads a stream of chunks */
#define LEAVER 2  /* may give up a call, waiting or running */
#define INNER 3   /* the call within the call of CALLER */
#define OWN 4     /* a call that an event function begins, or a thread of the plugin */
#define PARTIES 5
#ifdef ALONE
#define CALLERS 1
#else
#define CALLERS 3
#endif
#define none 0

mtype:state = { serve, prepare, drain, pause, save, restore, initialise, swap, shut_down, take_back,
                make_again, give_up };
mtype:result = { answered, cancelled, refused };
mtype:bus = { receives, silent, held };

typedef Generation {
  byte build;
  bool refuses;   /* takes no call */
  byte gate;      /* the reload that new calls wait for; 0: they need not wait */
  bool sealed;    /* its own calls wait too */
  byte in_flight; /* calls whose callers wait */
  byte running;   /* handlers that have not returned */
  bool attached;  /* its subscriptions are on the bus */
  mtype:bus bus;
  bool saved;
  bool ended;
};

mtype:state state = serve;
Generation gen[GENERATIONS];
byte begun = 1;      /* the newest generation */
byte registry = 1;   /* the generation that calls are looked up in; 0: none */
byte alive = 1;      /* instances */
byte wanted = 0;     /* a generation whose subscriptions are served by `kept` after its end */
bool passed[RELOADS + 1]; /* the gate of a reload has opened */
bool closed, failed, aborted, reloads_over;
byte idle_callers;   /* callers that have had all their answers */

byte asked[PARTIES], answers[PARTIES], seen[PARTIES];
mtype:result result[PARTIES];
bool waits[PARTIES];
byte to[PARTIES];
chan jobs[PARTIES] = [1] of { byte };
chan chunks = [1] of { byte };
chan queue = [4] of { byte, byte }; /* generation, event */
chan kept = [EVENTS + 1] of { byte }; /* HeldEvents */
byte received[EVENTS + 1], newest_event;

/* --- Calls ------------------------------------------------------------------------------------ */

inline answer(j, kind) {
  answers[j]++;
  assert(answers[j] <= asked[j]); /* none is answered twice */
  result[j] = kind
}

/* Code of the plugin runs for a call or an event. */
inline work(g) {
  assert(!gen[g].saved) /* never after its state was saved */
}

inline begin_call(j, g) {
  gen[g].in_flight++;
  gen[g].running++;
  to[j] = g;
  waits[j] = true;
  jobs[j] ! g
}

/* The caller receives this, if it still waits. */
inline settle(j, kind) {
  if
  :: waits[j] ->
    waits[j] = false;
    gen[to[j]].in_flight--;
    seen[j] = gen[to[j]].build;
    to[j] = 0;
    answer(j, kind)
  :: else ->
#ifdef BUG_LATE_ANSWER
    answer(j, kind)
#else
    skip
#endif
  fi
}

#ifdef BUG_OWN_CALLS_WAIT
#define must_wait(g, own) (gen[g].gate != 0)
#else
#define must_wait(g, own) (gen[g].gate != 0 && (gen[g].sealed || !(own)))
#endif

/* Looks up what is called: begins the call, or finds what it has to wait for. */
inline look_up(j, own) {
#ifdef BUG_OLD_ROUTE
  if
  :: g == 0 -> g = registry
  :: else
  fi;
#else
  g = registry;
#endif
  if
  :: closed || g == 0 || gen[g].refuses -> answer(j, refused)
  :: else ->
    if
    :: must_wait(g, own) -> w = gen[g].gate
    :: else -> begin_call(j, g)
    fi
  fi
}

/* tools.call(), in one turn up to the point where it has to wait. */
inline begin(j, own) {
  asked[j]++;
  result[j] = none;
  look_up(j, own)
}

/* How a call goes on: past the gate it is looked up again; its caller may leave while it waits or runs. */
#define GOES_ON(j, own, may_leave) \
  :: atomic { w != 0 && passed[w] -> w = 0; look_up(j, own) } \
  :: atomic { w != 0 && (may_leave) -> w = 0; answer(j, cancelled) } \
  :: atomic { waits[j] && (may_leave) -> settle(j, cancelled) }

/* Chunks come in their order, and from the generation that answers. */
inline read_chunk() {
  chunks ? b;
  assert(!waits[READER] || b == gen[to[READER]].build);
  b = 0;
  count++
}

/* The caller has its answer. */
inline take(j) {
  if
  :: result[j] == answered ->
    assert(seen[j] >= newest); /* builds never fall */
    newest = seen[j];
    do
    :: j == READER && len(chunks) > 0 -> read_chunk()
    :: else -> break
    od;
    assert(j != READER || count == CHUNKS)
  :: result[j] == refused -> assert(closed || failed) /* none is lost */
  :: result[j] == cancelled -> n = CALLS
  fi;
  g = 0;
  count = 0;
  seen[j] = 0;
  result[j] = none;
  if
  :: n == CALLS -> newest = 0; idle_callers++
  :: else
  fi
}

proctype Caller(byte j) {
  byte g, w, n, newest, count, b;
  do
  :: atomic { n < CALLS && answers[j] == asked[j] -> n++; begin(j, false) }
  GOES_ON(j, false, j == LEAVER)
  :: atomic { waits[j] && j == READER && len(chunks) > 0 -> read_chunk() }
  :: atomic { result[j] != none -> take(j) }
  :: n == CALLS && answers[j] == asked[j] && result[j] == none -> break
  od
}

inline finish(j) {
  work(mine);
  gen[mine].running--;
  settle(j, answered);
  mine = 0
}

/*
 * The handler of the calls of one caller. A call in `jobs` is running; it ends here, whether or not its
 * caller still waits.
 */
proctype Handler(byte j) {
  byte mine;
end:
  do
  :: atomic { jobs[j] ? mine -> finish(j) }
  od
}

/* Calls another tool of its own plugin, and answers when that has answered. */
proctype CallingHandler() {
  byte mine, g, w;
  bool own;
end:
  do
  :: atomic {
      jobs[CALLER] ? mine ->
      work(mine);
      if
      :: own = true
#ifndef NO_LIMIT
      :: own = false /* it does not pass its context on */
#endif
      fi;
      begin(INNER, own)
    }
  GOES_ON(INNER, own, false)
  :: atomic {
      result[INNER] != none ->
      result[INNER] = none;
      seen[INNER] = 0;
      g = 0;
      own = false;
      finish(CALLER)
    }
  od
}

/* Answers after its chunks; a chunk waits until the one before has been read. */
proctype StreamingHandler() {
  byte mine, sent;
end:
  do
  :: atomic { jobs[READER] ? mine -> work(mine) }
  :: atomic {
      mine != 0 && sent < CHUNKS && len(chunks) == 0 ->
      work(mine);
      chunks ! gen[mine].build;
      sent++
    }
  :: atomic { mine != 0 && sent < CHUNKS && !waits[READER] -> sent = CHUNKS }
  :: atomic { sent == CHUNKS -> sent = 0; finish(READER) }
  od
}

/* A thread of the plugin that calls a tool of its own plugin at any time. */
proctype Thread() {
  byte g, w;
  atomic { begin(OWN, true) };
  do
  GOES_ON(OWN, true, false)
  :: result[OWN] != none -> break
  od
}

/* --- Events ----------------------------------------------------------------------------------- */

proctype Publisher() {
  byte e, i;
  bool keep;
  do
  :: atomic {
      e < EVENTS ->
      e++;
      keep = (wanted != 0);
      i = 1;
      do
      :: i <= begun ->
        if
        :: gen[i].attached && gen[i].bus == receives -> queue ! i, e
        :: gen[i].attached && gen[i].bus == held -> keep = true
        :: else
        fi;
        i++
      :: else -> break
      od;
      if
      :: keep -> kept ! e
      :: else
      fi;
      i = 0;
      keep = false
    }
  :: e == EVENTS -> break
  od
}

/* An event in `queue` is received when its function ends. The first one calls a tool of its plugin. */
proctype EventFunctions() {
  byte e, mine, g, w;
end:
  do
  :: atomic {
      queue ? mine, e ->
      work(mine);
      received[e]++;
      assert(received[e] == 1 && e > newest_event); /* each once, in their order */
      newest_event = e;
      if
      :: e == 1 && !closed && registry != 0 && !gen[registry].refuses -> begin(OWN, true)
      :: else
      fi;
      g = 0;
      mine = 0;
      e = 0
    }
  od
}

/* bus.release(): what was kept for this generation goes to it. */
inline release(g) {
  do
  :: gen[g].bus == held && len(kept) > 0 -> kept ? e; queue ! g, e
  :: else -> break
  od;
  gen[g].bus = receives;
  e = 0
}

/* --- The reload ------------------------------------------------------------------------------- */

#ifdef BUG_LEFT_CALLS
#define no_calls(g) (gen[g].in_flight == 0)
#else
#define no_calls(g) (gen[g].in_flight == 0 && gen[g].running == 0)
#endif
#define no_events (len(queue) == 0)

#ifdef NO_LIMIT
#define late false
#else
#define late true
#endif

inline make(g) {
  alive++;
#ifdef SINGLE
  assert(alive == 1);
#endif
  assert(alive <= 2)
}

inline begin_generation(number) {
  begun++;
  next = begun;
  gen[next].build = number;
  gen[next].refuses = true;
#ifdef BUG_NOT_SILENT
  gen[next].bus = receives
#else
  gen[next].bus = silent
#endif
}

/* May fail, or find that the plugin is no longer wanted. */
inline attempt(step) {
  atomic {
    state = step;
    if
    :: goto failure
    :: !aborted
    fi
  }
}

inline do_swap(r) {
  registry = next;
  gen[old].refuses = true;
  gen[next].refuses = closed;
  gen[old].attached = false;
  wanted = 0;
  release(next);
  passed[r] = true
}

/* The old instance shuts down. Nothing of it may run. */
inline end_old() {
  assert(gen[old].running == 0);
  gen[old].ended = true;
  gen[old].attached = false;
  alive--
}

/* From here on its own calls wait too. */
inline begin_save() {
#ifndef BUG_NO_SEAL
  gen[old].sealed = true;
#endif
  gen[old].saved = true
}

proctype Reload() {
  byte r, old, next, e;
  bool made, unbounded;
  do
  :: r < RELOADS && !closed && !failed ->
    atomic {
      r++;
      old = registry;
      made = false;
      begin_generation(gen[old].build + 1)
    };
    attempt(prepare); /* open it */
#ifndef SINGLE
    atomic { make(next); made = true };
    attempt(prepare); /* let it register */
#endif
#ifdef BUG_OVERLAP
    atomic { make(next); made = true };
#endif
#ifdef BUG_EARLY_SWAP
    atomic { registry = next; gen[next].refuses = false };
#endif
    atomic {
      if
      :: aborted -> goto failure
      :: else
      fi;
      state = drain;
      gen[old].gate = r;
      gen[old].bus = held;
#ifndef BUG_NOT_SILENT
      gen[next].bus = held
#endif
    };
#ifndef BUG_NO_DRAIN
    if
    :: atomic { no_calls(old) -> state = pause }
    :: late && !no_calls(old) -> goto failure
    :: aborted -> goto failure
    fi;
#ifndef BUG_NO_PAUSE
    if
    :: no_events
    :: late && !no_events -> goto failure
    :: aborted -> goto failure
    fi;
#endif
#ifndef BUG_ONE_DRAIN
    if
    :: atomic { no_calls(old) -> begin_save() }
    :: late && !no_calls(old) -> goto failure
    :: aborted -> goto failure
    fi;
#endif
#endif
#if defined(BUG_NO_DRAIN) || defined(BUG_ONE_DRAIN)
    atomic { begin_save() };
#endif
    attempt(save);
#ifdef SINGLE
    atomic {
      state = shut_down;
#ifndef BUG_EVENTS_GAP
      wanted = old;
#endif
      end_old();
      make(next);
      made = true
    };
    attempt(prepare); /* let it register */
#endif
    attempt(restore);
    gen[next].attached = true;
    attempt(initialise);
#ifdef BUG_TWO_TURNS
    gen[old].refuses = true;
#endif
    atomic {
      if
      :: aborted -> goto failure
      :: else
      fi;
      state = swap;
      do_swap(r)
    };
#ifndef SINGLE
    atomic { state = shut_down; end_old() };
#endif
    goto next_reload;

failure:
    atomic {
      state = take_back;
#ifdef BUG_EARLY_SWAP
      registry = old;
#endif
      gen[next].attached = false;
      if
      :: made -> alive--; made = false
      :: else
      fi
    };
    if
    :: !gen[old].ended ->
      atomic {
        gen[old].saved = false;
        gen[old].sealed = false;
        gen[old].gate = 0;
#ifndef BUG_EVENTS_STAY
        release(old);
#endif
        state = serve
      };
#ifndef BUG_GATE_STAYS
      passed[r] = true
#endif
    :: gen[old].ended && !aborted ->
      atomic {
        state = make_again;
        begin_generation(gen[old].build);
#ifndef BUG_KEPT_LOST
        gen[next].bus = held
#endif
      };
      if
      :: atomic { make(next); gen[next].attached = true };
        atomic { do_swap(r); state = serve }
      :: goto lost /* that fails too */
      fi
    :: gen[old].ended && aborted -> goto lost
    fi;
    goto next_reload;

lost:
    atomic {
      state = give_up;
      failed = true;
      registry = 0;
      gen[old].refuses = true;
      gen[old].attached = false;
      wanted = 0;
      passed[r] = true
    };
next_reload:
    skip
  :: else -> break
  od;
  reloads_over = true
}

/* close() refuses new calls at once. Its operation waits for the reload, and ends what serves. */
proctype Closer() {
  byte g, j;
  atomic {
    closed = true;
    aborted = true;
    g = 1;
    do
    :: g <= begun -> gen[g].refuses = true; g++
    :: else -> break
    od;
    g = 0
  };
  atomic { reloads_over -> g = registry; registry = 0 };
  if
  :: g == 0 || no_calls(g)
  :: late && g != 0 && !no_calls(g)
  fi;
  atomic {
    gen[g].ended = true;
    do
    :: j < PARTIES && waits[j] -> settle(j, refused); j++
    :: j < PARTIES && !waits[j] -> j++
    :: else -> break
    od
  }
}

init {
  byte g = 1;
  atomic {
    gen[1].build = 1;
    gen[1].attached = true;
    gen[1].bus = receives;
    run CallingHandler();
#ifndef ALONE
    run StreamingHandler();
    run Handler(LEAVER);
#endif
    run Handler(INNER);
    run Handler(OWN);
    run EventFunctions();
    run Caller(CALLER);
#ifndef ALONE
    run Caller(READER);
    run Caller(LEAVER);
#endif
    run Publisher();
    run Reload();
#ifdef CLOSE
    run Closer();
#endif
#ifdef THREAD
    run Thread();
#endif
    skip
  };
  timeout ->
  d_step {
    g = 0;
    do
    :: g < PARTIES -> assert(answers[g] == asked[g]); g++
    :: else -> break
    od;
    g = 1;
    do
    :: g <= EVENTS -> assert(closed || failed || received[g] == 1); g++
    :: else -> break
    od
  }
}

ltl every_caller_is_answered { <> (idle_callers == CALLERS) }
