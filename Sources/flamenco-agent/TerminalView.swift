import CommandLineOptions
import ExecutorKit
import Foundation
import Synchronization
import System

/// Shows a command to the person who tries it: its log on standard output, all else on standard error; on a terminal in
/// colour, with how far it is in a line at the foot. Control characters are made visible, except in a log that goes to a file
/// or a program.
final class TerminalView: Sendable {
    private struct State {
        var line = ProgressLine()
        /// What stands at the foot now.
        var shown = ""
        /// Whether the log stands at the beginning of a line, where the foot can be.
        var isAtLineStart = true
        var visible = VisibleOutput()
    }

    private let state = Mutex(State())
    private let isTerminal = BorrowedDescriptor.standardError.isTerminal
    private let showsLogOnTerminal = BorrowedDescriptor.standardOutput.isTerminal

    /// Shows what a command says.
    func show(_ event: CommandEvent) {
        switch event {
        case .log(let bytes): showLog(bytes)
        case .activity(let text): change({ $0.activity = text }, orSay: text)
        case .progress(let fraction): change { $0.fraction = fraction }
        case .stepCompleted: countStep()
        case .output(let path): showOutput(path)
        case .began: break
        }
    }

    /// The command has ended: nothing stays at the foot.
    func finish() { state.withLock { hideFoot(&$0) } }

    private func showLog(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { state in
            let shown = showsLogOnTerminal ? Data(state.visible.text(of: bytes).utf8) : Data(bytes)
            guard let last = shown.last else { return }
            hideFoot(&state)
            // A reader of the output that goes away must not end the command.
            try? FileHandle.standardOutput.write(contentsOf: shown)
            state.isAtLineStart = last == UInt8(ascii: "\n")
            showFoot(&state)
        }
    }

    private func countStep() {
        let count = state.withLock { state in
            state.line.steps += 1
            return state.line.steps
        }
        change({ _ in }, orSay: count == 1 ? "1 step is done" : "\(count) steps are done")
    }

    private func showOutput(_ path: String) {
        state.withLock { state in
            hideFoot(&state)
            say("made \(VisibleText.line(path))")
            showFoot(&state)
        }
    }

    // MARK: The foot

    /// Changes the foot; where there is none, says it in a line.
    private func change(_ change: (inout ProgressLine) -> Void, orSay text: String? = nil) {
        state.withLock { state in
            change(&state.line)
            if isTerminal {
                showFoot(&state)
            } else if let text {
                say(text)
            }
        }
    }

    private func showFoot(_ state: inout State) {
        guard isTerminal, state.isAtLineStart else { return }
        let text = state.line.text(columns: Self.columns - 1)
        guard text != state.shown else { return }
        state.shown = text
        write("\r\u{1B}[K\u{1B}[36m\(text)\u{1B}[0m")
    }

    private func hideFoot(_ state: inout State) {
        guard !state.shown.isEmpty else { return }
        state.shown = ""
        write("\r\u{1B}[K")
    }

    private func say(_ text: String) {
        write(isTerminal ? "\u{1B}[36m» \(text)\u{1B}[0m\n" : "» \(text)\n")
    }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

    private static var columns: Int { BorrowedDescriptor.standardError.columns ?? 80 }
}
