// The functions that job types can call, as in Flamenco's documentation.
"use strict";

(() => {
    // Saved here, because a script may replace the originals.
    const { parse, stringify } = JSON;
    const longestMessage = 4096;
    const mostMessages = 1000;
    const messages = [];

    function shown(value) {
        if (typeof value === "string") return value;
        if (value instanceof Error) return String(value);
        let text;
        try {
            text = stringify(value);
        } catch {
            // A value with a reference to itself.
        }
        return text === undefined ? String(value) : text;
    }

    function tell(kind, text) {
        if (messages.length > mostMessages) return;
        const isLast = messages.length === mostMessages;
        messages.push({ kind, text: isLast ? "… and more" : text.slice(0, longestMessage) });
    }

    function warn(text) {
        if (!messages.some((message) => message.text === text)) tell("warning", text);
    }

    // In Flamenco, an undefined argument is converted to this string.
    function asText(value, name) {
        if (value === undefined || value === null) warn(`${name} was called with ${value}, which is converted to a string`);
        return String(value);
    }

    // MARK: Paths, for all platforms

    function clean(path) {
        const isRooted = path.startsWith("/");
        const parts = [];
        for (const part of path.split("/")) {
            if (part === "" || part === ".") continue;
            if (part !== "..") parts.push(part);
            else if (parts.length > 0 && parts[parts.length - 1] !== "..") parts.pop();
            else if (!isRooted) parts.push("..");
        }
        const text = parts.join("/");
        return isRooted ? `/${text}` : text || ".";
    }

    // Converts a Windows path to slashes; the path of a server (`\\server\share`) keeps two at its start.
    function normal(path) {
        const text = clean(path.replace(/\\/g, "/"));
        return path.startsWith("\\\\") && !text.startsWith("//") ? `/${text}` : text;
    }

    function lastPart(path) {
        const text = path.replace(/\\/g, "/");
        if (text === "") return ".";
        return text.replace(/\/+$/, "").split("/").pop() || "/";
    }

    const path = {
        basename: (path) => lastPart(asText(path, "path.basename")),
        dirname(path) {
            const text = asText(path, "path.dirname");
            const end = Math.max(text.lastIndexOf("/"), text.lastIndexOf("\\"));
            return normal(text.slice(0, end + 1));
        },
        join(...parts) {
            const present = parts.map((part) => asText(part, "path.join")).filter((part) => part !== "");
            return present.length === 0 ? "" : normal(present.join("/"));
        },
        stem(path) {
            const text = asText(path, "path.stem");
            if (text === "") return "";
            const name = lastPart(text);
            const dot = name.lastIndexOf(".");
            return dot < 0 ? name : name.slice(0, dot);
        },
    };

    // MARK: Frames

    function frameNumber(text, part) {
        const digits = text.trim();
        if (!/^[+-]?\d+$/.test(digits)) {
            throw new Error(`"${part.trim()}" in a frame range is neither a number nor two numbers with "-" between them`);
        }
        return Number(digits);
    }

    // Returns the frames as pairs of first and last, in ascending order, without duplicates.
    function frameRuns(range) {
        const runs = [];
        for (const part of asText(range, "a frame range").replaceAll("..", "-").split(",")) {
            const ends = part.split("-").map((text) => frameNumber(text, part));
            if (ends.length > 2) throw new Error(`"${part.trim()}" in a frame range has more than two numbers`);
            const [first, last = first] = ends;
            if (first <= last) runs.push([first, last]);
        }
        runs.sort((left, right) => left[0] - right[0]);
        return runs.reduce((merged, [first, last]) => {
            const previous = merged[merged.length - 1];
            if (previous && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
            else merged.push([first, last]);
            return merged;
        }, []);
    }

    // Two frames are written as two numbers, more as a range.
    function rangeText(runs) {
        return runs
            .map(([first, last]) => {
                if (first === last) return String(first);
                return first + 1 === last ? `${first},${last}` : `${first}-${last}`;
            })
            .join(",");
    }

    function frameChunker(range, chunkSize) {
        const size = Math.trunc(Number(chunkSize));
        if (!(size >= 1)) throw new Error(`the chunk size should be 1 or more, but is ${shown(chunkSize)}`);
        if (String(range).trim() === "") throw new Error("the frame range contains no frames");
        const chunks = [];
        let chunk = [];
        let missing = size;
        for (let [first, last] of frameRuns(range)) {
            while (first <= last) {
                const end = Math.min(last, first + missing - 1);
                chunk.push([first, end]);
                missing -= end - first + 1;
                first = end + 1;
                if (missing > 0) continue;
                chunks.push(rangeText(chunk));
                chunk = [];
                missing = size;
            }
        }
        if (chunk.length > 0) chunks.push(rangeText(chunk));
        if (chunks.length === 0) throw new Error(`"${range}" contains no frames`);
        return chunks;
    }

    function frameCount(range) {
        return frameRuns(range).reduce((count, [first, last]) => count + last - first + 1, 0);
    }

    // MARK: Text

    function formatTimestampLocal(timestamp) {
        const time = timestamp instanceof Date ? timestamp : new Date(timestamp);
        if (Number.isNaN(time.getTime())) throw new TypeError(`${shown(timestamp)} is not a time`);
        const two = (number) => String(number).padStart(2, "0");
        const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
        return `${day}_${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
    }

    // Splits a command line into words like a shell: quotes, backslashes, and comments after "#".
    function shellSplit(commandLine) {
        if (commandLine === undefined || commandLine === null) {
            warn(`shellSplit was called with ${commandLine}, which contains no words`);
            return [];
        }
        const text = String(commandLine);
        const words = [];
        let word;
        let quote = "";
        for (let index = 0; index < text.length; index += 1) {
            const character = text[index];
            if (quote !== "'" && character === "\\") {
                index += 1;
                if (index === text.length) throw new Error("trailing backslash");
                word = (word || "") + text[index];
            } else if (quote !== "") {
                if (character === quote) quote = "";
                else word += character;
            } else if (character === "'" || character === '"') {
                quote = character;
                word = word || "";
            } else if (/\s/.test(character)) {
                if (word !== undefined) words.push(word);
                word = undefined;
            } else if (character === "#" && word === undefined) {
                while (index + 1 < text.length && text[index + 1] !== "\n") index += 1;
            } else {
                word = (word || "") + character;
            }
        }
        if (quote !== "") throw new Error(`unclosed ${quote}`);
        if (word !== undefined) words.push(word);
        return words;
    }

    // MARK: Tasks

    // Whether it can be represented in JSON.
    function isPlain(value) {
        if (value === null || typeof value === "string" || typeof value === "boolean") return true;
        if (typeof value !== "object") return Number.isFinite(value);
        if (Array.isArray(value)) return value.every(isPlain);
        return typeof value.toJSON !== "function" && Object.values(value).every(isPlain);
    }

    // Values that JSON cannot represent become null, as in Flamenco, with a warning.
    function copied(value, place) {
        if (Array.isArray(value)) return value.map((element, index) => copied(element, `${place}[${index}]`));
        if (value && typeof value === "object") {
            const members = typeof value.toJSON === "function" ? value.toJSON() : value;
            if (typeof members !== "object" || members === null) return members;
            const result = {};
            for (const name of Object.keys(members)) {
                Object.defineProperty(result, name, {
                    value: copied(members[name], place ? `${place}.${name}` : name),
                    enumerable: true, writable: true, configurable: true,
                });
            }
            return result;
        }
        if (["string", "boolean"].includes(typeof value) || value === null || Number.isFinite(value)) return value;
        warn(`parameter "${place}" of a command is ${String(value)}, which becomes null`);
        return null;
    }

    class Command {
        constructor(name, parameters, totalStepCount) {
            this.name = name;
            this.parameters = parameters;
            this.totalStepCount = totalStepCount;
        }
    }

    class Task {
        constructor(name, type) {
            this.name = name;
            this.type = type;
            this.priority = 50;
            this.commands = [];
            this.dependencies = [];
        }

        addCommand(command) {
            if (!(command instanceof Command)) {
                throw new TypeError(`addCommand takes a result of author.Command, but got ${shown(command)}`);
            }
            this.commands.push(command);
        }

        addDependency(task) {
            if (!(task instanceof Task)) {
                throw new TypeError(`addDependency takes a task, but got ${shown(task)}`);
            }
            this.dependencies.push(task);
        }

        // Without the dependencies of the dependencies.
        toJSON() {
            return { ...this, dependencies: this.dependencies.map((task) => task.name) };
        }
    }

    function required(text, name) {
        const trimmed = text === undefined || text === null ? "" : String(text).trim();
        if (trimmed === "") throw new Error(`author.Task(name, type): the ${name} is missing`);
        return trimmed;
    }

    const author = {
        Task: function (name, type) {
            return new Task(required(name, "name"), required(type, "type"));
        },
        Command: function (name, parameters, totalStepCount) {
            if (typeof name !== "string" || name === "") {
                throw new Error("author.Command(name, parameters): the name is missing");
            }
            const given = parameters === undefined ? {} : parameters;
            const copy = isPlain(given) ? parse(stringify(given)) : copied(given, "");
            if (copy === null || typeof copy !== "object" || Array.isArray(copy)) {
                throw new TypeError(`the parameters of "${name}" should be an object, but are ${shown(parameters)}`);
            }
            return new Command(name, copy, Math.trunc(Number(totalStepCount)) || 0);
        },
    };

    // As in Flamenco, the state when it is added counts.
    function snapshot(task) {
        return {
            task, name: task.name, type: task.type, priority: task.priority,
            commands: [...task.commands], dependencies: [...task.dependencies],
        };
    }

    function isUnchanged(added) {
        const { task } = added;
        return ["name", "type", "priority"].every((name) => task[name] === added[name]) &&
            ["commands", "dependencies"].every((name) => task[name].length === added[name].length);
    }

    class Job {
        #added = new Map();

        constructor(fields) {
            Object.assign(this, fields, { created: new Date(fields.created) });
        }

        get tasks() {
            return [...this.#added.keys()];
        }

        addTask(task) {
            if (!(task instanceof Task)) throw new TypeError(`addTask takes a task, but got ${shown(task)}`);
            if (this.#added.has(task)) throw new Error(`task "${task.name}" is already added to the job`);
            this.#added.set(task, snapshot(task));
        }

        // MARK: The result

        static finished(job) {
            const added = [...job.#added.values()];
            const places = new Map(added.map(({ task }, index) => [task, index]));
            return {
                name: String(job.name), priority: whole(job.priority, "the job"), settings: job.settings,
                metadata: job.metadata, tasks: added.map((task) => finishedTask(task, places)),
            };
        }
    }

    function whole(priority, owner) {
        const number = Math.trunc(Number(priority));
        if (Number.isFinite(number)) return number;
        throw new TypeError(`the priority of ${owner} should be a number, but is ${shown(priority)}`);
    }

    function finishedTask(added, places) {
        const { name, type, commands, dependencies } = added;
        if (!isUnchanged(added)) {
            warn(`task "${name}" was changed after job.addTask(); Flamenco ignores such changes: change it before`);
        }
        return {
            name: String(name), type: String(type), priority: whole(added.priority, `task "${name}"`),
            commands: commands.map((command) => ({
                name: command.name, parameters: command.parameters, total_step_count: command.totalStepCount,
            })),
            dependencies: dependencies.map((task) => {
                const place = places.get(task);
                if (place !== undefined) return place;
                throw new Error(`task "${name}" depends on "${task.name}", which was not added to the job`);
            }),
        };
    }

    // MARK: Globals for scripts, and for the host

    Object.assign(globalThis, {
        print: (...values) => tell("print", values.map(shown).join(" ")),
        alert: (...values) => tell("alert", values.map(shown).join(" ")),
        author, path, frameChunker, frameCount, formatTimestampLocal, shellSplit,
    });

    const host = {
        definition(definition) {
            if (definition === undefined) throw new Error("JOB_TYPE is missing");
            return stringify(definition) || "null";
        },
        compile(compileJob, text) {
            if (typeof compileJob !== "function") throw new Error("the function compileJob(job) is missing");
            const job = new Job(parse(text));
            compileJob(job);
            return stringify(Job.finished(job));
        },
        // Describes what was thrown: an error with the first line of the script in its stack, or any other value.
        describe(thrown, file) {
            if (thrown === null || typeof thrown !== "object" || typeof thrown.stack !== "string") {
                return stringify({ kind: "thrown", message: shown(thrown) });
            }
            // For example "at compileJob (my_type.js:12:8)", or "my_type.js:12", with which V8 starts.
            const at = thrown.stack.split("\n").find((line) => line.includes(`${file}:`));
            const place = at && /:(\d+)(?::\d+)?\)?$/.exec(at);
            return stringify({ kind: "error", message: String(thrown), line: place ? Number(place[1]) : undefined });
        },
        messages: () => stringify(messages),
    };
    Object.defineProperty(globalThis, "__flamenco", { value: Object.freeze(host) });
})();
