"""Asks manager-lite everything that its own OpenAPI documents allow, and much that they do not.

    fuzz.py MANAGER_LITE [--seed N] [--examples N]

For each API: all operations with identities that nobody has, those of workers with a worker that has a task, and those of
people with a job, a task and a worker that there are. It fails when an answer is not in the document, is not as its schema
says, comes from a broken manager (5xx), takes longer than it may, or accepts what it should not.
"""

import argparse
import base64
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.request

from openapi_spec_validator import validate

CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
    "use_after_free",
]
# Where anything takes longer it hangs.
SECONDS = 10

APIS = {
    "2022": ("/api", "/openapi.json", "nickname"),
    "v3": ("/api/v3", "/openapi3.json", "name"),
}


class Manager:
    """A manager-lite without a past, on a port of its own."""

    def __init__(self, executable, api):
        self.root, self.document, self.name_field = APIS[api]
        command = [executable, "serve", "--listen", "127.0.0.1:0", "--seed", "1"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.url = re.search(r"http://\S+", self.process.stdout.readline()).group()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        output = self.process.communicate(timeout=SECONDS)[0]
        if self.process.returncode != 0:
            sys.exit(f"manager-lite ended with {self.process.returncode}:\n{output[-20000:]}")

    def ask(self, method, path, body=None, user=None):
        request = urllib.request.Request(self.url + self.root + path, method=method)
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
        """A worker that is awake; its identity and secret."""
        words = {self.name_field: name, "supported_task_types": ["misc"]}
        registration = {**words, "secret": "secret", "platform": "linux"}
        user = (self.ask("POST", "/worker/register-worker", registration)["uuid"], "secret")
        self.ask("POST", "/worker/sign-on", {**words, "software_version": "1.0"}, user)
        self.ask("POST", "/worker/state-changed", {"status": "awake"}, user)
        return user

    def job(self):
        """A job of two tasks, of which the first can run at once; its identity."""
        settings = {"message": "hello", "sleep_repeats": 1}
        job = {"name": "n", "type": "echo-sleep-test", "priority": 50, "settings": settings}
        return self.ask("POST", "/jobs", {**job, "submitter_platform": "linux"})["id"]


def fuzz(options, api, title, prepare, selection):
    with Manager(options.manager, api) as manager, tempfile.TemporaryDirectory() as folder:
        validate(manager.ask("GET", manager.document))
        user, identities = prepare(manager)
        config = os.path.join(folder, "schemathesis.toml")
        with open(config, "w", encoding="utf-8") as file:
            file.write("[parameters]\n" + "".join(f'{name} = "{value}"\n' for name, value in identities.items()))
        command = [os.path.join(sys.prefix, "bin/schemathesis"), "--config-file", config, "run", manager.url + manager.root + manager.document]
        command += ["--auth", ":".join(user), "--checks", ",".join(CHECKS), "--no-color", "--continue-on-failure"]
        command += ["--seed", str(options.seed), "--max-examples", str(options.examples)]
        command += ["--request-timeout", str(SECONDS), "--generation-database", "none", "--warnings", "off", *selection]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    generated = re.search(r"(\d+) generated", run.stdout)
    print(f"{api}, {title}: {generated.group(1) if generated else 'no'} requests, seed {options.seed}", flush=True)
    if run.returncode != 0 or not generated:
        print(run.stdout[-30000:], run.stderr[-5000:], sep="\n")
        return False
    return True


def nobody(manager):
    return manager.worker("fuzz"), {}


def busy_worker(manager):
    manager.job()
    user = manager.worker("fuzz")
    return user, {"task_id": manager.ask("POST", "/worker/task", user=user)["uuid"]}


def people(manager):
    other = manager.worker("other")
    job = manager.job()
    task = manager.ask("GET", f"/jobs/{job}/tasks")["tasks"][0]["id"]
    return manager.worker("fuzz"), {"job_id": job, "task_id": task, "worker_id": other[0]}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("manager")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examples", type=int, default=20)
    options = parser.parse_args()
    results = []
    for api in APIS:
        results.append(fuzz(options, api, "identities that nobody has", nobody, []))
        results.append(fuzz(options, api, "a worker with a task", busy_worker, ["--include-tag", "worker"]))
        results.append(fuzz(options, api, "people", people, ["--exclude-tag", "worker"]))
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    sys.exit(0 if all(results) else 1)


main()
