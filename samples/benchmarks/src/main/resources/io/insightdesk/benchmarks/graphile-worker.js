// A node of graphile-worker for the benchmark of jobs, which starts it with one of three words:
//   echo     answers each line with the same
//   migrate  makes the tables and ends
//   work     says "ready", works until its input ends or it is told to terminate, and says the number of each job that begins
// DATABASE_URL is the database, WORKER_PRESET the settings as JSON.
"use strict";

const { createInterface } = require("node:readline");
const { Logger, run, runMigrations } = require("graphile-worker");

const END_LIMIT_MILLIS = 8000;

// What it says goes to the error stream: the other is for the numbers.
const logger = new Logger(() => (level, message) => {
  if (level === "error" || level === "warning") {
    process.stderr.write(`${level}: ${message}\n`);
  }
});

function preset() {
  return {
    worker: {
      ...JSON.parse(process.env.WORKER_PRESET),
      connectionString: process.env.DATABASE_URL,
      logger,
    },
  };
}

let inThisTurn = false;
let waiting = "";

// The first job of a turn of the event loop is told at once, the others together at its end.
function tell(number) {
  if (inThisTurn) {
    waiting += `${number}\n`;
    return;
  }
  inThisTurn = true;
  process.stdout.write(`${number}\n`);
  setImmediate(() => {
    inThisTurn = false;
    if (waiting !== "") {
      process.stdout.write(waiting);
      waiting = "";
    }
  });
}

function echo() {
  createInterface({ input: process.stdin }).on("line", (line) => process.stdout.write(`${line}\n`));
}

async function work() {
  const runner = await run({
    preset: preset(),
    noHandleSignals: true,
    parsedCronItems: [],
    taskList: { "bench-no-op": (payload) => tell(payload.number) },
  });
  let ending = false;
  const end = async () => {
    if (ending) {
      return;
    }
    ending = true;
    setTimeout(() => process.exit(1), END_LIMIT_MILLIS).unref();
    await runner.stop();
    process.exit(0);
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  // Whoever started this is gone.
  process.stdin.on("end", end).resume();
  process.stdout.write("ready\n");
  await runner.promise;
}

async function main(word) {
  switch (word) {
    case "echo":
      return echo();
    case "migrate":
      return runMigrations({ preset: preset() });
    case "work":
      return work();
    default:
      throw new Error(`Unknown word: ${word}`);
  }
}

main(process.argv[2]).catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
