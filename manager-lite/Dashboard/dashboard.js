// Shows the state of the farm live. One request loads the whole farm, an event stream its changes; events are combined
// and rendered once per frame. Everything from jobs and workers is text: it is never parsed as markup.

const $ = (id) => document.getElementById(id);
const flamenco = "/lite/api/v3";

// MARK: Text

const invisible = /[\0-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const invisibleInLines = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

function symbol(character) {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? "\u2421" : `\\u{${code.toString(16)}}`;
}

/** Returns text in one line, without control characters and changes of direction. */
const visible = (text) => String(text ?? "").replace(invisible, symbol);

/** The same for text with several lines. */
const visibleLines = (text) => text.replace(/\r\n?/g, "\n").replace(invisibleInLines, symbol);

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

const number = (value) => value.toLocaleString("en");
const many = (count, word) => `${number(count)} ${word}${count === 1 ? "" : "s"}`;
const clockTime = (time) => new Date(time).toLocaleTimeString([], { hourCycle: "h23" });

function ago(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 3) return "now";
  if (seconds < 90) return `${seconds} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 172800 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86400)} days ago`;
}

/** Shows a message for a few seconds. */
function say(text) {
  const line = document.createElement("p");
  line.textContent = visible(text);
  $("messages").append(line);
  setTimeout(() => line.remove(), 6000);
}

// MARK: Requests

async function ask(method, path, body) {
  const options = { method, cache: "no-store" };
  if (body !== undefined) {
    options.headers = { "Content-Type": "application/json" };
    options.body = JSON.stringify(body);
  }
  let response, text;
  try {
    response = await fetch(path, options);
    text = await response.text();
  } catch {
    throw new Error("Cannot reach the manager.");
  }
  let value = null;
  try {
    value = text ? JSON.parse(text) : null;
  } catch {
    // The body is not JSON.
  }
  if (!response.ok) throw new Error(value?.message ?? `The manager answered with status ${response.status}.`);
  return value;
}

/** Sends a request, and shows its result. */
async function act(words, method, path, body) {
  try {
    await ask(method, path, body);
    say(words);
  } catch (error) {
    say(error.message);
  }
}

// MARK: The farm

const letters = "qacfsxpu";
const states = ["queued", "active", "completed", "failed", "soft-failed", "canceled", "paused", "unknown"];
// The order in bars and legends.
const shownStates = [2, 1, 4, 3, 6, 5, 7, 0];

const farm = {
  jobs: new Map(), workers: new Map(), workersByNumber: new Map(), events: [], chaos: { faults: "", played: {} },
  storage: "", platform: "linux", skew: 0, lastEvent: -1,
};
// What has to be rendered again.
const dirty = { jobs: true, job: true, workers: true, chaos: true, cells: new Set(), grid: true, newEvents: [], allEvents: false };

const total = (job) => Object.values(job.counts).reduce((sum, count) => sum + count, 0);

function putJob(row) {
  const known = farm.jobs.get(row.id);
  const count = total(row);
  const job = { ...row, cells: known?.cells ?? new Uint8Array(count), done: known?.done ?? new Uint8Array(count) };
  if (row.states) readStates(row.states, job.cells);
  farm.jobs.set(job.id, job);
}

/** Decodes run-length encoded letters. */
function readStates(text, cells) {
  let position = 0;
  for (const [, letter, count] of text.matchAll(/([a-z])(\d*)/g)) {
    const end = position + (count ? Number(count) : 1);
    cells.fill(letters.indexOf(letter), position, end);
    position = end;
  }
}

function putWorker(row) {
  const known = farm.workers.get(row.id);
  const seen = row.last_seen ? Date.parse(row.last_seen) : known?.seen ?? Date.now() + farm.skew;
  const worker = { ...row, seen };
  farm.workers.set(row.id, worker);
  farm.workersByNumber.set(row.number, worker);
}

function putEvents(events) {
  for (const event of events) {
    if (event.sequence <= farm.lastEvent) continue;
    farm.lastEvent = event.sequence;
    farm.events.push(event);
    dirty.newEvents.push(event);
  }
  if (farm.events.length > 600) farm.events.splice(0, farm.events.length - 300);
}

const apply = {
  jobs(rows) {
    rows.forEach(putJob);
    dirty.jobs = true;
    if (rows.some((row) => row.id === selected)) dirty.job = true;
  },
  tasks(changes) {
    for (const change of changes) {
      const job = farm.jobs.get(change.job);
      if (!job) continue;
      for (const [place, letter, percent] of change.tasks) {
        job.cells[place - 1] = letters.indexOf(letter);
        job.done[place - 1] = percent;
        if (change.job === selected) dirty.cells.add(place - 1);
      }
      if (change.job === selected) task.heard(change.tasks);
    }
  },
  workers(rows) {
    rows.forEach(putWorker);
    dirty.workers = true;
  },
  assignments(changes) {
    for (const { worker: place, task: held } of changes) {
      const worker = farm.workersByNumber.get(place);
      if (worker) worker.task = held;
    }
    dirty.workers = true;
  },
  events: putEvents,
  gone({ jobs, workers }) {
    for (const id of jobs) {
      farm.jobs.delete(id);
      if (id === selected) select(null);
    }
    for (const id of workers) {
      farm.workersByNumber.delete(farm.workers.get(id)?.number);
      farm.workers.delete(id);
    }
    dirty.jobs = dirty.workers = true;
  },
  heard({ at, workers }) {
    const time = Date.parse(at);
    for (const place of workers) {
      const worker = farm.workersByNumber.get(place);
      if (worker) worker.seen = time;
    }
  },
  chaos(report) {
    farm.chaos = report;
    dirty.chaos = true;
  },
};

// MARK: The stream

const stream = { source: null, last: null, loaded: 0, timer: null, queue: [], frame: null };

function connection(state, words) {
  $("connection").dataset.state = state;
  setText($("connection"), words);
}

/** Loads the whole farm, and continues from there. */
async function load() {
  clearTimeout(stream.timer);
  disconnect();
  let snapshot;
  try {
    snapshot = await ask("GET", "/lite/farm");
  } catch {
    connection("lost", "not connected");
    stream.timer = setTimeout(load, 2000);
    return;
  }
  farm.jobs.clear();
  farm.workers.clear();
  farm.workersByNumber.clear();
  farm.skew = Date.parse(snapshot.time) - Date.now();
  farm.storage = snapshot.storage;
  farm.platform = snapshot.platform;
  farm.chaos = snapshot.chaos;
  snapshot.jobs.forEach(putJob);
  snapshot.workers.forEach(putWorker);
  farm.events = [];
  farm.lastEvent = -1;
  putEvents(snapshot.events);
  Object.assign(dirty, { jobs: true, job: true, workers: true, chaos: true, grid: true, allEvents: true, newEvents: [] });
  stream.last = snapshot.id;
  stream.loaded = Date.now();
  if (!farm.jobs.has(selected)) select(farm.jobs.has(wanted.job) ? wanted.job : null, wanted.task);
  else task.refresh();
  schedule();
  connect();
}

function disconnect() {
  stream.source?.close();
  stream.source = null;
  stream.queue = [];
}

function connect() {
  clearTimeout(stream.timer);
  disconnect();
  if (document.hidden || stream.last === null) return;
  const source = new EventSource(`/events?after=${encodeURIComponent(stream.last)}`);
  stream.source = source;
  source.addEventListener("open", () => connection("live", "live"));
  source.addEventListener("error", () => {
    if (source !== stream.source) return;
    connection("lost", "reconnecting…");
    // The browser reconnects by itself, unless it was refused.
    if (source.readyState === EventSource.CLOSED) stream.timer = setTimeout(connect, 2000);
  });
  source.addEventListener("reset", () => {
    if (source !== stream.source) return;
    disconnect();
    // Not continuously, if there are more events than can be sent.
    stream.timer = setTimeout(load, Math.max(0, stream.loaded + 1000 - Date.now()));
  });
  for (const name of Object.keys(apply)) {
    source.addEventListener(name, (event) => {
      if (source !== stream.source) return;
      if (event.lastEventId) stream.last = event.lastEventId;
      stream.queue.push([name, JSON.parse(event.data)]);
      schedule();
    });
  }
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    // Process what is still queued.
    while (stream.queue.length) takeIn();
    disconnect();
    connection("connecting", "paused");
  } else {
    connect();
  }
});

function takeIn() {
  for (const [name, value] of stream.queue.splice(0)) apply[name](value);
}

function schedule() {
  stream.frame ??= requestAnimationFrame(() => {
    stream.frame = null;
    takeIn();
    show();
  });
}

// MARK: Rendering

function show() {
  if (dirty.jobs) showJobs();
  if (dirty.job) showJob();
  if (dirty.grid) grid.layout();
  else if (dirty.cells.size) grid.draw(dirty.cells);
  if (dirty.workers) showWorkers();
  if (dirty.jobs || dirty.workers) showSummary();
  if (dirty.chaos) showChaos();
  if (dirty.newEvents.length || dirty.allEvents) showEvents();
  Object.assign(dirty, { jobs: false, job: false, workers: false, chaos: false, grid: false, allEvents: false, newEvents: [] });
  dirty.cells.clear();
}

/** A list whose row elements are reused when their content changes. */
class List {
  static most = 200;

  constructor(id, template, make, fill) {
    this.list = $(`${id}-list`);
    this.more = $(`${id}-more`);
    this.template = $(template).content.firstElementChild;
    this.make = make;
    this.fill = fill;
    this.rows = new Map();
  }

  show(items) {
    const shown = items.slice(0, List.most);
    const ids = new Set(shown.map((item) => item.id));
    for (const [id, row] of this.rows) {
      if (ids.has(id)) continue;
      row.node.remove();
      this.rows.delete(id);
    }
    let next = this.list.firstElementChild;
    for (const item of shown) {
      let row = this.rows.get(item.id);
      if (!row) {
        const node = this.template.cloneNode(true);
        row = { node, id: item.id, ...this.make(node, item.id) };
        this.rows.set(item.id, row);
      }
      if (row.node === next) next = next.nextElementSibling;
      else this.list.insertBefore(row.node, next);
      this.fill(row, item);
    }
    const rest = items.length - shown.length;
    this.more.hidden = rest === 0;
    if (rest) setText(this.more, `${number(rest)} more; use the filter to find them.`);
  }
}

function filtered(items, id, words) {
  const text = $(id).value.trim().toLowerCase();
  return text ? items.filter((item) => words(item).toLowerCase().includes(text)) : items;
}

function showSummary() {
  let busy = 0, there = 0;
  for (const worker of farm.workers.values()) {
    if (!["offline", "shutdown", "error", ""].includes(worker.status)) there += 1;
    if (worker.task) busy += 1;
  }
  let open = 0, waiting = 0;
  for (const job of farm.jobs.values()) {
    if (job.status !== "active" && job.status !== "queued") continue;
    open += 1;
    waiting += (job.counts.queued ?? 0) + (job.counts["soft-failed"] ?? 0);
  }
  setText($("summary"), `${many(open, "open job")}, ${many(waiting, "task")} waiting, ${busy} of ${many(there, "worker")} busy · ${visible(farm.storage)}`);
  document.title = busy ? `${busy} busy · manager-lite` : "manager-lite";
}

// MARK: Jobs

const jobList = new List("jobs", "job-row", (node, id) => {
  const row = {
    button: node.querySelector("button"), name: node.querySelector(".name"), sub: node.querySelector(".sub"),
    image: node.querySelector("img"), bar: node.querySelector(".progress"),
  };
  row.parts = shownStates.map((state) => {
    const part = document.createElement("i");
    part.className = `s-${states[state]}`;
    row.bar.append(part);
    return part;
  });
  row.button.addEventListener("click", () => {
    select(id);
    view("job");
  });
  return row;
}, (row, job) => {
  setText(row.name, visible(job.name) || "(no name)");
  const count = total(job);
  setText(row.sub, `${job.status}, ${number(job.counts.completed ?? 0)} of ${many(count, "task")}`);
  shownStates.forEach((state, index) => {
    row.parts[index].style.width = `${100 * (job.counts[states[state]] ?? 0) / (count || 1)}%`;
  });
  showImage(row.image, job.image_small);
  if (job.id === selected) row.button.setAttribute("aria-current", "true");
  else row.button.removeAttribute("aria-current");
});

function showImage(image, path) {
  image.hidden = !path;
  if (path && image.dataset.path !== path) {
    image.dataset.path = path;
    image.src = `/lite${path}`;
  }
}

function showJobs() {
  const jobs = [...farm.jobs.values()].sort((left, right) => right.number - left.number);
  if (selected === null && jobs.length && !wanted.none) select(jobs[0].id);
  setText($("jobs-count"), jobs.length ? number(jobs.length) : "");
  $("jobs-empty").hidden = jobs.length > 0;
  jobList.show(filtered(jobs, "jobs-filter", (job) => `${job.name} ${job.type} ${job.status}`));
}

// MARK: One job

let selected = null;
// The selection in the address.
const wanted = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

function select(id, place) {
  if (id !== selected) {
    selected = id;
    task.forget();
    const cells = farm.jobs.get(id)?.cells ?? [];
    const first = (state) => (cells.includes(state) ? cells.indexOf(state) : null);
    task.following = first(1) ?? first(3);
    task.settle();
    dirty.job = dirty.jobs = dirty.grid = true;
  }
  if (id && place) task.pin(Number(place) - 1);
  writeAddress();
  schedule();
}

function writeAddress() {
  const parts = selected ? { job: selected, ...(task.pinned === null ? {} : { task: task.pinned + 1 }) } : {};
  history.replaceState(null, "", selected ? `#${new URLSearchParams(parts)}` : location.pathname);
}

function setStatus(node, status, classes = "status") {
  node.className = `${classes} s-${states.includes(status) ? status : jobColours[status] ?? "unknown"}`;
  setText(node, status);
}

const jobColours = { "pause-requested": "paused", "cancel-requested": "canceled", requeueing: "queued", "fail-requested": "failed" };

const legend = shownStates.map((state) => {
  const item = document.createElement("li");
  item.className = `s-${states[state]}`;
  $("legend").append(item);
  return item;
});

function showJob() {
  const job = farm.jobs.get(selected);
  $("job-view").hidden = !job;
  $("job-empty").hidden = Boolean(job);
  if (!job) return;
  const count = total(job);
  setText($("job-name"), visible(job.name) || "(no name)");
  setStatus($("job-status"), job.status);
  const done = job.counts.completed ?? 0;
  setText($("job-facts"), `${visible(job.type)} · ${number(done)} of ${many(count, "task")}, ${Math.floor(100 * done / (count || 1))} % · ${clockTime(job.created)}`);
  setText($("job-activity"), visible(job.activity));
  if (document.activeElement !== $("job-priority")) $("job-priority").value = job.priority;
  shownStates.forEach((state, index) => {
    const here = job.counts[states[state]] ?? 0;
    legend[index].hidden = here === 0;
    setText(legend[index], `${number(here)} ${states[state]}`);
  });
  const [pause, requeue, cancel] = $("job-actions").children;
  const isOpen = job.status === "active" || job.status === "queued";
  pause.disabled = !isOpen;
  cancel.disabled = !isOpen && job.status !== "paused" && job.status !== "pause-requested";
  requeue.disabled = isOpen && !(job.counts.failed || job.counts["soft-failed"] || job.counts.canceled || job.counts.paused);
  setText(requeue, job.status === "paused" ? "Resume" : "Requeue");
  $("job-image").hidden = !job.image;
  showImage($("job-image-img"), job.image);
  if (job.image) {
    $("job-image-link").href = `/lite${job.image}`;
    $("job-image-img").alt = `Newest image of ${visible(job.name)}`;
  }
  $("grid").setAttribute("aria-label", `Tasks of ${visible(job.name)}`);
  if (grid.count !== count) dirty.grid = true;
}

$("job-actions").addEventListener("click", (event) => {
  const status = event.target.dataset.status;
  const job = farm.jobs.get(selected);
  if (!status || !job) return;
  const name = `“${job.name}”`;
  if (status === "delete") {
    if (confirm(`Delete the job ${visible(name)}?`)) act(`Deleted ${name}.`, "DELETE", `${flamenco}/jobs/${job.id}`);
    return;
  }
  const words = { "pause-requested": "Pausing", requeueing: "Requeueing", "cancel-requested": "Cancelling" };
  act(`${words[status]} ${name}`, "POST", `${flamenco}/jobs/${job.id}/setstatus`, { status, reason: "requested on the page" });
});

$("job-priority").addEventListener("change", (event) => {
  if (!event.target.reportValidity() || event.target.value === "") return;
  const priority = event.target.valueAsNumber;
  act(`Priority ${priority}`, "POST", `${flamenco}/jobs/${selected}/setpriority`, { priority });
});

// MARK: The grid of tasks

const grid = {
  canvas: $("grid"), box: $("grid-box"), paper: $("grid").getContext("2d"),
  count: 0, columns: 1, pitch: 10, size: 9, colours: [], ground: "",

  readColours() {
    const style = getComputedStyle(document.documentElement);
    this.colours = states.map((state) => style.getPropertyValue(`--${state}`).trim());
    this.ground = style.getPropertyValue("--panel").trim();
  },

  /** Determines the largest cell size with which all tasks are visible at once, and draws them. */
  layout() {
    const job = farm.jobs.get(selected);
    this.count = job?.cells.length ?? 0;
    const width = this.box.clientWidth - 6;
    if (!this.count || width <= 0) return;
    const height = innerHeight * 0.42;
    const least = this.count > 50000 ? 2 : this.count > 20000 ? 3 : 5;
    const fits = (pitch) => Math.ceil(this.count / Math.max(1, Math.floor(width / pitch))) * pitch <= height;
    this.pitch = [22, 18, 15, 12, 10, 8, 7, 6, 5, 4, 3].find((pitch) => pitch >= least && fits(pitch)) ?? least;
    this.columns = Math.max(1, Math.floor(width / this.pitch));
    // Align multiples of ten.
    if (this.columns >= 20) this.columns -= this.columns % 10;
    this.size = this.pitch > 3 ? this.pitch - (this.pitch > 10 ? 2 : 1) : this.pitch;
    const scale = this.count > 200000 ? 1 : devicePixelRatio || 1;
    const rows = Math.ceil(this.count / this.columns);
    this.canvas.width = Math.ceil(this.columns * this.pitch * scale);
    this.canvas.height = Math.ceil(rows * this.pitch * scale);
    this.canvas.style.width = `${this.columns * this.pitch}px`;
    this.canvas.style.height = `${rows * this.pitch}px`;
    this.canvas.dataset.columns = this.columns;
    this.canvas.dataset.pitch = this.pitch;
    this.paper.setTransform(scale, 0, 0, scale, 0, 0);
    for (let state = 0; state < states.length; state += 1) {
      for (let index = 0; index < this.count; index += 1) if (job.cells[index] === state) this.cell(job, index);
    }
    this.mark($("cursor"), task.pinned);
    this.mark($("hover"), task.hovered);
  },

  draw(indices) {
    const job = farm.jobs.get(selected);
    if (!job) return;
    for (const index of indices) {
      this.paper.clearRect(this.x(index), this.y(index), this.pitch, this.pitch);
      this.cell(job, index);
    }
  },

  x(index) { return (index % this.columns) * this.pitch; },
  y(index) { return Math.floor(index / this.columns) * this.pitch; },

  cell(job, index) {
    const { paper, size } = this;
    const state = job.cells[index];
    const x = this.x(index), y = this.y(index);
    paper.fillStyle = paper.strokeStyle = this.colours[state];
    // Not only by colour: cancelled tasks are hollow, failed ones are crossed out, active ones are partly filled.
    if (state === 5 && size >= 5) {
      paper.lineWidth = 1;
      paper.strokeRect(x + 0.5, y + 0.5, size - 1, size - 1);
      return;
    }
    if (state === 1 && size >= 5) {
      paper.globalAlpha = 0.45;
      paper.fillRect(x, y, size, size);
      paper.globalAlpha = 1;
      const filled = Math.max(2, Math.round(size * job.done[index] / 100));
      paper.fillRect(x, y + size - filled, size, filled);
      return;
    }
    paper.fillRect(x, y, size, size);
    if ((state === 3 || state === 4) && size >= 7) {
      paper.strokeStyle = this.ground;
      paper.lineWidth = 1.5;
      paper.beginPath();
      paper.moveTo(x + 2, y + 2);
      paper.lineTo(x + size - 2, y + size - 2);
      if (state === 3) {
        paper.moveTo(x + size - 2, y + 2);
        paper.lineTo(x + 2, y + size - 2);
      }
      paper.stroke();
    }
  },

  mark(ring, index) {
    ring.hidden = index === null || index >= this.count;
    if (ring.hidden) return;
    ring.style.width = ring.style.height = `${this.size}px`;
    ring.style.transform = `translate(${this.canvas.offsetLeft + this.x(index)}px, ${this.canvas.offsetTop + this.y(index)}px)`;
  },

  /** Returns the task under the pointer. */
  at(event) {
    const column = Math.floor(event.offsetX / this.pitch), row = Math.floor(event.offsetY / this.pitch);
    const index = row * this.columns + column;
    return column >= 0 && column < this.columns && row >= 0 && index < this.count ? index : null;
  },

  /** Announces the current task to screen readers; alternates between two elements, so that it is read each time. */
  announce(index, words) {
    this.spoken = this.spoken === "cell-a" ? "cell-b" : "cell-a";
    const cell = $(this.spoken);
    cell.textContent = words;
    cell.setAttribute("aria-posinset", index + 1);
    cell.setAttribute("aria-setsize", this.count);
    $("cell-a").setAttribute("aria-selected", this.spoken === "cell-a");
    $("cell-b").setAttribute("aria-selected", this.spoken === "cell-b");
    this.canvas.setAttribute("aria-activedescendant", this.spoken);
  },

  move(index) {
    if (!this.count) return;
    index = Math.min(this.count - 1, Math.max(0, index));
    task.pin(index);
    const top = this.y(index);
    if (top < this.box.scrollTop) this.box.scrollTop = top;
    if (top + this.pitch > this.box.scrollTop + this.box.clientHeight - 6) this.box.scrollTop = top + this.pitch - this.box.clientHeight + 12;
  },

  nextFailed(from) {
    const cells = farm.jobs.get(selected)?.cells ?? [];
    for (let step = 1; step <= cells.length; step += 1) {
      const index = (from + step) % cells.length;
      if (cells[index] === 3 || cells[index] === 4) return index;
    }
    say("No task has failed.");
    return null;
  },
};

grid.readColours();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  grid.readColours();
  dirty.grid = true;
  schedule();
});
new ResizeObserver(() => {
  dirty.grid = true;
  schedule();
}).observe(grid.box);
grid.canvas.addEventListener("pointermove", (event) => { if (event.pointerType === "mouse") task.hover(grid.at(event)); });
grid.canvas.addEventListener("pointerleave", () => task.hover(null));
grid.canvas.addEventListener("click", (event) => {
  const index = grid.at(event);
  if (index !== null) task.pin(index);
});
grid.canvas.addEventListener("focus", () => { if (task.pinned === null && grid.canvas.matches(":focus-visible")) grid.move(task.shown ?? 0); });
grid.canvas.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const here = task.pinned ?? 0;
  const page = grid.columns * 10;
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -grid.columns, ArrowDown: grid.columns, PageUp: -page, PageDown: page };
  let target = null;
  if (event.key in steps) target = here + steps[event.key];
  else if (event.key === "Home") target = 0;
  else if (event.key === "End") target = grid.count - 1;
  else if (event.key === "f") target = grid.nextFailed(here);
  else if (event.key === "Escape") task.pin(null);
  else return;
  event.preventDefault();
  if (target !== null) grid.move(target);
});

// MARK: One task

/** The task that is shown: the one under the pointer, otherwise the pinned one, otherwise an active one. */
const task = {
  hovered: null, pinned: null, following: null, shown: null, id: null, logEnd: 0, turn: 0, isBusy: false, isStale: false,
  timer: null, isAtEnd: true, movedAt: 0,

  forget() {
    Object.assign(this, { hovered: null, pinned: null, following: null });
    this.settle();
  },

  hover(index) {
    if (index === this.hovered) return;
    this.hovered = index;
    grid.mark($("hover"), index);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), 70);
  },

  pin(index) {
    this.pinned = index;
    this.isAnnounced = false;
    grid.mark($("cursor"), index);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.settle();
      writeAddress();
    }, 30);
  },

  /** Handles changes of the job's tasks. */
  heard(changes) {
    if (changes.some(([place]) => place - 1 === this.shown)) this.refresh();
    if (this.pinned !== null || this.hovered !== null) return;
    const cells = farm.jobs.get(selected).cells;
    // Without a pinned task, an active one is shown, without switching all the time.
    if (this.following !== null && (cells[this.following] === 1 || Date.now() - this.movedAt < 1500)) return;
    const next = changes.find(([, letter]) => letter === "a") ?? (this.following === null ? changes[0] : null);
    if (!next) return;
    this.following = next[0] - 1;
    this.movedAt = Date.now();
    this.settle();
  },

  settle() {
    const index = this.hovered ?? this.pinned ?? this.following;
    if (index === this.shown && this.job === selected) return this.refresh();
    this.shown = index;
    this.job = selected;
    this.turn += 1;
    this.id = null;
    this.logEnd = 0;
    this.isAtEnd = true;
    if (index === null) $("task").hidden = true;
    this.refresh();
  },

  /** Loads the task and the new part of its log; one request at a time. */
  async refresh() {
    if (this.shown === null) return;
    if (this.isBusy) {
      this.isStale = true;
      return;
    }
    this.isBusy = true;
    do {
      this.isStale = false;
      const turn = this.turn;
      try {
        await this.fetch(turn);
      } catch (error) {
        if (turn === this.turn) setText($("task-activity"), error.message);
      }
      if (turn === this.turn) await new Promise((resolve) => setTimeout(resolve, 150));
      else this.isStale = true;
    } while (this.isStale && this.shown !== null);
    this.isBusy = false;
  },

  async fetch(turn) {
    const details = await ask("GET", `/lite/jobs/${selected}/tasks/${this.shown + 1}`);
    if (turn !== this.turn) return;
    const isNew = this.id !== details.id;
    this.id = details.id;
    this.show(details);
    if (isNew) $("log").replaceChildren();
    if (details.log_size > this.logEnd) {
      const part = await ask("GET", `/lite/tasks/${details.id}/log?from=${this.logEnd}`);
      if (turn !== this.turn) return;
      this.append(part);
    } else if (isNew) {
      $("log").textContent = "No log yet.";
    }
  },

  show(details) {
    $("task").hidden = false;
    setText($("task-name"), `${details.number}: ${visible(details.name)}`);
    setStatus($("task-status"), details.status);
    const facts = [visible(details.task_type)];
    if (details.worker) facts.push(visible(details.worker));
    if (details.steps_total > 0) facts.push(`step ${details.steps_completed} of ${details.steps_total}`);
    if (details.attempts > 1) facts.push(`attempt ${details.attempts}`);
    if (details.failed_by.length) facts.push(`failed at ${visible(details.failed_by.join(", "))}`);
    facts.push(clockTime(details.updated));
    setText($("task-facts"), facts.join(" · "));
    setText($("task-activity"), visible(details.activity));
    const [requeue, pause, cancel] = $("task-actions").children;
    requeue.disabled = details.status === "queued";
    pause.disabled = !["queued", "soft-failed"].includes(details.status);
    cancel.disabled = !["queued", "soft-failed", "active", "paused"].includes(details.status);
    if (this.pinned === this.shown && !this.isAnnounced) {
      this.isAnnounced = true;
      grid.announce(this.shown, `Task ${details.number}, ${visible(details.name)}, ${details.status}${details.worker ? `, ${visible(details.worker)}` : ""}`);
    }
  },

  append({ start, end, text }) {
    const log = $("log");
    if (this.logEnd === 0 || start !== this.logEnd) log.textContent = start > 0 ? `… ${number(start)} bytes before …\n` : "";
    this.logEnd = end;
    log.append(visibleLines(text));
    // The page keeps only the end of a long log.
    while (log.childNodes.length > 60) log.firstChild.remove();
    if (this.isAtEnd) log.scrollTop = log.scrollHeight;
    $("follow").hidden = this.isAtEnd;
  },
};

$("log").addEventListener("scroll", () => {
  const log = $("log");
  task.isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 24;
  $("follow").hidden = task.isAtEnd;
});
$("follow").addEventListener("click", () => { $("log").scrollTop = $("log").scrollHeight; });
$("task-actions").addEventListener("click", (event) => {
  const status = event.target.dataset.status;
  if (!status || !task.id) return;
  const words = { queued: "Requeued", paused: "Paused", canceled: "Cancelled" };
  act(`${words[status]} task ${task.shown + 1}`, "POST", `${flamenco}/tasks/${task.id}/setstatus`, { status, reason: "requested on the page" });
});

// MARK: Workers

const wishes = { asleep: "sleep", awake: "wake", restart: "restart", offline: "shut down", shutdown: "shut down" };

const workerList = new List("workers", "worker-row", (node, id) => {
  const row = {
    dot: node.querySelector(".dot"), name: node.querySelector(".name"), state: node.querySelector(".state"),
    seen: node.querySelector(".seen"), task: node.querySelector(".task"), choice: node.querySelector("select"),
  };
  row.choice.addEventListener("change", () => {
    const worker = farm.workers.get(id);
    const [status, lazy] = row.choice.value.split(" ");
    row.choice.value = "";
    if (!status || !worker) return;
    act(`Asked “${worker.name}” to ${wishes[status]}${lazy ? " after its task" : ""}.`, "POST",
      `${flamenco}/worker-mgt/workers/${id}/setstatus`, { status, is_lazy: Boolean(lazy) });
  });
  row.task.addEventListener("click", () => {
    const held = farm.workers.get(id)?.task;
    if (!held) return;
    select(held.job, held.number);
    view("job");
  });
  return row;
}, (row, worker) => {
  const name = visible(worker.name) || "(no name)";
  setText(row.name, name);
  row.node.title = [worker.software, worker.platform, worker.address, worker.task_types.join(", ")].map(visible).join("\n");
  row.dot.className = `dot w-${/^[a-z-]+$/.test(worker.status) ? worker.status : "offline"}`;
  const wish = worker.requested;
  setText(row.state, (visible(worker.status) || "registered") + (wish ? `, asked to ${wishes[wish.status] ?? visible(wish.status)}${wish.is_lazy ? " after its task" : ""}` : ""));
  row.task.hidden = !worker.task;
  if (worker.task) setText(row.task, `${visible(farm.jobs.get(worker.task.job)?.name)} · ${worker.task.number}: ${visible(worker.task.name)}`);
  row.choice.setAttribute("aria-label", `Ask ${name} to`);
  for (const option of row.choice.options) if (option.value.startsWith("restart")) option.disabled = !worker.can_restart;
  showSeen(row, worker);
});

function showSeen(row, worker) {
  setText(row.seen, ago(Date.now() + farm.skew - worker.seen));
}

const ranks = { awake: 0, starting: 0, testing: 0, restart: 0, asleep: 1, error: 2 };

function showWorkers() {
  const workers = [...farm.workers.values()].sort((left, right) => (ranks[left.status] ?? 3) - (ranks[right.status] ?? 3) || left.number - right.number);
  setText($("workers-count"), workers.length ? number(workers.length) : "");
  $("workers-empty").hidden = workers.length > 0;
  workerList.show(filtered(workers, "workers-filter", (worker) => `${worker.name} ${worker.status}`));
}

setInterval(() => {
  if (document.hidden) return;
  for (const row of workerList.rows.values()) {
    const worker = farm.workers.get(row.id);
    if (worker) showSeen(row, worker);
  }
}, 1000);

for (const id of ["jobs", "workers"]) {
  $(`${id}-filter`).addEventListener("input", () => {
    dirty[id] = true;
    schedule();
  });
}

// MARK: Events

const bad = new Set(["failed", "soft-failed", "error"]);

function showEvents() {
  const list = $("events-list");
  if (dirty.allEvents) list.replaceChildren();
  const events = (dirty.allEvents ? farm.events : dirty.newEvents).slice(-300);
  const items = document.createDocumentFragment();
  for (const event of events.reverse()) {
    const item = document.createElement("li");
    const time = document.createElement("time");
    time.textContent = clockTime(event.time);
    const sentence = document.createElement("span");
    sentence.textContent = visible(event.sentence);
    if (bad.has(event.status)) sentence.className = "bad";
    item.append(time, sentence);
    items.append(item);
  }
  list.prepend(items);
  while (list.childElementCount > 300) list.lastElementChild.remove();
}

// MARK: Chaos

const presets = {
  "A mix of faults": "500:5%,hang:1%,drop-reply:2%,latency:50-300ms", "Overloaded": "503:40%,latency:200-800ms",
  "Bad network": "drop-request:10%,drop-reply:10%,cut-reply:10%", Down: "503:100%",
};

for (const [name, faults] of Object.entries(presets)) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  button.addEventListener("click", () => { $("chaos-faults").value = faults; });
  $("chaos-presets").append(button);
}

function showChaos() {
  const { faults, played } = farm.chaos;
  const count = Object.values(played).reduce((sum, value) => sum + value, 0);
  setText($("chaos-now"), faults ? `${faults}${count ? `, ${number(count)} injected` : ""}` : "off");
  $("open-chaos").toggleAttribute("data-on", Boolean(faults));
  $("open-chaos").title = faults;
  const words = Object.entries(played).map(([fault, times]) => `${fault} ${number(times)} ×`);
  setText($("chaos-played"), faults ? `Active: ${faults}. Injected so far: ${words.join(", ") || "none"}.` : "No faults are active.");
}

async function setChaos(faults) {
  showError($("chaos-error"), null);
  try {
    apply.chaos(await ask("PUT", "/lite/chaos", { faults }));
    schedule();
    say(faults ? `Chaos: ${faults}` : "Chaos is off.");
    $("chaos").close();
  } catch (error) {
    showError($("chaos-error"), error);
  }
}

function showError(node, error) {
  node.hidden = !error;
  node.textContent = error ? visible(error.message) : "";
}

$("open-chaos").addEventListener("click", () => {
  $("chaos-faults").value = farm.chaos.faults;
  showError($("chaos-error"), null);
  $("chaos").showModal();
  $("chaos-faults").focus();
});
$("chaos-form").addEventListener("submit", (event) => {
  event.preventDefault();
  setChaos($("chaos-faults").value.trim());
});
$("chaos-off").addEventListener("click", () => setChaos(""));

// MARK: Submitting

const form = { types: [], fields: [] };

// Values that Blender's add-on would read from the scene, for submitting without Blender.
const fromScene = [
  ["scene.frame_start", "1-10"], ["image_settings.file_format", "PNG"], ["render.file_extension", ".png"],
  ["image_settings.use_preview", false], ["render.fps", 24], ["is_movie_format", "images"], ["ffmpeg.format", ""], ["scene.name", ""],
];

const demos = {
  "simple-blender-render": () => ({
    name: "Demo", blendfile: `${farm.storage}/demo.blend`, render_output_root: `${farm.storage}/render`, frames: "1-10",
    chunk_size: 2, fps: 24, format: "PNG", image_file_extension: ".png",
  }),
  "echo-sleep-test": () => ({ name: "Hello", message: "Hello", sleep_duration_seconds: 2, sleep_repeats: 20 }),
  "command-line": () => ({ name: "Echo", commands: '[["echo", "frame {frame}"], ["sleep", "1"]]', frames: "1-50" }),
  commands: () => ({ name: "Echo", commands: '[{"name": "echo", "parameters": {"message": "hello"}}]' }),
};

function element(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

/** Returns the initial value of a setting. */
function beginning(setting) {
  if (setting.default !== undefined && setting.default !== null) return setting.default;
  return fromScene.find(([words]) => setting.eval?.includes(words))?.[1];
}

function input(setting) {
  const value = beginning(setting);
  if (setting.choices) {
    const choice = element("select", {}, ...setting.choices.map((text) => element("option", { value: text, textContent: visible(text) })));
    choice.value = value ?? setting.choices[0];
    return choice;
  }
  if (setting.type === "bool") return element("input", { type: "checkbox", checked: value === true });
  const isNumber = setting.type === "int32" || setting.type === "float";
  const isLong = !isNumber && /JSON/.test(setting.description ?? "");
  const field = element(isLong ? "textarea" : "input", { value: value ?? "", autocomplete: "off", spellcheck: false });
  if (isNumber) {
    field.type = "number";
    field.step = setting.type === "int32" ? 1 : "any";
    field.min = setting.propargs?.min ?? (setting.type === "int32" ? -(2 ** 31) : "");
    field.max = setting.propargs?.max ?? (setting.type === "int32" ? 2 ** 31 - 1 : "");
  }
  if (["file_path", "dir_path", "hashed_file_path"].includes(setting.subtype)) {
    field.pattern = String.raw`(\/|\\\\|\{|[A-Za-z]:[\/\\]).*`;
    field.title = "An absolute path";
  }
  if (setting.subtype === "file_name") {
    field.pattern = String.raw`[^\/\\]+`;
    field.title = "The name of a file, without a folder";
  }
  // An empty string is valid where Blender would have provided one.
  field.required = setting.required === true && !(setting.type === "string" && value === "");
  return field;
}

function showType() {
  const type = form.types.find((type) => type.name === $("submit-type").value);
  form.fields = [];
  $("submit-settings").replaceChildren();
  $("submit-hidden").replaceChildren();
  setText($("submit-description"), visible(type?.description));
  for (const setting of type?.settings ?? []) {
    // The value of a setting that cannot be edited is determined by others.
    if (setting.editable === false) {
      form.fields.push({ setting, field: null });
      continue;
    }
    const field = input(setting);
    field.name = setting.key;
    const label = element("label", {}, visible(setting.label || setting.key));
    const help = element("small", { textContent: visible(setting.description) });
    if (setting.type === "bool") {
      label.className = "check";
      label.prepend(field);
      label.append(help);
    } else {
      label.append(field, help);
    }
    if (field.tagName === "TEXTAREA" || /path|blendfile|_root/.test(`${setting.subtype} ${setting.key}`)) label.classList.add("wide");
    const isAside = setting.visible === "hidden" || (setting.eval && setting.visible === "web" && beginning(setting) !== undefined);
    (isAside ? $("submit-hidden") : $("submit-settings")).append(label);
    form.fields.push({ setting, field });
  }
  $("submit-more").hidden = !$("submit-hidden").childElementCount;
  $("submit-demo").hidden = !(type?.name in demos);
  showError($("submit-error"), null);
}

function readSettings(name) {
  const settings = {};
  for (const { setting, field } of form.fields) {
    if (!field) continue;
    if (setting.type === "bool") settings[setting.key] = field.checked;
    else if (field.value === "" && !(setting.type === "string" && setting.required)) continue;
    else settings[setting.key] = field.type === "number" ? field.valueAsNumber : field.value;
  }
  for (const { setting, field } of form.fields) {
    if (field || !/render_output_root/.test(setting.eval ?? "")) continue;
    const root = String(settings.render_output_root ?? "").replace(/[/\\]+$/, "");
    settings[setting.key] = `${root}/${name.replace(/[/\\\0]/g, "_")}/{timestamp}/######`;
  }
  return settings;
}

async function openSubmit() {
  showError($("submit-error"), null);
  try {
    form.types = (await ask("GET", `${flamenco}/jobs/types`)).job_types;
  } catch (error) {
    say(error.message);
    return;
  }
  const chosen = $("submit-type").value || "simple-blender-render";
  const versions = form.types.map((type) => `${type.name} ${type.etag}`).join();
  if (versions !== form.versions) {
    form.versions = versions;
    $("submit-type").replaceChildren(...form.types.map((type) => element("option", { value: type.name, textContent: visible(type.label) })));
    $("submit-type").value = form.types.some((type) => type.name === chosen) ? chosen : form.types[0]?.name ?? "";
    showType();
  }
  $("submit").showModal();
}

$("open-submit").addEventListener("click", openSubmit);
$("empty-submit").addEventListener("click", openSubmit);
$("submit-type").addEventListener("change", showType);
$("submit-demo").addEventListener("click", () => {
  const values = demos[$("submit-type").value]();
  $("submit-name").value = values.name;
  for (const { setting, field } of form.fields) {
    if (field && setting.key in values) field.value = values[setting.key];
  }
});
$("submit-more").addEventListener("invalid", () => { $("submit-more").open = true; }, true);
$("submit-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  showError($("submit-error"), null);
  const name = $("submit-name").value.trim();
  const type = form.types.find((type) => type.name === $("submit-type").value);
  const job = {
    name, type: type.name, type_etag: type.etag, priority: $("submit-priority").valueAsNumber,
    submitter_platform: farm.platform, settings: readSettings(name), metadata: {},
  };
  if ($("submit-paused").checked) job.initial_status = "paused";
  try {
    const { id } = await ask("POST", `${flamenco}/jobs`, job);
    $("submit").close();
    say(`Submitted “${name}”.`);
    wanted.job = id;
    if (farm.jobs.has(id)) select(id);
    else form.awaited = id;
    view("job");
  } catch (error) {
    showError($("submit-error"), error);
  }
});

// Shows a job submitted here as soon as it is loaded.
const putJobs = apply.jobs;
apply.jobs = (rows) => {
  putJobs(rows);
  if (!farm.jobs.has(form.awaited)) return;
  select(form.awaited);
  form.awaited = null;
};

for (const button of document.querySelectorAll("[data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}

// MARK: Views on narrow screens

function view(name) {
  document.body.dataset.view = name;
  for (const button of document.querySelectorAll("nav button")) {
    if (button.dataset.view === name) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  dirty.grid = true;
  schedule();
}

for (const button of document.querySelectorAll("nav button")) button.addEventListener("click", () => view(button.dataset.view));
$("worker-command").textContent = `flamenco-agent run --manager-url ${location.origin}`;
view(wanted.job ? "job" : "jobs");
load();
