"""A virtual machine that boots from a copy of a disk: qemu, its monitor, and a shell in it over ssh."""

import functools
import http.server
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import threading
import time

from .expect import PATIENCE, Failure, indented

# For a machine without KVM whose processors have other work.
BOOT_LIMIT = 900 * PATIENCE
COMMAND_LIMIT = 300
# What takes time at the start and is of no use here.
MASKED = "ifupdown-pre.service podman-auto-update.service podman-auto-update.timer podman-restart.service apt-daily.timer"
# A kernel whose processor gets no time for a moment takes the timer for broken.
KERNEL = "root=/dev/vda rw console=ttyS0 net.ifnames=0 no_timer_check quiet panic=-1 systemd.show_status=1"


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves the files of a folder."""

    def log_message(self, *_):
        pass


class CommandFailed(Failure):
    """A command in the machine that did not end with 0."""


def accelerator(image):
    """KVM where it works: whether a kernel says something within a few seconds."""
    if not os.access("/dev/kvm", os.W_OK):
        return "tcg,thread=multi"
    command = ["timeout", "8", "qemu-system-x86_64", "-accel", "kvm", "-cpu", "host", "-m", "256", "-display", "none"]
    command += ["-serial", "stdio", "-no-reboot", "-kernel", image / "kernel", "-append", "console=ttyS0 panic=-1"]
    seen = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False).stdout
    return "kvm" if b"Linux version" in seen else "tcg,thread=multi"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Machine:
    """One machine. Its disk has only what differs from that of the image."""

    memory = 2048

    def __init__(self, image, folder, accelerator, saved=None):
        self.image, self.folder, self.accelerator = pathlib.Path(image), pathlib.Path(folder), accelerator
        self.folder.mkdir(parents=True, exist_ok=True)
        self.disk = self.folder / "disk.qcow2"
        self.console = self.folder / "console.log"
        self.process = None
        self.port = free_port()
        self.saved = saved
        if saved:
            shutil.copy(saved, self.disk)
        else:
            command = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "raw", "-b", self.image / "disk.ext4", self.disk]
            subprocess.run(command, check=True)

    # MARK: Power

    def save(self, path):
        """Saves it as it is now, and ends it. Machines that are made of the file need not boot."""
        self.monitor("savevm saved")
        self.cut_power()
        shutil.move(self.disk, path)

    def boot(self):
        """Starts it, where it was saved or from its disk; returns after how many seconds somebody can log in."""
        began = time.monotonic()
        for name in ("monitor", "ssh"):
            (self.folder / name).unlink(missing_ok=True)
        processor = "host" if self.accelerator == "kvm" else "max"
        command = ["nice", "-n", "19", "setpriv", "--pdeathsig", "KILL", "qemu-system-x86_64"]
        command += ["-accel", self.accelerator, "-cpu", processor, "-smp", "2", "-m", str(self.memory)]
        command += ["-display", "none", "-kernel", self.image / "kernel", "-initrd", self.image / "initrd", "-append"]
        command += [" ".join([KERNEL, *(f"systemd.mask={name}" for name in MASKED.split())])]
        command += ["-drive", f"file={self.disk},if=virtio,format=qcow2,cache=writeback"]
        command += ["-netdev", f"user,id=n0,hostfwd=tcp:127.0.0.1:{self.port}-:22"]
        command += ["-device", "virtio-net-pci,netdev=n0,id=net0"]
        command += ["-monitor", f"unix:{self.folder}/monitor,server,nowait"]
        command += ["-loadvm", "saved"] if self.saved else []
        command += ["-chardev", f"file,id=console,path={self.console},append=on", "-serial", "chardev:console"]
        with open(self.folder / "qemu.log", "a") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        while not self.answers():
            if self.process.poll() is not None:
                raise Failure(f"qemu ended with {self.process.returncode}:\n{self.what_it_printed()}")
            if time.monotonic() - began > BOOT_LIMIT:
                raise Failure(f"nobody could log in within {BOOT_LIMIT:.0f} s:\n{self.what_it_printed()}")
            time.sleep(1)
        if self.saved:
            self.saved = None
            self.run(f"date --set @{time.time():.0f}")
        return time.monotonic() - began

    def answers(self):
        """Whether somebody can log in."""
        command = [*self.ssh("-o", "ConnectTimeout=10"), "true"]
        try:
            return subprocess.run(
                command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False).returncode == 0
        except subprocess.TimeoutExpired:
            return False

    def cut_power(self):
        """Ends it as a power cut does: what is not on its disk is lost."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process = None
        self.log_out()

    def shut_down(self, limit=300):
        """Shuts it down in good order."""
        self.run("systemctl poweroff --no-block", check=False)
        try:
            self.process.wait(timeout=limit * PATIENCE)
        except subprocess.TimeoutExpired:
            self.cut_power()
            raise Failure(f"the machine did not shut down within {limit} s:\n{self.what_it_printed()}") from None
        self.process = None

    def reboot(self):
        """Shuts it down and starts it again."""
        self.shut_down()
        return self.boot()

    def monitor(self, command):
        """A command for qemu: `stop`, `cont`, `set_link net0 off`."""
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(COMMAND_LIMIT * PATIENCE)
            client.connect(str(self.folder / "monitor"))
            answer = self.read_answer(client)
            client.sendall(command.encode() + b"\n")
            answer = self.read_answer(client)
        if "unknown" in answer or "Error" in answer or "not found" in answer:
            raise Failure(f"qemu does not take \"{command}\":\n{indented(answer)}")

    @staticmethod
    def read_answer(client):
        answer = b""
        while not answer.endswith(b"(qemu) "):
            part = client.recv(4096)
            if not part:
                break
            answer += part
        return answer.decode(errors="replace")

    # MARK: A shell in it

    def ssh(self, *options):
        command = ["ssh", "-F", "none", "-i", self.image / "key", "-p", str(self.port)]
        command += ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]
        command += ["-o", "BatchMode=yes", "-o", "ServerAliveInterval=30", "-o", "ServerAliveCountMax=10", "-o", "ControlMaster=auto"]
        command += ["-o", f"ControlPath={self.folder}/ssh", "-o", "ControlPersist=120", *options]
        return [*command, "root@127.0.0.1"]

    def result(self, script, limit=COMMAND_LIMIT):
        """Runs a shell script in it; the result has status, and what it printed."""
        command, limit = [*self.ssh(), "bash -s"], limit * PATIENCE
        try:
            return subprocess.run(
                command, input=script, capture_output=True, text=True, errors="replace", timeout=limit, check=False)
        except subprocess.TimeoutExpired:
            raise Failure(f"this did not end within {limit:.0f} s in the machine: {script}") from None

    def run(self, script, check=True, limit=COMMAND_LIMIT):
        """What a shell script printed in it, on standard output without the last end of line."""
        result = self.result(script, limit)
        if check and result.returncode != 0:
            seen = indented(result.stdout + result.stderr)
            raise CommandFailed(f"this ended with {result.returncode} in the machine: {script}\n{seen}")
        return result.stdout.rstrip("\n")

    def terminal(self, command, typed, limit=COMMAND_LIMIT):
        """Runs a command on a terminal of it, where somebody types these lines; what the terminal showed."""
        words = [*self.ssh("-tt"), command]
        result = subprocess.run(words, input=typed, capture_output=True, text=True, timeout=limit * PATIENCE, check=False)
        return result.stdout.replace("\r\n", "\n")

    def log_out(self):
        """Ends the login that all commands share; the next command logs in again."""
        subprocess.run([*self.ssh("-O", "exit")], capture_output=True, check=False)

    def send(self, folder, *files):
        """Copies files into a folder of it, over HTTP: an emulated processor takes long to decrypt."""
        for file in map(pathlib.Path, files):
            handler = functools.partial(QuietHandler, directory=file.parent)
            with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
                threading.Thread(target=server.serve_forever, daemon=True).start()
                address = f"http://10.0.2.2:{server.server_port}/{file.name}"
                self.run(f"curl --fail --silent --show-error --output {folder}/{file.name} {address}")
                server.shutdown()

    def write(self, path, text):
        """Writes a file in it."""
        self.run(f"mkdir -p \"$(dirname {path})\" && cat >{path} <<'END-OF-FILE'\n{text}\nEND-OF-FILE\n")

    def what_it_printed(self):
        texts = [(self.folder / "qemu.log"), self.console]
        return indented("\n".join(file.read_text(errors="replace") for file in texts if file.exists()))

    def remove(self):
        """Ends it, and removes its files."""
        self.cut_power()
        shutil.rmtree(self.folder, ignore_errors=True)
