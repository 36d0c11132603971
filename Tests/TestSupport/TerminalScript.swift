/// A program at a terminal, which is asked and gets answers.
public enum TerminalScript {
    /// A program in Python: its first argument is a JSON list of pairs, of a question to wait for and the answer to it; the
    /// others are the program to run. It prints what the program showed until the last question.
    public static let text = """
        import json, pty, os, sys
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv(sys.argv[2], sys.argv[2:])
        for question, answer in json.loads(sys.argv[1]):
            shown = b""
            while question.encode() not in shown:
                shown += os.read(terminal, 1000)
            print(shown.decode(), flush=True)
            os.write(terminal, answer.encode() + b"\\n")
        try:
            while os.read(terminal, 1000): pass
        except OSError:
            pass
        os.waitpid(pid, 0)
        """
}
