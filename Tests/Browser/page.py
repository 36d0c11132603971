"""Uses manager-lite's page as people do, in a real browser: Debian's chromium, driven by playwright.

    page.py FOLDER [NAME…] [--screenshots FOLDER]

FOLDER has the built programs. Each part has a manager of its own; all, or those of these NAMEs, are run. A part fails when
the page is not as it should be, or when anything is wrong on the browser's console.
"""

import argparse
import base64
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import traceback
import urllib.request

from playwright.sync_api import expect, sync_playwright

SECONDS = 30
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# What a page may hear of a manager that is not there: the browser says it, not the page.
ABSENCE = re.compile(r"net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)")
# Markup, an escape sequence, a bell, the end of a line, text from right to left, and quotes.
HOSTILE = "<script>document.title='x'</script><img src=x onerror=document.title='x'>\x1b[31m\x07\n\u202egnp.exe\u2066\"'&amp;"


class Manager:
    """A manager-lite, and what workers and submitters say to it."""

    # Those that were started, so that none outlives a part that failed.
    started = []

    def __init__(self, programs, folder, *options, port=0):
        self.programs, self.folder = programs, folder
        command = [programs / "manager-lite", "serve", "--listen", f"127.0.0.1:{port}", "--storage", folder, *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        Manager.started.append(self.process)
        self.url = re.search(r"http://\S+", self.process.stdout.readline()).group()
        self.port = int(self.url.rpartition(":")[2])

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=SECONDS)

    def ask(self, method, path, body=None, user=None):
        request = urllib.request.Request(self.url + "/api/v3" + path, method=method)
        if user:
            request.add_header("Authorization", "Basic " + base64.b64encode(":".join(user).encode()).decode())
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        with urllib.request.urlopen(request, data, timeout=SECONDS) as reply:
            text = reply.read()
            return json.loads(text) if text else None

    def worker(self, name):
        words = {"name": name, "supported_task_types": ["misc"]}
        user = (self.ask("POST", "/worker/register-worker", {**words, "secret": "s", "platform": "linux"})["uuid"], "s")
        self.ask("POST", "/worker/sign-on", {**words, "software_version": "1.0", "can_restart": False}, user)
        self.ask("POST", "/worker/state-changed", {"status": "awake"}, user)
        return user

    def job(self, name="job", count=1):
        settings = {"commands": '[["true"]]'} | ({"frames": f"1-{count}"} if count > 1 else {})
        job = {"name": name, "type": "command-line", "priority": 50, "settings": settings, "submitter_platform": "linux"}
        return self.ask("POST", "/jobs", job)["id"]

    def task(self, user):
        return self.ask("POST", "/worker/task", user=user)["uuid"]

    def update(self, user, task, **words):
        self.ask("POST", f"/worker/task/{task}", words, user)


class Reader:
    """A page of a manager, and what its console says."""

    def __init__(self, browser, manager, **context):
        self.page = browser.new_context(**({"viewport": {"width": 1440, "height": 900}} | context)).new_page()
        self.page.set_default_timeout(SECONDS * 1000)
        self.problems = []
        self.page.on("console", lambda message: message.type in ("error", "warning") and self.problems.append(f"{message.text} ({message.location.get('url')})"))
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.goto(manager.url)
        self.see("#connection", "live")

    def see(self, selector, text):
        expect(self.page.locator(selector)).to_have_text(text if isinstance(text, re.Pattern) else re.compile(re.escape(text)), timeout=SECONDS * 1000)

    def close(self, allowed=None):
        problems = [problem for problem in self.problems if not (allowed and allowed.search(problem))]
        assert not problems, f"on the console: {problems}"
        self.page.context.close()


def submit_from_form(page, kind):
    page.click("#open-submit")
    page.select_option("#submit-type", kind)
    page.click("#submit-demo")
    page.click("#submit-form .primary")
    expect(page.locator("#submit")).to_be_hidden()


def picture(browser, programs, folder, shots):
    """From the form to the picture, by a real agent and Blender."""
    scene = folder / "demo.blend"
    subprocess.run(
        ["blender", "--background", "--factory-startup", "--python-exit-code", "1", "--python", ROOT / "manager-lite/demo-scene.py", "--", scene],
        check=True, capture_output=True, timeout=300)
    manager = Manager(programs, folder)
    reader = Reader(browser, manager)
    page = reader.page
    submit_from_form(page, "simple-blender-render")
    reader.see("#job-name", "Demo")
    agent = subprocess.Popen(
        [programs / "flamenco-agent", "run", "--manager-url", manager.url, "--state-dir", folder / "state", "--worker-name", "node"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        reader.see("#workers-list", "node")
        page.locator("#job-status").get_by_text("completed", exact=True).wait_for(timeout=300_000)
        expect(page.locator("#job-image")).to_be_visible()
        assert page.locator("#job-image-img").evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
        reader.see("#legend", "6 completed")
        page.locator("#grid").click(position={"x": 5, "y": 5})
        reader.see("#log", re.compile("Fra:|Saved|Saving", re.S))
        assert list(folder.glob("render/Demo/*/*.png")), "no frame was rendered"
        shots(page, "picture")
    finally:
        agent.terminate()
        agent.wait(SECONDS)
    reader.see("#workers-list", "offline")
    reader.close()
    manager.stop()


def many_tasks(browser, programs, folder, shots):
    """10,000 tasks: what is shown is what is so, and a change draws no more than what changed."""
    manager = Manager(programs, folder)
    reader = Reader(browser, manager)
    page = reader.page
    page.evaluate("""() => {
        window.longest = 0;
        new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.longest = Math.max(window.longest, entry.duration); })
            .observe({ type: "longtask" });
        window.drawn = 0;
        const cell = CanvasRenderingContext2D.prototype.fillRect;
        CanvasRenderingContext2D.prototype.fillRect = function (...place) { window.drawn += 1; return cell.apply(this, place); };
    }""")
    job = manager.job("ten thousand", 10_000)
    reader.see("#legend", "10,000 queued")
    page.evaluate("window.drawn = 0")
    users = [manager.worker(f"worker {number}") for number in range(10)]
    for _ in range(30):
        for user in users:
            task = manager.task(user)
            manager.update(user, task, activity="working", log="a line\n" * 5)
            manager.update(user, task, taskStatus="completed")
    reader.see("#legend", "300 completed")
    drawn, longest = page.evaluate("[window.drawn, window.longest]")
    print(f"    300 of 10,000 tasks went through: {drawn} cells drawn, the longest hold-up was {longest:.0f} ms", flush=True)
    assert drawn < 3000, f"{drawn} cells were drawn for 300 tasks"
    manager.ask("POST", f"/jobs/{job}/setstatus", {"status": "cancel-requested", "reason": "test"})
    reader.see("#legend", "9,700 canceled")
    reader.see("#job-status", "canceled")
    manager.ask("POST", f"/jobs/{job}/setstatus", {"status": "requeueing", "reason": "test"})
    reader.see("#legend", "9,700 queued")
    # By the keyboard, to the last of them.
    page.focus("#grid")
    page.keyboard.press("End")
    reader.see("#task-name", re.compile("^10000: "))
    expect(page.locator("#grid [role=option][aria-selected=true]")).to_have_text(re.compile("^Task 10000, .*, queued$"))
    page.keyboard.press("ArrowUp")
    columns = int(page.get_attribute("#grid", "data-columns"))
    reader.see("#task-name", f"{10_000 - columns}: ")
    # By the mouse, which passes over it and goes.
    pitch = int(page.get_attribute("#grid", "data-pitch"))
    page.hover("#grid", position={"x": 2 * pitch + 1, "y": pitch + 1})
    reader.see("#task-name", f"{columns + 3}: ")
    page.hover("h1")
    reader.see("#task-name", f"{10_000 - columns}: ")
    shots(page, "many-tasks")
    reader.close()
    manager.stop()


def actions(browser, programs, folder, shots):
    """What can be done with jobs, tasks, workers and faults."""
    manager = Manager(programs, folder)
    user = manager.worker("node")
    reader = Reader(browser, manager)
    page = reader.page
    submit_from_form(page, "echo-sleep-test")
    reader.see("#job-name", "Hello")
    reader.see("#job-facts", "0 of 21 tasks")
    task = manager.task(user)
    reader.see("#workers-list .task", "Hello · 1: ")
    page.click("#workers-list .task")
    manager.update(user, task, log="first\n", activity="under way")
    reader.see("#log", "first")
    manager.update(user, task, log="second\n")
    reader.see("#log", "first\nsecond")
    reader.see("#task-activity", "under way")
    page.click("#task-actions [data-status=canceled]")
    reader.see("#task-status", "canceled")
    page.click("#task-actions [data-status=queued]")
    reader.see("#task-status", "queued")
    page.click("#job-actions [data-status=pause-requested]")
    reader.see("#job-status", "paused")
    page.get_by_role("button", name="Resume").click()
    reader.see("#job-status", "queued")
    page.fill("#job-priority", "77")
    page.press("#job-priority", "Enter")
    reader.see("#events-list", "has priority 77")
    page.click("#job-actions [data-status=cancel-requested]")
    reader.see("#job-status", "canceled")
    page.get_by_label("Ask node to").select_option("asleep lazy")
    reader.see("#workers-list .state", "awake, asked to sleep after its task")
    manager.ask("POST", "/worker/state-changed", {"status": "asleep"}, user)
    reader.see("#workers-list .state", re.compile("^asleep$"))
    page.click("#open-chaos")
    page.fill("#chaos-faults", "503:100%")
    page.click("#chaos-form .primary")
    reader.see("#chaos-now", "503:100%")
    try:
        manager.ask("GET", "/jobs")
        raise AssertionError("the fault was not played")
    except urllib.error.HTTPError as error:
        assert error.code == 503, error
    reader.see("#chaos-now", "503:100%, 1 injected")
    page.click("#open-chaos")
    page.click("#chaos-off")
    reader.see("#chaos-now", "off")
    assert manager.ask("GET", "/jobs")["jobs"]
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("#job-actions [data-status=delete]")
    expect(page.locator("#jobs-empty")).to_be_visible()
    reader.close()
    manager.stop()


def refusals(browser, programs, folder, shots):
    """What is wrong is said where it was entered."""
    manager = Manager(programs, folder)
    reader = Reader(browser, manager)
    page = reader.page
    page.click("#open-submit")
    page.select_option("#submit-type", "simple-blender-render")
    page.fill("#submit-name", "n")
    page.click("#submit-form .primary")
    assert page.evaluate("document.activeElement.name") == "render_output_root", "the first field that lacks a value is not focused"
    page.click("#submit-demo")
    page.fill("#submit-settings [name=frames]", "1-")
    page.click("#submit-form .primary")
    reader.see("#submit-error", "frames")
    expect(page.locator("#submit")).to_be_visible()
    page.keyboard.press("Escape")
    page.click("#open-chaos")
    page.fill("#chaos-faults", "nonsense")
    page.click("#chaos-form .primary")
    reader.see("#chaos-error", '"nonsense" should be a fault')
    reader.close(allowed=re.compile("status of 400"))
    manager.stop()


def restart(browser, programs, folder, shots):
    """The manager ends and comes back; another one comes in its place."""
    state = ("--state", folder / "farm")
    manager = Manager(programs, folder, *state)
    manager.job("before")
    reader = Reader(browser, manager)
    page = reader.page
    reader.see("#job-name", "before")
    manager.stop()
    reader.see("#connection", "reconnecting…")
    manager = Manager(programs, folder, *state, port=manager.port)
    reader.see("#connection", "live")
    reader.see("#job-name", "before")
    manager.job("after")
    reader.see("#jobs-list", "after")
    manager.stop()
    manager = Manager(programs, folder, port=manager.port)
    expect(page.locator("#jobs-empty")).to_be_visible(timeout=SECONDS * 1000)
    manager.job("anew")
    reader.see("#job-name", "anew")
    reader.close(allowed=ABSENCE)
    manager.stop()


def hidden(browser, programs, folder, shots):
    """A hidden page closes its stream, and shows what it missed when it is seen again."""
    manager = Manager(programs, folder)
    reader = Reader(browser, manager)
    page = reader.page
    show = "(state) => { Object.defineProperty(document, 'hidden', { value: state, configurable: true }); document.dispatchEvent(new Event('visibilitychange')); }"
    page.evaluate(show, True)
    reader.see("#connection", "paused")
    manager.job("while nobody looked")
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.evaluate(show, False)
    reader.see("#connection", "live")
    reader.see("#jobs-list", "while nobody looked")
    assert not any(url.endswith("/lite/farm") for url in requests), "the whole farm was asked for again"
    reader.close()
    manager.stop()


def hostile_text(browser, programs, folder, shots):
    """Names and logs are text, whatever is in them."""
    manager = Manager(programs, folder)
    user = manager.worker(HOSTILE)
    manager.job(HOSTILE)
    reader = Reader(browser, manager)
    page = reader.page
    task = manager.task(user)
    manager.update(user, task, log=HOSTILE + "\x00\x9b2J", activity=HOSTILE)
    line = "<script>document.title='x'</script><img src=x onerror=document.title='x'>␛[31m␇␊\\u{202e}gnp.exe\\u{2066}\"'&amp;"
    for place in ["#job-name", "#jobs-list .name", "#workers-list .name", "#task-activity", "#events-list"]:
        reader.see(place, line)
    reader.see("#log", line.replace("␊", "\n") + "␀\\u{9b}2J")
    assert page.locator("main script, main img[src='x']").count() == 0
    assert page.title() != "x"
    manager.update(user, task, taskStatus="failed", activity=HOSTILE)
    reader.see("#task-status", re.compile("failed"))
    assert page.title() != "x"
    reader.close()
    manager.stop()


def small_and_dark(browser, programs, folder, shots):
    """On a phone and in the dark: nothing is wider than the screen, and each view is reached by its name."""
    manager = Manager(programs, folder)
    manager.job("a job with a name that is longer than the screen of any phone is wide, and then some more", 250)
    user = manager.worker("node-with-a-rather-long-name.render.example.org")
    manager.update(user, manager.task(user), log="x" * 300 + "\n")
    for scheme in ("light", "dark"):
        for width in (360, 800, 1440):
            reader = Reader(browser, manager, viewport={"width": width, "height": 740}, color_scheme=scheme)
            page = reader.page
            if width == 360:
                for name in ("Jobs", "Tasks", "Workers", "Events"):
                    page.get_by_role("navigation").get_by_role("button", name=name).click()
                    check_width(page, f"{name} at {width}")
                    shots(page, f"{scheme}-{width}-{name.lower()}")
                page.click("#open-submit")
                check_width(page, "the form")
            else:
                check_width(page, f"the page at {width}")
            assert page.evaluate("getComputedStyle(document.body).colorScheme || matchMedia('(prefers-color-scheme: dark)').matches")
            shots(page, f"{scheme}-{width}")
            reader.close()
    manager.stop()


def check_width(page, what):
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{what} is wider than the screen"
    nameless = page.evaluate("""() => [...document.querySelectorAll("button, input, select, textarea, a[href], canvas")]
        .filter((node) => node.checkVisibility() && !(node.ariaLabel || node.labels?.length || node.innerText?.trim() || node.querySelector?.("img[alt]")))
        .map((node) => node.outerHTML)""")
    assert not nameless, f"{what} has controls without a name: {nameless}"


PARTS = [picture, many_tasks, actions, refusals, restart, hidden, hostile_text, small_and_dark]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("programs", type=pathlib.Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--screenshots", type=pathlib.Path)
    options = parser.parse_args()

    def shots(page, name):
        if options.screenshots:
            page.screenshot(path=options.screenshots / f"{name}.png")

    failed = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"] if os.geteuid() == 0 else [])
        for part in PARTS:
            if options.names and part.__name__ not in options.names:
                continue
            try:
                with tempfile.TemporaryDirectory() as folder:
                    part(browser, options.programs.resolve(), pathlib.Path(folder), shots)
                print(f"the page, {part.__name__}: passed", flush=True)
            except Exception:  # Each part says what is wrong with it.
                failed.append(part.__name__)
                print(f"the page, {part.__name__}: failed\n{traceback.format_exc()}", flush=True)
            for process in Manager.started:
                process.kill()
                process.wait(SECONDS)
            Manager.started.clear()
        browser.close()
    print(f"{len(failed)} parts of the page failed{': ' + ', '.join(failed) if failed else ''}")
    sys.exit(1 if failed else 0)


main()
