/// What a program may use of the machine; what is absent stays as the agent has it.
package struct ProgramLimits: Hashable, Sendable {
    /// Bytes of address space of each process. CUDA and many others reserve far more than they use; see
    /// ``ProgramDefaults/memoryLimit`` for a limit on what is used.
    package var addressSpace: UInt64?
    /// Seconds of processor time of each process: SIGXCPU then, SIGKILL a second later.
    package var cpuSeconds: UInt64?
    /// How many files a process may have open.
    package var openFiles: UInt64?
    /// Bytes of a core file; 0 for none.
    package var coreSize: UInt64?

    /// Limits.
    package init(
        addressSpace: UInt64? = nil, cpuSeconds: UInt64? = nil, openFiles: UInt64? = nil, coreSize: UInt64? = nil
    ) {
        self.addressSpace = addressSpace
        self.cpuSeconds = cpuSeconds
        self.openFiles = openFiles
        self.coreSize = coreSize
    }
}
