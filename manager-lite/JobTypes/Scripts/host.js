// Runs a job type in a separate realm. Standard input is an object: `file` (the name of the script), `source`, `api`
// (the API functions), `limit` (milliseconds), and `job` unless only the definition is requested. Standard output is an
// object with `definition`, `job`, `error` and `messages`.
//
// Only strings are passed between the realms: an object of this realm would give a script access to `process`.
"use strict";

const fs = require("fs");
const vm = require("vm");

const input = JSON.parse(fs.readFileSync(0, "utf8"));
// When the time limit of the script expires, which starts with the script.
let end;

function evaluate(context, script) {
    return script.runInContext(context, { timeout: Math.max(1, end - Date.now()) });
}

function call(context, expression) {
    const text = evaluate(context, new vm.Script(`__flamenco.${expression}`, { filename: "flamenco" }));
    if (typeof text !== "string") throw new Error("the script changed the functions of the API");
    return text;
}

function makeContext() {
    const context = vm.createContext(Object.create(null), {
        codeGeneration: { strings: true, wasm: false },
        microtaskMode: "afterEvaluate",
    });
    vm.runInContext(input.api, context, { filename: "flamenco" });
    return context;
}

// As in Flamenco, scripts are in strict mode. The prefix adds no line.
function makeScript() {
    return new vm.Script(`"use strict";${input.source}`, { filename: input.file });
}

function author(context, script, parts) {
    end = Date.now() + input.limit;
    evaluate(context, script);
    parts.definition = call(context, "definition(typeof JOB_TYPE === 'undefined' ? undefined : JOB_TYPE)");
    if (!input.job) return;
    const job = JSON.stringify(JSON.stringify(input.job));
    parts.job = call(context, `compile(typeof compileJob === 'undefined' ? undefined : compileJob, ${job})`);
}

// Evaluates a result at the end, when the script's own time may be over; returns JSON text.
function ask(context, expression, otherwise) {
    try {
        const text = vm.runInContext(`__flamenco.${expression}`, context, { timeout: 1000 });
        JSON.parse(text);
        return text;
    } catch {
        return JSON.stringify(otherwise);
    }
}

function problem(error, context) {
    if (end !== undefined && Date.now() >= end) return { kind: "timeout" };
    if (error instanceof Error) {
        // A syntax error has its location in the first line: "my_type.js:12".
        const place = /^.*:(\d+)\n/.exec(String(error.stack));
        return { kind: "error", message: String(error), line: place ? Number(place[1]) : undefined };
    }
    context.__flamencoThrown = error;
    const unknown = { kind: "error", message: "an error that cannot be shown" };
    return JSON.parse(ask(context, `describe(__flamencoThrown, ${JSON.stringify(input.file)})`, unknown));
}

let context;
let script;
let failure;
const parts = {};
try {
    script = makeScript();
    context = makeContext();
    author(context, script, parts);
} catch (error) {
    failure = problem(error, context);
    parts.error = JSON.stringify(failure);
}
if (context) parts.messages = ask(context, "messages()", []);
fs.writeFileSync(1, `{${Object.keys(parts).map((name) => `"${name}":${parts[name]}`).join(",")}}\n`);

// A thrown string has no location. Node prints it before an uncaught exception.
if (failure && failure.kind === "thrown") author(makeContext(), script, {});
