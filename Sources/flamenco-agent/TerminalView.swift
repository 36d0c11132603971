import CommandLineOptions
import ExecutorKit
import Foundation
import Synchronization
import System

/// Shows a command to the person who tries it: its log on standard output, everything else on standard error; on a terminal in
/// colour, with a progress line at the bottom. Control characters are made visible, except in a log that goes to a file or a
/// program.
final class TerminalView: Sendable {
    private struct State {
        var line = ProgressLine()
        /// The progress line as it is shown now.
        var shown = ""
        /// Whether the log is at the beginning of a line, where the progress line can be.
        var isAtLineStart = true
        var visible = VisibleOutput()
    }

    private let state = Mutex(State())
    private let isTerminal = BorrowedDescriptor.standardError.isTerminal
    private let showsLogOnTerminal = BorrowedDescriptor.standardOutput.isTerminal

    /// Shows an event of a command.
    func show(_ event: CommandEvent) {
        switch event {
        case .log(let bytes): showLog(bytes)
        case .activity(let text): change({ $0.activity = text }, orPrint: text)
        case .progress(let fraction): change { $0.fraction = fraction }
        case .stepCompleted: countStep()
        case .output(let path): showOutput(path)
        case .began: break
        }
    }

    /// The command has ended: removes the progress line.
    func finish() { state.withLock { hideProgress(&$0) } }

    private func showLog(_ bytes: UnsafeRawBufferPointer) {
        state.withLock { state in
            let shown = showsLogOnTerminal ? Data(state.visible.text(of: bytes).utf8) : Data(bytes)
            guard let last = shown.last else { return }
            hideProgress(&state)
            // A reader that closes the output must not end the command.
            try? FileHandle.standardOutput.write(contentsOf: shown)
            state.isAtLineStart = last == UInt8(ascii: "\n")
            showProgress(&state)
        }
    }

    private func countStep() {
        let count = state.withLock { state in
            state.line.steps += 1
            return state.line.steps
        }
        change({ _ in }, orPrint: count == 1 ? "1 step completed" : "\(count) steps completed")
    }

    private func showOutput(_ path: String) {
        state.withLock { state in
            hideProgress(&state)
            announce("saved \(VisibleText.line(path))")
            showProgress(&state)
        }
    }

    // MARK: The progress line

    /// Changes the progress line; without a terminal, prints a line instead.
    private func change(_ change: (inout ProgressLine) -> Void, orPrint text: String? = nil) {
        state.withLock { state in
            change(&state.line)
            if isTerminal {
                showProgress(&state)
            } else if let text {
                announce(text)
            }
        }
    }

    private func showProgress(_ state: inout State) {
        guard isTerminal, state.isAtLineStart else { return }
        let text = state.line.text(columns: Self.columns - 1)
        guard text != state.shown else { return }
        state.shown = text
        write("\r\u{1B}[K\u{1B}[36m\(text)\u{1B}[0m")
    }

    private func hideProgress(_ state: inout State) {
        guard !state.shown.isEmpty else { return }
        state.shown = ""
        write("\r\u{1B}[K")
    }

    private func announce(_ text: String) {
        write(isTerminal ? "\u{1B}[36m» \(text)\u{1B}[0m\n" : "» \(text)\n")
    }

    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }

    private static var columns: Int { BorrowedDescriptor.standardError.columns ?? 80 }
}
