// Replays a blueprint with Dredd used as a library. Reads one JSON object of options on
// standard input; prints lines of @ and a JSON object: {"found": n}, {"name": ...} for each
// transaction, {"end": ...}.
//
// Dredd's command line can neither shuffle nor choose by part of a name, and it drops
// transactions silently; what has run is counted by who started us.
const fs = require('fs');
const { EventEmitter } = require('events');
const net = require('net');

const Dredd = require('dredd');

const options = JSON.parse(fs.readFileSync(0, 'utf8'));
const say = (message, done) => process.stdout.write(`@${JSON.stringify(message)}\n`, done);

// A seeded generator (mulberry32): an order that failed can be had again.
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function shuffled(items, seed) {
  const random = randomFrom(seed);
  const result = [...items];
  for (let i = result.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

// Dredd writes each message to the hooks in two pieces; with Nagle's algorithm the second
// one waits 40 ms for the acknowledgement of the first, three times a transaction.
const { connect } = net;
net.connect = (...parameters) => connect(...parameters).setNoDelay(true);

const emitter = new EventEmitter();
const dredd = new Dredd({
  endpoint: options.endpoint,
  hookfiles: options.hooks,
  language: options.handler,
  'hooks-worker-handler-port': options.port,
  'hooks-worker-timeout': 60000,
  'hooks-worker-connect-timeout': 60000,
  'hooks-worker-connect-retry': 100,
  loglevel: 'silent',
  reporter: [],
  emitter,
});

const warnings = [];
const { log } = dredd.logger;
dredd.logger.log = (level, message, ...rest) => {
  // It starts the hooks and then knocks until they answer.
  if (String(message).startsWith('Error connecting to the hooks handler')) return;
  if (level === 'warn') warnings.push(String(message));
  else log.call(dredd.logger, level, message, ...rest);
};

dredd.prepareAPIdescriptions = (callback) => callback(null, [options.description]);

const runner = dredd.transactionRunner;
const executeAll = runner.executeAllTransactions.bind(runner);
runner.executeAllTransactions = (all, hooks, callback) => {
  const wanted = options.only ? all.filter(({ name }) => name.includes(options.only)) : all;
  const ordered = options.seed === null ? wanted : shuffled(wanted, options.seed);
  say({ found: all.length, running: ordered.length });
  executeAll(ordered, hooks, callback);
};

// The bytes of a picture are no text to be compared; the documented ETag has their hash.
const validate = runner.validateTransaction.bind(runner);
runner.validateTransaction = (test, transaction, callback) => {
  const { expected, real } = transaction;
  const type = expected.headers['Content-Type'] || '';
  if (type.startsWith('image/') || type === 'application/pdf') expected.body = real.body;
  return validate(test, transaction, callback);
};

const emitResult = runner.emitResult.bind(runner);
runner.emitResult = (transaction, callback) => {
  const { name, test, request, fullPath, real } = transaction;
  const passed = test.status === 'pass';
  const seen = { method: request.method, path: fullPath, status: real && real.statusCode };
  const body = real && (!passed || options.bodies) ? real.body : undefined;
  say({ name, outcome: test.status, ...seen, body, message: passed ? '' : test.message });
  return emitResult(transaction, callback);
};

dredd.run((error, stats) => {
  const end = { error: error ? String(error.message || error) : null, warnings, stats };
  say({ end }, () => process.exit(0));
});
